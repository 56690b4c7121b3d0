"""Replies are kept by what was asked, and given back without asking."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.faults.llm_world import sound, world

from sayso.completion import Message, RawReply, Speaker
from sayso.failures import Failure, FailureClass
from sayso.llm.choices import Choices
from sayso.llm.recordings import RecordingCompleter, Recordings, ReplayCompleter
from sayso.testing.faulty_http import HttpStep
from sayso.testing.llm_adversary import Asked, Wire, replying
from sayso.testing.llm_lies import LOAN, told
from sayso.wire import JSON

ASKED = (Message(Speaker.SYSTEM, "rules"), Message(Speaker.USER, "words"))
SCHEMA: dict[str, JSON] = {"type": "object"}


def recordings(folder: Path) -> Recordings:
    """Keep replies of one model in a folder."""
    return Recordings(folder, "openai", "m", Choices(0.0, 4096))


class Answering:
    """Complete with a reply that is given."""

    provider, model = "openai", "m"

    def __init__(self, reply: RawReply) -> None:
        self._reply = reply

    async def complete(self, messages: object, schema: object, *, deadline_s: float) -> RawReply:
        """Give the reply."""
        return self._reply


def record(folder: Path, reply: RawReply) -> RawReply:
    """Ask once, recording."""
    completer = RecordingCompleter(Answering(reply), recordings(folder), lambda: datetime(2026, 11, 25, tzinfo=UTC))
    return asyncio.run(completer.complete(ASKED, SCHEMA, deadline_s=1.0))


def replay(folder: Path) -> RawReply:
    """Ask once, replaying."""
    return asyncio.run(ReplayCompleter(recordings(folder)).complete(ASKED, SCHEMA, deadline_s=1.0))


def test_a_recorded_reply_is_given_back(tmp_path: Path) -> None:
    """The same text, and nothing is charged."""
    record(tmp_path, RawReply("text", answered_by="m-1"))
    given = replay(tmp_path)

    assert (given.result, given.answered_by, given.requests, given.usage.charged) == ("text", "m-1", 0, 0)


def test_a_missing_recording_is_an_error(tmp_path: Path) -> None:
    """Nobody is asked instead."""
    given = replay(tmp_path).result

    assert isinstance(given, Failure)
    assert (given.failure_class, "there is no recording" in given.detail) == (FailureClass.EXTRACTOR_UNAVAILABLE, True)


def test_a_broken_reply_is_not_kept(tmp_path: Path) -> None:
    """An outage is no property of a question."""
    record(tmp_path, RawReply(Failure(FailureClass.EXTRACTOR_TIMEOUT, "late")))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("body", [b"", b"{}", b'{"key": 1}'], ids=["empty", "no keys", "another shape"])
def test_a_recording_that_cannot_be_read_is_an_error(body: bytes, tmp_path: Path) -> None:
    """It is never taken for an answer."""
    record(tmp_path, RawReply("text"))
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(body)

    assert isinstance(replay(tmp_path).result, Failure)


def test_a_recording_of_another_question_is_an_error(tmp_path: Path) -> None:
    """A file that was renamed answers nothing."""
    record(tmp_path, RawReply("text"))
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes().replace(kept.stem.encode(), b"0" * 64))

    assert isinstance(replay(tmp_path).result, Failure)


CHANGED: dict[str, Callable[[Recordings], tuple[Recordings, tuple[Message, ...], dict[str, JSON]]]] = {
    "provider": lambda kept: (replace(kept, provider="gemini"), ASKED, SCHEMA),
    "model": lambda kept: (replace(kept, model="n"), ASKED, SCHEMA),
    "temperature": lambda kept: (replace(kept, choices=Choices(0.1, 4096)), ASKED, SCHEMA),
    "max_output_tokens": lambda kept: (replace(kept, choices=Choices(0.0, 4097)), ASKED, SCHEMA),
    "a message": lambda kept: (kept, (ASKED[0], Message(Speaker.USER, "other")), SCHEMA),
    "who speaks": lambda kept: (kept, (ASKED[0], Message(Speaker.SYSTEM, "words")), SCHEMA),
    "the schema": lambda kept: (kept, ASKED, {"type": "object", "required": []}),
}


@pytest.mark.parametrize("change", CHANGED, ids=CHANGED.keys())
def test_whatever_is_changed_asks_anew(change: str, tmp_path: Path) -> None:
    """The key depends on all of what is asked."""
    kept = recordings(tmp_path)
    other, messages, schema = CHANGED[change](kept)

    assert kept.key(ASKED, SCHEMA) != other.key(messages, schema)


def test_a_deployment_replays_what_it_recorded_without_a_request(tmp_path: Path) -> None:
    """The same question, first recorded and then replayed, ends the same; the second time nobody is asked."""
    said = told()
    texts: list[str] = []

    def answer(asked: Asked) -> HttpStep:
        return replying(asked.wire, texts[0])

    async def ask(mode: str) -> tuple[str, int]:
        folder = {"recordings": tmp_path / "kept"}
        async with world(Wire.GEMINI, tmp_path / mode, answer, contract_name=LOAN, mode=mode, **folder) as deployment:
            texts.append(sound(said, deployment.vocabulary))
            ended = await deployment.ask(said)
            return ended.label, ended.requests

    assert [asyncio.run(ask("record")), asyncio.run(ask("replay"))] == [("predicted", 1), ("predicted", 0)]
