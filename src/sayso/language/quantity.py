"""Hold one quantity as it is written."""

from fractions import Fraction
from typing import NamedTuple


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
