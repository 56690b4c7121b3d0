"""Ask one question on the command line, and ask back on a terminal."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from sayso.answer import Answer
    from sayso.conversation import Turn
    from sayso.interaction import FrontDesk
    from sayso.settings import Settings


def ask(
    question: Annotated[str | None, typer.Argument(help="The question; read from standard input if left out.")] = None,
    config: Config = DEFAULT_CONFIG,
    json_: Json = False,
) -> None:
    """Answer a question in words with a prediction, or with a named reason why there is none.

    On a terminal it asks back for what is missing. Exit status: 0 predicted, 3 needs input, 4 refused, 5 failed.
    """
    text = question if question is not None else _read(sys.stdin.isatty())
    interactive = not json_ and sys.stdin.isatty() and sys.stdout.isatty()
    raise typer.Exit(asyncio.run(_ask(settings(Path(config)), text, json_=json_, interactive=interactive)))


def _read(terminal: bool) -> str:  # noqa: FBT001
    if terminal:
        return str(typer.prompt("Ask"))
    return sys.stdin.buffer.read().decode("utf-8", errors="strict")


async def _ask(chosen: "Settings", text: str, *, json_: bool, interactive: bool) -> int:
    from sayso.cli.show import show  # noqa: PLC0415
    from sayso.wiring import application  # noqa: PLC0415

    async with application(chosen, stderr_log=not sys.stderr.isatty()) as parts:
        answer, _ = await _once(parts.desk, text, (), None)
        turns: tuple[Turn, ...] = ()
        while interactive and answer.clarifying_question:
            show(answer)
            turns = _with_answer((*turns, _user(text)), answer)
            try:
                text = str(typer.prompt("You"))
            except typer.Abort:
                break
            answer, _ = await _once(parts.desk, text, turns, answer.conversation_id)
    if json_:
        print(json.dumps(answer.as_json(), ensure_ascii=False))
    else:
        show(answer)
    return answer.exit_status


async def _once(
    desk: "FrontDesk", text: str, before: "tuple[Turn, ...]", conversation_id: str | None
) -> "tuple[Answer, tuple[Turn, ...]]":
    from sayso.conversation import Conversation  # noqa: PLC0415
    from sayso.interaction import Question  # noqa: PLC0415

    turns = (*before, _user(text))
    return await desk.ask(Question(Conversation(turns), conversation_id)), turns


def _user(text: str) -> "Turn":
    from sayso.conversation import Role, Turn  # noqa: PLC0415

    return Turn(Role.USER, text)


def _with_answer(turns: "tuple[Turn, ...]", answer: "Answer") -> "tuple[Turn, ...]":
    from sayso.answer import reply_turn  # noqa: PLC0415

    return (*turns, reply_turn(answer))
