"""Find a unit in tokens: the general surfaces and those that a contract names itself."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sayso.contract.units import CURRENCIES
from sayso.language.fold import fold
from sayso.language.lexicon.units import NEEDS_A_NUMBER_CLOSE_BY, PERIODS, SURFACES
from sayso.language.tokens import WORD, Token, tokenize


class Unit(NamedTuple):
    """Hold one unit found in tokens."""

    stop: int
    name: str
    """As `sayso.contract.units` knows it, or as the contract writes it."""
    surface: str


Forms = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
"""First token → (all tokens, unit), longest first."""


class UnitForms:
    """Hold every surface that is a unit here."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        """Take the units that a contract names; each is a surface of itself."""
        own = list(own)
        forms: dict[str, list[tuple[tuple[str, ...], str]]] = {key: list(rows) for key, rows in _general().items()}
        for unit in own:
            words = surface_tokens(unit)
            if words and (words, unit) not in forms.get(words[0], ()):
                rows = [row for row in forms.get(words[0], []) if row[0] != words or row[1] in CURRENCIES]
                forms[words[0]] = [*rows, (words, unit)]
        self._own = {"".join(surface_tokens(unit)) for unit in own} - {"in"}
        self._forms: Forms = {key: sorted(rows, key=lambda row: -len(row[0])) for key, rows in forms.items()}

    def find(self, tokens: Sequence[Token], start: int, *, close: bool) -> Unit | None:
        """Read the unit that starts at a token.

        Args:
            tokens: the turn's tokens.
            start: where the unit would start.
            close: whether it is written close to the digits, so that a common word can be a unit.
        """
        unit = self._simple(tokens, start, close=close)
        if unit is None or unit.stop >= len(tokens):
            return unit
        joint = tokens[unit.stop].text
        if joint == "/" or (joint == "per" and unit.name not in CURRENCIES):
            below = self._simple(tokens, unit.stop + 1, close=True)
            if below is not None and unit.name not in _NEVER_ABOVE and below.name not in _NEVER_BELOW:
                return Unit(below.stop, f"{unit.name}/({below.name})", f"{unit.surface}/{below.surface}")
        return unit

    def _simple(self, tokens: Sequence[Token], start: int, *, close: bool) -> Unit | None:
        if start >= len(tokens):
            return None
        for words, name in self._forms.get(tokens[start].text, ()):
            stop = start + len(words)
            if stop <= len(tokens) and all(tokens[start + k].text == words[k] for k in range(1, len(words))):
                surface = " ".join(words)
                common = len(words) == 1 and words[0] in NEEDS_A_NUMBER_CLOSE_BY and words[0] not in self._own
                if common and not close and stop < len(tokens) and tokens[stop].kind == WORD:
                    continue
                if len(words) == 1 and stop < len(tokens) and tokens[stop].text == "^":
                    continue  # an exponent that no surface knows
                return Unit(stop, name, surface)
        return None


_NEVER_ABOVE = frozenset({"percent", "percentage point", "basis point", "point", "foreign money", "year", "month"})
_NEVER_BELOW = frozenset({"percent", "point", "foreign money", "year", "month", "week", "day"})


class Period(NamedTuple):
    """Hold what a number is counted by."""

    stop: int
    name: str


def period(tokens: Sequence[Token], start: int) -> Period | None:
    """Read ``a year``, ``per month``, ``each`` where it starts at a token."""
    if start >= len(tokens):
        return None
    for words, name in _periods().get(tokens[start].text, ()):
        stop = start + len(words)
        if stop <= len(tokens) and all(tokens[start + k].text == words[k] for k in range(1, len(words))):
            return Period(stop, name)
    return None


def surface_tokens(surface: str) -> tuple[str, ...]:
    """Cut a unit's surface as text is cut."""
    return tuple(token.text for token in tokenize(fold(surface)))


@cache
def _general() -> Forms:
    """Build the general table once a process, on first use."""
    return _table({**SURFACES, **{code: f"{SURFACES.get(code, code)}|{code}" for code in CURRENCIES}})


@cache
def _periods() -> Forms:
    return _table(PERIODS)


def _table(surfaces: Mapping[str, str]) -> Forms:
    forms: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, written in surfaces.items():
        for surface in written.split("|"):
            words = surface_tokens(surface)
            forms.setdefault(words[0], []).append((words, name))
    return {key: sorted(rows, key=lambda row: -len(row[0])) for key, rows in forms.items()}
