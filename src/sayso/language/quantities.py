"""Read one quantity from tokens: sign, currency, numeral, unit and what it is counted by.

It reads what stands there and judges nothing: whether the quantity states a feature is decided by who reads the clause.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from sayso.contract.units import CURRENCIES
from sayso.language.lexicon.numbers import GLUED_SCALES, SIGNS
from sayso.language.lexicon.units import AGE_WORDS
from sayso.language.numerals import UNREADABLE, DecimalStyle, Numeral, fraction_tail, numeral
from sayso.language.tokens import LINE, MARK, NUMBER, WORD, Token
from sayso.language.unit_forms import Unit, UnitForms, period


class Quantity(NamedTuple):
    """Hold one quantity as written; offsets are code points of the raw text."""

    stop: int
    """The index after its last token."""
    value: Fraction | None
    """With its sign and scale; None where it can't be read."""
    unit: str | None
    surface: str | None
    """The unit as written, in lower case."""
    per: str | None
    """What it is counted by (``month`` in ``$400 a month``); years are left out, since annual figures mean them."""
    start: int
    end: int
    """The span of sign, numeral and unit."""
    core_start: int
    core_end: int
    """The span of the numeral alone."""
    reason: str | None = None
    """Why it states no value by itself: unreadable, a bound, a decade."""
    signed: bool = False
    is_age: bool = False
    scaled: Fraction | None = None
    """The reading of a glued letter as a scale (``5m`` as 5,000,000), where `unit` is its reading as a unit."""
    bare_integer: bool = False


BOUND = "is a bound, not a value"
DECADE = "is a span of values"
IDENTIFIER = "is part of a name"

_OPENING = frozenset("([{:=,;|~≈<>≤≥\"'/*#")
_CURRENCY_MARKS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}


def quantity(tokens: Sequence[Token], start: int, forms: UnitForms, style: DecimalStyle) -> Quantity | None:
    """Read the quantity that starts at a token; None where none starts there."""
    index, sign, signed = _sign(tokens, start)
    currency, index = _currency(tokens, index)
    if currency is not None and not signed:
        index, sign, signed = _sign(tokens, index)
    read = numeral(tokens, index, style) or _article_and_unit(tokens, index, forms)
    if read is None:
        return None
    if index and tokens[index].glued and tokens[index - 1].text == "'" and len(tokens[index].text) == 2:
        return _broken(tokens, start, index, read, "is a year of two digits")
    if tokens[index].kind == NUMBER and _is_in_a_name(tokens, index):
        return _broken(tokens, start, index, read, IDENTIFIER)
    if read.value is None:
        return _broken(tokens, start, index, read, read.reason or UNREADABLE)
    return _Reader(tokens, start, index, forms).finish(read, sign, currency, signed=signed)


def _article_and_unit(tokens: Sequence[Token], start: int, forms: UnitForms) -> Numeral | None:
    """Read the one in ``a year and a half``; an article before a unit alone is no number."""
    if start < len(tokens) and tokens[start].text in ("a", "an"):
        unit = forms.find(tokens, start + 1, close=False)
        if unit is not None and fraction_tail(tokens, unit.stop) is not None:
            return Numeral(start + 1, Fraction(1))
    return None


def _is_in_a_name(tokens: Sequence[Token], index: int) -> bool:
    """Find digits that belong to a name: ``covid-19``, ``#3``, ``v2``."""
    if not tokens[index].glued or index == 0:
        return False
    before = tokens[index - 1]
    if before.text == "#":
        return True
    return before.text == "-" and before.glued and index > 1 and tokens[index - 2].kind == WORD


def _sign(tokens: Sequence[Token], start: int) -> tuple[int, int, bool]:
    """Read a sign: a word, or a mark that is close to what follows and not to what precedes."""
    token = tokens[start]
    if token.text in SIGNS and token.kind == WORD and start + 1 < len(tokens):
        return start + 1, SIGNS[token.text], True
    if token.kind != MARK or token.text not in "-–+" or start + 1 >= len(tokens) or not tokens[start + 1].glued:
        return start, 1, False
    if token.glued and start and not (tokens[start - 1].text in _OPENING or tokens[start - 1].kind == LINE):
        return start, 1, False
    return start + 1, 1 if token.text == "+" else -1, True


def _currency(tokens: Sequence[Token], start: int) -> tuple[str | None, int]:
    """Read a currency before the number: ``$``, ``US$``, ``USD``, ``C$`` (which is none of the plain ones)."""
    if start >= len(tokens):
        return None, start
    text = tokens[start].text
    if text in _CURRENCY_MARKS:
        return _CURRENCY_MARKS[text], start + 1
    follower = tokens[start + 1].text if start + 1 < len(tokens) else ""
    if tokens[start].kind == WORD and follower == "$" and tokens[start + 1].glued:
        return "USD" if text in ("us", "usd") else "foreign money", start + 2
    if text.upper() in CURRENCIES and len(text) == 3 and start + 1 < len(tokens) and tokens[start + 1].kind == NUMBER:
        return text.upper(), start + 1
    return None, start


def _broken(tokens: Sequence[Token], start: int, index: int, read: Numeral, reason: str) -> Quantity:
    core = tokens[index].start, tokens[read.stop - 1].end
    return Quantity(read.stop, None, None, None, None, tokens[start].start, core[1], *core, reason)


_SMALLER_UNITS: Mapping[str, tuple[str, int, bool]] = {
    "foot": ("inch", 12, True),
    "stone": ("pound", 14, True),
    "pound": ("ounce", 16, False),
    "hour": ("minute", 60, False),
    "year": ("month", 12, False),
    "meter": ("centimeter", 100, False),
    "USD": ("cent", 100, False),
    "EUR": ("cent", 100, False),
}
"""Units that people give in two parts: the smaller one, how many make the larger, and whether its name is left out."""

_CLOCK: Mapping[str, int | None] = {
    "am": 0,
    "a . m .": 0,
    "a . m": 0,
    "pm": 12,
    "p . m .": 12,
    "p . m": 12,
    "o'clock": None,
    "in the morning": 0,
    "in the afternoon": 12,
    "in the evening": 12,
    "at night": None,
}
"""What makes an hour of the day of a number, and what it adds; None where that is not said."""


class _Rest(NamedTuple):
    """Hold the smaller part of a measure in two units, as a share of the larger."""

    value: Fraction
    stop: int
    reason: str | None


class _Reader:
    """Read what follows a numeral: unit, fraction, age, period, bound."""

    def __init__(self, tokens: Sequence[Token], start: int, index: int, forms: UnitForms) -> None:
        self.tokens = tokens
        self.start = start
        self.index = index
        self.forms = forms

    def finish(self, read: Numeral, sign: int, currency: str | None, *, signed: bool) -> Quantity:
        """Make the quantity of a numeral and everything around it."""
        tokens, stop = self.tokens, read.stop
        assert read.value is not None
        value, scaled, reason = read.value, None, None
        unit = Unit(stop, currency, currency.lower()) if currency else None
        if read.scale is not None and read.scale in GLUED_SCALES:
            scaled = value * GLUED_SCALES[read.scale] * sign
            letter = self.forms.find(tokens, stop - 1, close=True)
            if unit is None and letter is not None:
                unit = letter
            else:
                value, scaled = value * GLUED_SCALES[read.scale], None
        stop = self._ish(stop)
        following = self._unit(unit.stop if unit else stop) if unit is None or currency else None
        if following is not None and following.surface == "k" and read.scale is None and self.tokens[stop].glued:
            following = None
        if following is not None and (unit is None or following.name == unit.name):
            unit = following
        elif following is not None and currency and following.name in CURRENCIES:
            unit = Unit(following.stop, "foreign money", following.surface)  # "$500 EUR"
        stop = unit.stop if unit else stop
        if unit is not None and (tail := fraction_tail(tokens, stop)) and tail.value is not None:
            value, stop = value + tail.value, tail.stop  # a year and a half
        end = tokens[stop - 1].end
        if unit is None and (feet := self._feet(stop)) is not None:
            unit, stop, end = Unit(stop, "foot", "'"), feet.stop, tokens[feet.stop - 1].end
            value, reason = value + feet.value, feet.reason
        elif unit is not None and (rest := self._rest(unit, stop)) is not None:
            value, stop, end = value + rest.value, rest.stop, tokens[rest.stop - 1].end
            reason = rest.reason
        is_age, stop, end = self._age(unit, stop, end)
        per, stop, end = self._period(stop, end)
        stop, end, suffix = self._suffix(stop, end, value, unit)
        reason = reason or suffix
        if unit is None and (clock := self._clock(stop, value)) is not None:
            value, stop, unit = clock
        if read.scale == "fraction" and unit is None:
            reason = reason or UNREADABLE
        return Quantity(
            stop,
            value * sign,
            unit.name if unit else None,
            unit.surface if unit else None,
            per if per != "year" else None,
            tokens[self.start].start,
            end,
            tokens[self.index].start,
            tokens[read.stop - 1].end,
            reason,
            signed,
            is_age,
            scaled,
            read.plain and unit is None and currency is None,
        )

    def _feet(self, stop: int) -> "_Rest | None":
        """Read feet and inches by their marks: ``5'10``, ``5' 10"``."""
        if not (self._is("'", stop) and self.tokens[stop].glued and self._number_at(stop + 1)):
            return None
        inches = self.tokens[stop + 1].text
        if not inches.isdigit():
            return None
        after = stop + 3 if self._is('"', stop + 2) and self.tokens[stop + 2].glued else stop + 2
        return _Rest(Fraction(int(inches), 12), after, None if int(inches) < 12 else UNREADABLE)

    def _ish(self, stop: int) -> int:
        """Step over ``-ish``, which changes nothing."""
        if self._is("ish", stop) and self.tokens[stop].glued:
            return stop + 1
        return stop + 2 if self._is("-", stop) and self._is("ish", stop + 1) else stop

    def _rest(self, unit: Unit, stop: int) -> "_Rest | None":
        """Read the smaller part of a measure in two units: ``5 ft 8 in``, ``12 stone 4``, ``2 years and 3 months``."""
        smaller = _SMALLER_UNITS.get(unit.name)
        if smaller is None or stop >= len(self.tokens):
            return None
        name, ratio, bare_too = smaller
        at = stop + 1 if self._is("and", stop) else stop
        part = numeral(self.tokens, at, DecimalStyle.POINT)
        if part is None or part.value is None:
            return None
        follower = self.forms.find(self.tokens, part.stop, close=True)
        if follower is not None and follower.name == name:
            reason = None if part.value < ratio else UNREADABLE
            return _Rest(part.value / ratio, follower.stop, reason)
        if bare_too and at == stop and follower is None and part.plain and part.value < ratio:
            return _Rest(part.value / ratio, part.stop, None)
        if bare_too and at == stop and follower is None and self.tokens[at].kind == WORD and part.value < ratio:
            return _Rest(part.value / ratio, part.stop, None)
        return None

    def _clock(self, stop: int, value: Fraction) -> "tuple[Fraction, int, Unit] | None":
        """Read ``3 pm`` and ``3 in the afternoon`` as an hour of the day, 0 to 23."""
        for phrase, shift in _CLOCK.items():
            words = phrase.split()
            if all(self._is(word, stop + k) for k, word in enumerate(words)):
                after = stop + len(words)
                if value.denominator != 1 or not 0 <= value <= 12 or (value == 12 and shift is None):
                    return (value, after, Unit(after, "clock", phrase)) if shift is None else None
                hour = value % 12 + (shift or 0) if shift is not None else value
                return Fraction(hour), after, Unit(after, "clock", phrase)
        return None

    def _unit(self, stop: int) -> Unit | None:
        """Read a unit after the numeral, also across a hyphen (``36-month``)."""
        if stop >= len(self.tokens):
            return None
        token = self.tokens[stop]
        if token.text == "-" and token.glued and stop + 1 < len(self.tokens) and self.tokens[stop + 1].glued:
            return self.forms.find(self.tokens, stop + 1, close=True)
        return self.forms.find(self.tokens, stop, close=token.glued)

    def _age(self, unit: Unit | None, stop: int, end: int) -> tuple[bool, int, int]:
        """Read what makes a span of time an age: ``years old``, ``-year-old``, ``yo``."""
        at = stop
        if self._is("-", at) and unit is not None:
            at += 1
        for phrase in AGE_WORDS:
            words = phrase.split()
            if all(self._is(word, at + k) for k, word in enumerate(words)) and (unit is not None or words[0][0] == "y"):
                last = at + len(words) - 1
                # "old" may be a label's word, so the span is left as it is
                return True, last + 1, end
        return False, stop, end

    def _period(self, stop: int, end: int) -> tuple[str | None, int, int]:
        found = period(self.tokens, stop)
        return (found.name, found.stop, end) if found else (None, stop, end)

    def _suffix(self, stop: int, end: int, value: Fraction, unit: Unit | None) -> tuple[int, int, str | None]:
        """Read what makes a bound or a decade of a number (``700+``, ``40s``), and ``-ish``, which changes nothing."""
        if self._is("+", stop) and self.tokens[stop].glued:
            return stop + 1, self.tokens[stop].end, BOUND
        if self._is("s", stop) and self.tokens[stop].glued and unit is None:
            return stop + 1, self.tokens[stop].end, DECADE
        if unit is not None and unit.surface == "s" and value >= 20 and value % 10 == 0:
            return stop, end, DECADE
        loose = stop + 1 if self._is("-", stop) else stop
        if loose < len(self.tokens) and self.tokens[loose].text in ("odd", "something", "plus"):
            return loose + 1, self.tokens[loose].end, BOUND
        if self._is("x", stop) and self.tokens[stop].glued:
            return stop + 1, self.tokens[stop].end, "is a multiple of something else"
        if self._is("%", stop) or (self._is("'", stop) and self._number_at(stop + 1)):
            return stop + 1, self.tokens[stop].end, UNREADABLE
        return stop, end, None

    def _is(self, text: str, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].text == text

    def _number_at(self, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].kind == NUMBER
