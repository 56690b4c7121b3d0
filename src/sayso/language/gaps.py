"""Judge what stands between a name and a number: does it lead from one to the other, and what does it do to the number.

The rules are tables of words (`sayso.language.lexicon`); a word that is not understood never leads anywhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sayso.language.clauses import marks_of
from sayso.language.lexemes import GLUE_WORD, MARKS, PUNCTUATION, UNIT, Lexeme
from sayso.language.lexicon.marks import ORDERS, Mark
from sayso.language.lexicon.words import COPULAS, HEDGES, REVERSE_GLUE
from sayso.language.statements import OTHER_TIME
from sayso.language.unit_forms import Unit


class Gap(NamedTuple):
    """Say what a gap does."""

    leads: bool
    strong: bool = False
    """It leads to this number and no other: a verb, a preposition, a colon."""
    dead: str | None = None
    denied: bool = False
    movement: Mark | None = None
    """UP or DOWN, where a movement stands in it without a level after it."""
    moves_to: bool = False
    """A movement to a level: ``rose to``."""
    unit: Unit | None = None
    dashed: bool = False
    """A dash stands in it, which could be a minus sign."""


__all__ = ["ORDERS", "OTHER_TIME"]

NO_LINK = Gap(leads=False)

_OPEN_PUNCTUATION = frozenset(":=()\"'→*`~≈#>_[]{}‐") | {"->"}
_STRONG_WORDS = COPULAS | frozenset("of at as to into stands".split())

BOUND, DENIED, RELATIVE, UNSURE = (
    "is a bound, not a value",
    "is denied",
    "is relative to something else",
    "is not known",
)
CHANGE = "is a change, not a level"
ALTERNATIVES = "is one of several"
RANGE = "is one end of a range"
QUESTION = "is only asked about"
QUOTED = "is only quoted"
COUNTS = "counts something else"

_DEADLY: tuple[tuple[Mark, str, bool], ...] = (
    (Mark.NOT, DENIED, True),
    (Mark.PAST, OTHER_TIME, True),
    (Mark.UNSURE, UNSURE, False),
    (Mark.RELATIVE, RELATIVE, False),
    (Mark.OR, ALTERNATIVES, False),
    (Mark.RANGE, RANGE, False),
)
"""What a mark before a number does to it: (mark, reason, whether it blocks nothing else)."""

_HARMLESS = frozenset(
    {
        Mark.CORRECTION,
        Mark.NOW,
        Mark.IF,
        Mark.BOTH,
        Mark.RESPECTIVELY,
        Mark.TURNED,
        Mark.TO,
        Mark.UP,
        Mark.DOWN,
        Mark.COMPARE,
    }
)


_PASSABLE = _HARMLESS | {mark for mark, *_ in _DEADLY} | {Mark.BOUND}


def forward(gap: Sequence[Lexeme]) -> Gap:
    """Judge the way from a name to the number after it."""
    way = Gap(leads=True)
    for lexeme in gap:
        way = _step(way, lexeme)
        if not way.leads:
            return NO_LINK
    dead, denied = dead_before(gap)
    return way._replace(dead=dead, denied=denied, movement=None if way.moves_to else way.movement)


def _step(way: Gap, lexeme: Lexeme) -> Gap:
    """Go one lexeme further; a way that does not lead on ends."""
    match lexeme.kind, lexeme.item:
        case "glue", _:
            return way._replace(strong=way.strong or lexeme.text in _STRONG_WORDS)
        case "unit", Unit() as unit:
            return way._replace(unit=unit, leads=way.unit is None)
        case "punctuation", _ if lexeme.text in "—–-":
            return way._replace(dashed=True)
        case "punctuation", _:
            return way._replace(
                strong=way.strong or lexeme.text in (":", "=", "->"), leads=lexeme.text in _OPEN_PUNCTUATION
            )
        case _:
            return _step_mark(way, lexeme)


def _step_mark(way: Gap, lexeme: Lexeme) -> Gap:
    """Go over a mark: a movement gives a sign, ``to`` after it a level, and what is not understood ends the way."""
    marks = marks_of(lexeme)
    if not marks & _PASSABLE:
        return NO_LINK
    if Mark.UP in marks or Mark.DOWN in marks:
        movement = Mark.UP if Mark.UP in marks else Mark.DOWN
        way = way._replace(movement=movement, moves_to=lexeme.text.endswith(" to"))
    if Mark.TO in marks and way.movement is not None:
        way = way._replace(moves_to=True)
    return way._replace(strong=way.strong or Mark.TO in marks or way.movement is not None)


def reverse(gap: Sequence[Lexeme]) -> Gap:
    """Judge the way from a number to the name after it."""
    movement: Mark | None = None
    strong = False
    for lexeme in gap:
        if lexeme.kind == GLUE_WORD and lexeme.text in REVERSE_GLUE:
            strong = strong or lexeme.text in ("for", "of", "in", "as")
        elif lexeme.kind == PUNCTUATION and lexeme.text in "(‐)\"'":
            continue
        elif lexeme.kind == MARKS and (Mark.UP in marks_of(lexeme) or Mark.DOWN in marks_of(lexeme)):
            movement = Mark.UP if Mark.UP in marks_of(lexeme) else Mark.DOWN
        elif lexeme.kind == MARKS and Mark.NOW in marks_of(lexeme):
            continue
        else:
            return NO_LINK
    return Gap(leads=True, strong=strong, movement=movement)


def dead_before(gap: Sequence[Lexeme]) -> tuple[str | None, bool]:
    """Say why what stands before a number makes it no value; a bound must stand right before it."""
    for index, lexeme in enumerate(gap):
        if lexeme.kind != MARKS:
            continue
        marks = marks_of(lexeme)
        if Mark.CORRECTION in marks or (Mark.NOT in marks and _is_replaced(gap[index + 1 :])):
            continue
        for mark, reason, denied in _DEADLY:
            if mark in marks and not (mark is Mark.RELATIVE and Mark.BOUND in marks):
                return reason, denied
    for lexeme in reversed(gap):
        if lexeme.kind == MARKS and Mark.BOUND in marks_of(lexeme):
            return BOUND, False
        if not (lexeme.text in HEDGES or lexeme.text in ("a", "the", "of", "(", ":", "than", "=", '"')):
            break
    return None, False


def _is_replaced(gap: Sequence[Lexeme]) -> bool:
    """Find what is said in place of what was denied: ``the month isn't: it was September``."""
    return [lexeme.text for lexeme in gap[:2]] in ([":", "it"], [":", "it's"])


def dead_after(gap: Sequence[Lexeme]) -> tuple[str | None, bool]:
    """Say why what stands right after a number makes it no value."""
    for index, lexeme in enumerate(gap):
        if lexeme.kind == PUNCTUATION and lexeme.text in "()\"'*`":
            continue
        if lexeme.kind != MARKS:
            if index < 2 and lexeme.kind in (GLUE_WORD, UNIT):
                continue
            break
        marks = marks_of(lexeme)
        if index == 0 and Mark.BOUND_AFTER in marks:
            return BOUND, False
        if Mark.RELATIVE in marks:
            return RELATIVE, False
        if Mark.PAST in marks:
            return OTHER_TIME, True
        if Mark.UNSURE in marks and index == 0:
            return UNSURE, False
        if index == 0 and (Mark.UP in marks or Mark.DOWN in marks):
            return CHANGE, False
        break
    return None, False


def dead_date(gap: Sequence[Lexeme]) -> tuple[str | None, bool]:
    """Say why what stands before a date makes it another date than the one that is asked about."""
    words = [lexeme.text for lexeme in gap if lexeme.text not in ("the", "about", "around")]
    if words and words[-1] in ("since", "until", "till", "before", "after"):
        return OTHER_TIME, True
    return dead_before(gap)


def is_duration(gap: Sequence[Lexeme]) -> bool:
    """Find ``over`` as in ``over five years``: how long, not a limit."""
    return bool(gap) and gap[-1].text == "over"
