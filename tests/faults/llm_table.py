"""Put every bad reply and every lie to a deployment, on both wires, and write down how each ended.

``python -m tests.faults.llm_table`` writes ``docs/llm-adversary.md`` anew.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.faults.llm_world import HASTY_S, PATIENT_S, Ended, World, sound, world

from sayso.conversation import Conversation
from sayso.failures import FailureClass
from sayso.testing import llm_bad_replies as bad
from sayso.testing import llm_lies as lies
from sayso.testing.faulty_http import HttpStep
from sayso.testing.llm_adversary import Asked, Wire, replying
from sayso.whole_file import write

PAGE = Path(__file__).parents[2] / "docs" / "llm-adversary.md"


class Case(NamedTuple):
    """Hold one scenario."""

    name: str
    expected: FailureClass
    wires: tuple[Wire, ...]
    contract: str = lies.LOAN

    @property
    def deadline_s(self) -> float:
        """Give a short deadline to what must end by it; a busy machine would make it end others."""
        return HASTY_S if self.expected is FailureClass.EXTRACTOR_TIMEOUT else PATIENT_S


GROUPS: dict[str, list[Case]] = {
    "Another shape": [Case(name, bad.SCHEMA, tuple(Wire)) for name in bad.EDITS],
    "No JSON, or not only": [Case(name, bad.SCHEMA, tuple(Wire)) for name in bad.TEXTS],
    "Another envelope": [Case(name, found.expected, found.wires) for name, found in bad.ENVELOPES.items()],
    "Another status": [Case(name, found.expected, found.wires) for name, found in bad.STATUSES.items()],
    "A broken connection": [Case(name, found.expected, found.wires) for name, found in bad.CONNECTIONS.items()],
    "Lies: another value": [Case(n, lie.expected, tuple(Wire), lie.contract) for n, lie in lies.VALUES.items()],
    "Lies: another unit": [Case(n, lie.expected, tuple(Wire), lie.contract) for n, lie in lies.UNITS.items()],
    "Lies: other words": [Case(n, lie.expected, tuple(Wire), lie.contract) for n, lie in lies.QUOTES.items()],
    "Lies: no value was said": [Case(n, lie.expected, tuple(Wire), lie.contract) for n, lie in lies.INVENTED.items()],
    "Lies: it does not count": [Case(n, lie.expected, tuple(Wire), lie.contract) for n, lie in lies.MOMENTS.items()],
}
"""Every scenario under its heading."""

CASES = [case for group in GROUPS.values() for case in group]


class Row(NamedTuple):
    """Hold how one scenario ended on one wire."""

    case: Case
    wire: Wire
    ended: Ended


async def run_all(folder: Path) -> list[Row]:
    """Run every scenario, deployment by deployment."""
    return [row for wire in Wire async for row in _on(wire, folder)]


async def _on(wire: Wire, folder: Path) -> AsyncIterator[Row]:
    kinds = sorted({(case.contract, case.deadline_s) for case in CASES})
    for number, (contract, deadline_s) in enumerate(kinds):
        answers = _Answers()
        place = folder / f"{wire}-{number}"
        async with world(wire, place, answers, contract_name=contract, deadline_s=deadline_s) as deployment:
            for case in CASES:
                if wire in case.wires and (case.contract, case.deadline_s) == (contract, deadline_s):
                    said = answers.tell(case.name, deployment)
                    yield Row(case, wire, await deployment.ask(said))


class _Answers:
    """Be the model's server: answer as the scenario of the moment says."""

    def __init__(self) -> None:
        self._name = ""
        self._text = ""

    def tell(self, name: str, deployment: World) -> Conversation:
        """Take the next scenario; gives what is said to it."""
        lie = lies.LIES.get(name)
        said = lie.said if lie else lies.told()
        self._name = name
        self._text = sound(said, deployment.vocabulary, **(lie.claims if lie else {}))
        return said

    def __call__(self, asked: Asked) -> HttpStep:
        """Answer one request."""
        if self._name in lies.LIES:
            return replying(asked.wire, self._text)
        return bad.CATALOGUE[self._name].step(asked.wire, self._text)


def page(rows: Sequence[Row]) -> str:
    """Write the page."""
    return "\n".join([_HEAD, *_figures(rows), *_sections(rows)]) + "\n"


_HEAD = f"""\
# What a model's server can do wrong

<!-- Made by `python -m tests.faults.llm_table`; the tests run it all anew and compare everything but the times. -->

Each scenario is asked of a whole deployment, whose model answers on loopback as the scenario says: once over OpenAI's
wire, once over Gemini's (*openai* or *gemini* where only one can say it). *Requests* counts what reached the model's
server, *predictions* what reached the predictor. The time is the whole interaction's, the slower wire's, measured once
on two shared cores. The deadline was {HASTY_S} s where the class is `extractor_timeout`, otherwise
{PATIENT_S:.0f} s."""


def _figures(rows: Sequence[Row]) -> Iterator[str]:
    answers = [row.ended.answer for row in rows]
    yield ""
    yield f"- scenarios: {len(CASES)}, asked {len(rows)} times"
    yield f"- ended as named: {sum(row.ended.label == row.case.expected.label for row in rows)} of {len(rows)}"
    yield f"- with exactly one request: {sum(row.ended.requests == 1 for row in rows)} of {len(rows)}"
    yield f"- wrong values that reached the predictor: {sum(row.ended.predictions for row in rows)}"
    yield f"- predictions given: {sum(answer.prediction is not None for answer in answers)}"


def _sections(rows: Sequence[Row]) -> Iterator[str]:
    for heading, cases in GROUPS.items():
        yield from ["", f"## {heading}", "", "| the server answers | class | requests | predictions | time |"]
        yield "|---|---|---|---|---|"
        for case in cases:
            yield _line(case, [row.ended for row in rows if row.case is case])


def _line(case: Case, ended: Sequence[Ended]) -> str:
    only = f" (*{case.wires[0]}*)" if len(case.wires) == 1 else ""
    labels = "/".join(f"`{label}`" for label in dict.fromkeys(each.label for each in ended))
    requests = "/".join(str(count) for count in dict.fromkeys(each.requests for each in ended))
    predictions = sum(each.predictions for each in ended)
    time_ms = max(each.elapsed_s for each in ended) * 1000
    return f"| {case.name}{only} | {labels} | {requests} | {predictions} | {time_ms:.0f} ms |"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write(PAGE, page(asyncio.run(run_all(Path(made)))).encode())
