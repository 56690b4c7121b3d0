"""Hold what one turn says about features, and settle several statements about one feature.

Two different values with no correction between them are a conflict: neither counts.
"""

from collections.abc import Iterable
from enum import Enum, auto
from fractions import Fraction
from typing import NamedTuple


class Effect(Enum):
    """Say what a statement does to its feature."""

    SET = auto()
    """It states the value."""
    BLOCKED = auto()
    """Something was said that is no value (a range, a bound, a relation, two readings): the feature is asked for."""
    DENIED = auto()
    """It is about another time or case, or denied: it states nothing, and takes back the same value said before."""
    WITHDRAWN = auto()
    """It takes back what was said."""


class Statement(NamedTuple):
    """Hold one thing said about one feature; offsets are code points of the raw turn."""

    feature: int
    effect: Effect
    value: Fraction | str | None
    start: int
    end: int
    """The quote: number, unit, and what changes sign or meaning."""
    core_start: int
    core_end: int
    """The numeral or word alone."""
    reason: str = ""
    corrects: bool = False
    """A correction mark stands before it."""


OTHER_TIME = "is about another time"
"""Why a denial says nothing of the value that counts now, though the two may be equal."""
CONFLICT = "two different values were said"


def settle(statements: Iterable[Statement]) -> Statement | None:
    """Fold one turn's statements about one feature, in order, into the one that counts; None where none does."""
    current: Statement | None = None
    for statement in statements:
        current = _follow(current, statement)
    return current


def _follow(current: Statement | None, new: Statement) -> Statement | None:
    match new.effect:
        case Effect.WITHDRAWN:
            return new
        case Effect.DENIED:
            same = current is not None and current.effect is Effect.SET and current.value == new.value
            return new if current is None or (same and new.reason != OTHER_TIME) else current
        case Effect.SET | Effect.BLOCKED:
            if current is None or new.corrects or current.effect in (Effect.DENIED, Effect.WITHDRAWN):
                return new
            if current.effect is Effect.SET and new.effect is Effect.SET and current.value == new.value:
                return new
            return new._replace(effect=Effect.BLOCKED, value=None, reason=CONFLICT)
