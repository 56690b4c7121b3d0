"""Ask a service over HTTP from many threads, each request under an idempotency key, and note what each was told."""

import http.client
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.end_to_end.conftest import QUESTION

CALLERS = 32
QUESTIONS = (QUESTION, "inflation 3.1 and unemployment 4.7, what rate?", "unemployment 900")
"""What is asked in turn: it ends as predicted, needs_input, refused."""

Body = dict[str, object]


@dataclass
class Heard:
    """Hold what all callers of a run know, by idempotency key."""

    answers: dict[str, Body] = field(default_factory=dict)
    unanswered: dict[str, str] = field(default_factory=dict)
    """The questions that were sent, and whose line broke before the answer was there."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def until(self, more: int) -> None:
        """Wait until so many more answers are there."""
        with self.changed:
            wanted = len(self.answers) + more
            assert self.changed.wait_for(lambda: len(self.answers) >= wanted, 60), "nobody is answered any more"

    def answer(self, key: str, body: Body) -> None:
        """Note an answer."""
        with self.changed:
            self.answers[key] = body
            self.changed.notify_all()


class Callers:
    """Ask from 32 threads until told to stop, or until the line breaks."""

    def __init__(self, port: int, heard: Heard, prefix: str) -> None:
        """Take where to ask, where to note the answers, and how keys begin; nothing runs yet."""
        self._port = port
        self._heard = heard
        self._prefix = prefix
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._ask_on, args=(number,)) for number in range(CALLERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _ask_on(self, caller: int) -> None:
        connection, number = connect(self._port), 0
        while not self._stopping.is_set():
            number += 1
            key, question = f"{self._prefix}-{caller}-{number}", QUESTIONS[(caller + number) % len(QUESTIONS)]
            try:
                body = ask(connection, key, question)
            except (OSError, http.client.HTTPException):
                self._heard.unanswered[key] = question
                return
            self._heard.answer(key, body)
        connection.close()


def connect(port: int) -> http.client.HTTPConnection:
    """Connect to a service on this machine, when first asked."""
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


def ask(connection: http.client.HTTPConnection, key: str, question: str) -> Body:
    """Ask one question, and give the answer; raises OSError or HTTPException where the line breaks before it."""
    headers = {"content-type": "application/json", "idempotency-key": key}
    connection.request("POST", "/v1/interactions", json.dumps({"text": question}), headers)
    body: Body = json.loads(connection.getresponse().read())
    return body


def retry(port: int, heard: Heard, known: int, progress: Callable[[str], None]) -> dict[str, Body]:
    """Ask again what was never answered, and some of what was; give the answers by key."""
    answered = list(heard.answers)
    again = {key: _question_of(key) for key in answered[:: max(1, len(answered) // known)]}
    connection = connect(port)
    told = {}
    for key, question in {**heard.unanswered, **again}.items():
        told[key] = ask(connection, key, question)
    connection.close()
    progress(f"{len(heard.unanswered)} that were cut off and {len(again)} that were answered are asked again")
    return told


def _question_of(key: str) -> str:
    caller, number = key.split("-")[-2:]
    return QUESTIONS[(int(caller) + int(number)) % len(QUESTIONS)]
