"""Ask one question on the command line, and ask back on a terminal."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, Extractor, Json, settings

if TYPE_CHECKING:
    from sayso.answer import Answer
    from sayso.conversation import Turn
    from sayso.interaction import FrontDesk
    from sayso.settings import Settings


def ask(
    question: Annotated[str | None, typer.Argument(help="The question; read from standard input if left out.")] = None,
    config: Config = DEFAULT_CONFIG,
    json_: Json = False,
    extractor: Extractor = None,
) -> None:
    """Answer a question in words with a prediction, or with a named reason why there is none.

    On a terminal it asks back for what is missing. Exit status: 0 predicted, 3 needs input, 4 refused, 5 failed.
    """
    chosen = settings(Path(config), extractor=extractor)
    text = question if question is not None else _read(sys.stdin.isatty())
    if not _is_unicode(text):
        raise typer.Exit(_refuse(chosen, json_=json_))
    interactive = not json_ and sys.stdin.isatty() and sys.stdout.isatty()
    raise typer.Exit(asyncio.run(_converse(chosen, text) if interactive else answer_once(chosen, text, json_=json_)))


def _read(terminal: bool) -> str:
    if terminal:
        return str(typer.prompt("Ask"))
    return sys.stdin.buffer.read().decode("utf-8", errors="surrogateescape")


def _is_unicode(text: str) -> bool:
    """Say whether the words came as UTF-8; bytes that did not are surrogates, as in arguments."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _refuse(chosen: "Settings", *, json_: bool) -> int:
    """Refuse words that can't be read: no interaction begins."""
    from sayso.answer import Answer
    from sayso.failures import Failure, FailureClass
    from sayso.wiring import read_contract

    failure = Failure(FailureClass.MALFORMED_REQUEST, "the question is not UTF-8")
    answer = Answer(None, None, read_contract(chosen), None, failure)
    if json_:
        print(json.dumps(answer.as_json(), ensure_ascii=False))
    print(f"sayso ask: {failure}; send it as UTF-8", file=sys.stderr)
    return answer.exit_status


async def _converse(chosen: "Settings", text: str) -> int:
    """Ask, and ask back until there is an outcome that words can't change."""
    from sayso.answer import reply_turn
    from sayso.cli.show import show
    from sayso.wiring import application

    async with application(chosen, stderr_log=False) as parts:
        turns: tuple[Turn, ...] = (_user(text),)
        answer = await _put(parts.desk, turns, None)
        show(answer)
        while answer.clarifying_question:
            try:
                reply = str(typer.prompt("You"))
            except typer.Abort:
                break
            turns = (*turns, reply_turn(answer), _user(reply))
            answer = await _put(parts.desk, turns, answer.conversation_id)
            show(answer)
        return answer.exit_status


async def answer_once(chosen: "Settings", text: str, *, json_: bool) -> int:
    """Ask one question, print the answer, and give the exit status."""
    from sayso.cli.show import show
    from sayso.wiring import application

    async with application(chosen, stderr_log=not sys.stderr.isatty()) as parts:
        answer = await _put(parts.desk, (_user(text),), None)
    if json_:
        print(json.dumps(answer.as_json(), ensure_ascii=False))
    else:
        show(answer)
    return answer.exit_status


async def _put(desk: "FrontDesk", turns: "tuple[Turn, ...]", conversation_id: str | None) -> "Answer":
    from sayso.conversation import Conversation
    from sayso.interaction import Question

    return await desk.ask(Question(Conversation(turns), conversation_id))


def _user(text: str) -> "Turn":
    from sayso.conversation import Role, Turn

    return Turn(Role.USER, text)
