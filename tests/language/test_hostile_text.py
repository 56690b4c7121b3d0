"""Reading takes time in proportion to the text, whatever the text: counted in calls, not in seconds."""

import sys
from types import FrameType

import pytest
from tests.language.dialogues import vocabularies

from sayso.language.reading import read
from sayso.language.statements import Effect

RATES = vocabularies()["policy-rate"]

PIECES = (
    "Inflation is 3.1%, unemployment 4.7%, and real GDP grew 1.2% - where next? It rained. ",
    "inflation 3 ",
    "inflation 3. ",
    "inflation and ",
    "inflation, 3, no, ",
    "3 and ",
    "1 ",
    "1,",
    "1/2 ",
    "one ",
    "twenty-",
    "point ",
    "not ",
    "a|b\n",
    "a,b\n",
    "inflation\t3\n",
    "| ",
    '{"a":',
    '{"inflation": 3}\n',
    "('",
    "-",
    "%",
    "'",
    '"',
    "a",
    "1",
    "inflashun ",
    "5 ft ",
    "\n",
    "½",
    "é",
    ". ",
    "is ",
    "to ",
    "or ",
    "from 3 to ",
)


def _calls(text: str) -> int:
    """Count the calls that reading a text makes, Python's own and those of built-in functions."""
    count = 0

    def tick(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(tick)
    try:
        read(text, RATES)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("piece", PIECES, ids=[repr(piece)[:20] for piece in PIECES])
def test_twice_the_text_costs_twice_the_work(piece: str) -> None:
    """Four times the text takes four times the calls, with a little room; a square would take sixteen."""
    size = 3000
    once = _calls((piece * size)[: size * 2])
    more = _calls((piece * size * 4)[: size * 8])

    assert more <= 5 * once


def test_a_sentence_without_an_end_states_nothing() -> None:
    """A thousand names and numbers before a full stop are no sentence; all its numbers are mentioned."""
    text = "inflation 3 " * 600

    found = read(text, RATES)

    assert [s for s in found.statements if s.effect is Effect.SET] == []
    assert len(found.mentions) == 600


def test_what_stands_after_such_a_sentence_is_read() -> None:
    """The next sentence starts anew."""
    found = read("inflation 3 " * 600 + ". Unemployment is 4.7%.", RATES)

    assert [float(s.value or 0) for s in found.statements if s.effect is Effect.SET] == [4.7]
