"""An agent asks in the user's words; whatever is missing is asked of the person, and never made up."""

import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp.client.stdio import stdio_client
from tests.end_to_end.conftest import QUESTION, ROOT, environment

from mcp import Client, StdioServerParameters
from sayso.mcp import make
from sayso.settings import load
from sayso.wiring import application

TOOL = "ask_short_rate"
INCOMPLETE = "inflation 3.1 and unemployment 4.7, what rate?"
Answer = Callable[[Any, types.ElicitRequestParams], Awaitable[types.ElicitResult]]


def _typing(action: str, **content: str) -> Answer:
    async def answer(_: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        named = {name.replace("_", " "): text for name, text in content.items()}
        return types.ElicitResult(action=action, content=named or None)  # type: ignore[arg-type]

    return answer


async def _call(folder: Path, arguments: dict[str, Any], mode: str, answer: Answer | None) -> types.CallToolResult:
    mine = {name: value for name, value in environment(folder).items() if name.startswith("SAYSO_")}
    settings = load(ROOT / "sayso.toml", mine)
    server = make(settings, partial(application, settings, stderr_log=False))
    kwargs: dict[str, Any] = {"elicitation_callback": answer} if answer else {}
    async with Client(server, mode=mode, **kwargs) as client:
        return await client.call_tool(TOOL, arguments)


def _asked(folder: Path, arguments: dict[str, Any], mode: str = "auto", answer: Answer | None = None) -> Any:
    return anyio.run(_call, folder, arguments, mode, answer)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_complete_question_is_predicted(tmp_path: Path, mode: str) -> None:
    """The structured content is the answer, with the evidence."""
    result = _asked(tmp_path, {"question": QUESTION}, mode)

    content = result.structured_content
    assert (content["outcome"], content["features"]["Current Rate"]["quote"]) == ("predicted", "4.2%")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_what_is_missing_is_asked_of_the_person(tmp_path: Path, mode: str) -> None:
    """What they type is evidence of kind form."""
    answer = _typing("accept", Real_GDP_Growth="1.2", Current_Rate="420 bp")

    content = _asked(tmp_path, {"question": INCOMPLETE}, mode, answer).structured_content

    assert content["outcome"] == "predicted"
    assert (content["features"]["Current Rate"]["value"], content["features"]["Current Rate"]["kind"]) == (4.2, "form")


@pytest.mark.parametrize(
    "answer",
    [None, _typing("decline"), _typing("cancel"), _typing("accept", Real_GDP_Growth="1 or 2", Current_Rate="x")],
    ids=["can't ask", "declined", "cancelled", "no value"],
)
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_without_the_missing_values_nothing_is_predicted(tmp_path: Path, mode: str, answer: Answer | None) -> None:
    """The outcome is needs_input, with what is missing."""
    content = _asked(tmp_path, {"question": INCOMPLETE}, mode, answer).structured_content

    assert (content["outcome"], content["prediction"]) == ("needs_input", None)
    assert content["missing_features"] == ["Real GDP Growth", "Current Rate"]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"question": 5},
        {"question": ""},
        {"question": QUESTION, "Current Rate": 9},
        {"question": QUESTION, "typed": {}},
    ],
    ids=["nothing", "number", "empty", "a value beside the words", "a form without a person"],
)
def test_arguments_beside_the_question_are_refused(tmp_path: Path, arguments: dict[str, Any]) -> None:
    """An agent can't add a value that nobody said."""
    result = _asked(tmp_path, arguments)

    assert result.is_error
    assert result.structured_content is None


def test_the_command_speaks_over_standard_input_and_output(tmp_path: Path) -> None:
    """One tool, closed to other arguments; the log stays out of the way."""

    async def listed() -> tuple[list[types.Tool], Any]:
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "sayso", "mcp"], env=environment(tmp_path), cwd=ROOT
        )
        async with Client(stdio_client(server)) as client:
            return (await client.list_tools()).tools, (await client.call_tool(TOOL, {"question": QUESTION}))

    tools, result = anyio.run(listed)
    assert [(tool.name, tool.input_schema["additionalProperties"]) for tool in tools] == [(TOOL, False)]
    assert list(tools[0].input_schema["properties"]) == ["question"]
    assert result.structured_content["outcome"] == "predicted"
