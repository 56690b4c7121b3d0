"""Read what follows a numeral: unit, smaller part, age, period, and what makes a bound of it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from sayso.contract.units import CURRENCIES
from sayso.language.lexicon.numbers import GLUED_SCALES
from sayso.language.lexicon.units import AGE_WORDS
from sayso.language.numerals import UNREADABLE, DecimalStyle, Numeral, fraction_tail, numeral
from sayso.language.quantity import BOUND, DECADE, Quantity
from sayso.language.tokens import NUMBER, WORD, Token
from sayso.language.unit_forms import Unit, UnitForms, period

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

_HOURS: Mapping[str, int | None] = {
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


_CLOCK: Mapping[str, Sequence[tuple[Sequence[str], int | None]]] = {
    first: [(phrase.split(), shift) for phrase, shift in _HOURS.items() if phrase.split()[0] == first]
    for first in {phrase.split()[0] for phrase in _HOURS}
}
_AGES: Mapping[str, Sequence[Sequence[str]]] = {
    first: [phrase.split() for phrase in AGE_WORDS if phrase.split()[0] == first]
    for first in {phrase.split()[0] for phrase in AGE_WORDS}
}
"""The tables by their first word."""


class _Rest(NamedTuple):
    """Hold the smaller part of a measure in two units, as a share of the larger."""

    value: Fraction
    stop: int
    reason: str | None


class Measure:
    """Read what follows a numeral: unit, fraction, age, period, bound."""

    def __init__(self, tokens: Sequence[Token], start: int, index: int, forms: UnitForms) -> None:
        self.tokens = tokens
        self.start = start
        self.index = index
        self.forms = forms

    def finish(self, read: Numeral, sign: int, currency: str | None, *, signed: bool) -> Quantity:
        """Make the quantity of a numeral and everything around it."""
        assert read.value is not None
        value, scaled, unit = self._scale(read, currency)
        unit = self._following_unit(read, unit, currency)
        stop = unit.stop if unit else self._ish(read.stop)
        value, stop, unit, reason = self._smaller_part(value, stop, unit)
        end = self.tokens[stop - 1].end
        is_age, stop, end = self._age(unit, stop, end)
        per, stop, end = self._period(unit, stop, end)
        stop, end, suffix = self._suffix(stop, end, value, unit)
        if unit is None and (clock := self._clock(stop, value)) is not None:
            value, stop, unit = clock
        if read.scale == "fraction" and unit is None:
            suffix = suffix or UNREADABLE
        return Quantity(
            stop=stop,
            value=value * sign,
            unit=unit.name if unit else None,
            surface=unit.surface if unit else None,
            per=per if per != "year" else None,
            start=self.tokens[self.start].start,
            end=end,
            core_start=self.tokens[self.index].start,
            core_end=self.tokens[read.stop - 1].end,
            reason=reason or suffix,
            signed=signed,
            is_age=is_age,
            scaled=None if scaled is None else scaled * sign,
            bare_integer=read.plain and unit is None and currency is None,
        )

    def _scale(self, read: Numeral, currency: str | None) -> tuple[Fraction, Fraction | None, Unit | None]:
        """Read a glued letter (``5m``) as a scale, or as a unit that could also be a scale."""
        assert read.value is not None
        unit = Unit(read.stop, currency, currency.lower()) if currency else None
        if read.scale is None or read.scale not in GLUED_SCALES:
            return read.value, None, unit
        scaled = read.value * GLUED_SCALES[read.scale]
        letter = self.forms.find(self.tokens, read.stop - 1, close=True)
        return (scaled, None, unit) if unit is not None or letter is None else (read.value, scaled, letter)

    def _following_unit(self, read: Numeral, unit: Unit | None, currency: str | None) -> Unit | None:
        """Read the unit after the numeral; after a currency mark only the same currency's name adds nothing."""
        if unit is not None and not currency:
            return unit
        stop = unit.stop if unit else self._ish(read.stop)
        following = self._unit(stop)
        if following is None or (following.surface == "k" and read.scale is None and self.tokens[stop].glued):
            return unit
        if unit is None or following.name == unit.name:
            return following
        return Unit(following.stop, "foreign money", following.surface) if following.name in CURRENCIES else unit

    def _smaller_part(
        self, value: Fraction, stop: int, unit: Unit | None
    ) -> tuple[Fraction, int, Unit | None, str | None]:
        """Read what makes a measure more precise: ``a year and a half``, ``5'10``, ``5 ft 8 in``."""
        if unit is not None and (tail := fraction_tail(self.tokens, stop)) and tail.value is not None:
            value, stop = value + tail.value, tail.stop
        if unit is None and (feet := self._feet(stop)) is not None:
            return value + feet.value, feet.stop, Unit(stop, "foot", "'"), feet.reason
        if unit is not None and (rest := self._rest(unit, stop)) is not None:
            return value + rest.value, rest.stop, unit, rest.reason
        return value, stop, unit, None

    def _feet(self, stop: int) -> _Rest | None:
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

    def _rest(self, unit: Unit, stop: int) -> _Rest | None:
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

    def _clock(self, stop: int, value: Fraction) -> tuple[Fraction, int, Unit] | None:
        """Read ``3 pm`` and ``3 in the afternoon`` as an hour of the day, 0 to 23."""
        for words, shift in _CLOCK.get(self._text(stop), ()):
            if self._follows(words, stop):
                after = stop + len(words)
                unit = Unit(after, "clock", " ".join(words))
                if value.denominator != 1 or not 0 <= value <= 12 or (value == 12 and shift is None):
                    return (value, after, unit) if shift is None else None
                return Fraction(value % 12 + shift) if shift is not None else value, after, unit
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
        """Read what makes a span of time an age: ``years old``, ``-year-old``, ``yo``; the span is left as it is."""
        at = stop + 1 if unit is not None and self._is("-", stop) else stop
        for words in _AGES.get(self._text(at), ()):
            if self._follows(words, at) and (unit is not None or words[0][0] == "y"):
                return True, at + len(words), end
        return False, stop, end

    def _period(self, unit: Unit | None, stop: int, end: int) -> tuple[str | None, int, int]:
        found = period(self.tokens, stop)
        if found is not None and self._text(stop) == "each" and (unit is None or unit.name not in CURRENCIES):
            return None, stop, end  # "2 percent each" is of the names before it
        if found is None and self._is("per", stop) and stop + 1 < len(self.tokens):
            return self.tokens[stop + 1].text, stop + 2, end  # €900 per m²
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
        if self._is("^", stop) or self._is("%", stop) or (self._is("'", stop) and self._number_at(stop + 1)):
            return stop + 1, self.tokens[stop].end, UNREADABLE
        return stop, end, None

    def _text(self, index: int) -> str:
        return self.tokens[index].text if index < len(self.tokens) else ""

    def _follows(self, words: Sequence[str], index: int) -> bool:
        return all(self._is(word, index + k) for k, word in enumerate(words))

    def _is(self, text: str, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].text == text

    def _number_at(self, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].kind == NUMBER
