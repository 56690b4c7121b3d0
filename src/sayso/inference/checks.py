"""Check what one item of a reply states against the contract's target: kind exact, finite, in range, whole."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sayso.contract.model import Contract, TargetType
from sayso.failures import Failure, FailureClass
from sayso.inference.payload import Stated, broken_shape
from sayso.wire import JSON

PROBABILITY_TOLERANCE = 1e-6
"""How far probabilities may sum from 1 (float32 softmax over a few hundred classes stays below 1e-6)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Hold a prediction interval in the target's unit."""

    level: float
    """The share of cases that it is made to cover, 0 to 1."""
    low: float
    high: float

    def as_json(self) -> dict[str, JSON]:
        """Give the keys of the answer shape."""
        return {"level": self.level, "low": self.low, "high": self.high}


def value_of(stated: Stated, contract: Contract) -> float | str | Failure:
    """Give the predicted number or class, or say why it is none of this contract's."""
    target, value = contract.target, stated.value
    if target.type is TargetType.CATEGORY:
        if not isinstance(value, str):
            return broken_shape(f"the predicted value is {type(value).__name__}, not one of {list(target.values)}")
        if value not in target.values:
            return Failure(
                FailureClass.OUT_OF_TARGET_RANGE, f"the predicted value {value!r:.80} is not in the contract"
            )
        return value
    number = _number(value)
    if number is None:
        return broken_shape(f"the predicted value is {type(value).__name__}, not a number")
    if not math.isfinite(number):
        return Failure(FailureClass.NOT_FINITE_PREDICTION, f"the model answered {number}")
    if target.range is not None and number not in target.range:
        return Failure(FailureClass.OUT_OF_TARGET_RANGE, f"{number:g} lies outside the target's {target.range}")
    return number


def interval_of(stated: Stated) -> Interval | Failure | None:
    """Give the interval; None where there is none."""
    if stated.interval is None:
        return None
    broken = broken_shape("the interval is not {level, low, high} in order")
    if not isinstance(stated.interval, dict):
        return broken
    level, low, high = (_number(stated.interval.get(key)) for key in ("level", "low", "high"))
    if level is None or low is None or high is None or not (0 < level < 1 and -math.inf < low <= high < math.inf):
        return broken
    return Interval(level, low, high)


def probabilities_of(stated: Stated, contract: Contract) -> Mapping[str, float] | Failure | None:
    """Give the probability of every class; None for a number, and where the agreement has none."""
    value = stated.probabilities
    if contract.target.type is not TargetType.CATEGORY:
        return None if value is None else broken_shape("a number came with probabilities")
    if value is None and not stated.needs_probabilities:
        return None
    if not isinstance(value, dict) or set(value) != set(contract.target.values):
        return broken_shape("the probabilities do not name every class once")
    shares = {name: share for name, found in value.items() if (share := _number(found)) is not None}
    if len(shares) != len(value) or not all(0 <= share <= 1 for share in shares.values()):
        return broken_shape("a probability is not between 0 and 1")
    if abs(sum(shares.values()) - 1) > PROBABILITY_TOLERANCE:
        return broken_shape(f"the probabilities sum to {sum(shares.values()):.8f}")
    return shares


def _number(value: JSON) -> float | None:
    """Give a JSON number as a float; None for anything else, `true` included."""
    return None if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
