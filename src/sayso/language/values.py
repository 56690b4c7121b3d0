"""Read a whole phrase as one value with its unit, or say why it is none.

``parse("three and a half percent")`` is 7/2 percent. Ranges, bounds, alternatives and all with a word that is not
understood are a reason, never a value.
"""

from dataclasses import dataclass
from fractions import Fraction

from sayso.language.fold import fold
from sayso.language.lexicon.words import HEDGES
from sayso.language.numerals import DecimalStyle
from sayso.language.quantities import quantity
from sayso.language.tokens import tokenize
from sayso.language.unit_forms import UnitForms


@dataclass(frozen=True, slots=True)
class Value:
    """Hold one exact value; `unit` as `sayso.contract.units` knows it, None where none was written."""

    number: Fraction
    unit: str | None


@dataclass(frozen=True, slots=True)
class NoValue:
    """Say why a phrase is not one value."""

    reason: str


LONGEST = 200
"""Code points: no single value is written longer."""


def parse(
    phrase: str, *, decimal: DecimalStyle = DecimalStyle.POINT, forms: UnitForms | None = None
) -> Value | NoValue:
    """Read a phrase that must be one value and nothing else.

    Args:
        phrase: the words, at most LONGEST code points.
        decimal: how people here write a decimal sign.
        forms: the units to know; the general ones where left out.

    Returns:
        The exact value, or the reason why there is none.
    """
    if len(phrase) > LONGEST:
        return NoValue("is longer than any value")
    tokens = tokenize(fold(phrase.strip()))
    start = 0
    while start < len(tokens) and tokens[start].text in HEDGES:
        start += 1
    if start == len(tokens):
        return NoValue("holds no number")
    read = quantity(tokens, start, forms or UnitForms(), decimal)
    if read is None:
        return NoValue(f"does not begin with a number: {tokens[start].text!r}")
    if read.value is None or read.reason:
        return NoValue(read.reason or "can't be read")
    if read.per is not None:
        return NoValue(f"is counted by the {read.per}")
    if read.scaled is not None:
        return NoValue("has a letter that can be a unit or a scale")
    if read.stop < len(tokens):
        return NoValue(f"goes on after the number: {tokens[read.stop].text!r}")
    return Value(read.value, read.unit)
