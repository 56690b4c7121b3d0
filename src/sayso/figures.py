"""Write values as people read them: with a unit, and with as many decimals as mean something.

The answer's JSON holds every digit; this is for the terminal and the page alone.
"""

from math import floor, log10

from sayso.answer import Answer
from sayso.contract.model import Contract, unit_words
from sayso.extraction.schema import Evidence
from sayso.failures import Violation
from sayso.inference_service import Prediction

SIGNIFICANT_OF_HALF_WIDTH = 2
"""An interval's half-width is itself an estimate: more than two of its digits are noise."""
SIGNIFICANT_OF_VALUE = 4
"""Digits of a number that comes without an interval; float32 carries seven."""
MOST_DECIMALS = 12


def quantity(value: float | str, unit: str | None, decimals: int | None = None) -> str:
    """Write a value with its unit: ``4.27 %``; without `decimals`, as it was said."""
    if isinstance(value, str):
        return value
    number = f"{value:.10g}" if decimals is None else f"{value:.{decimals}f}"
    return f"{number} {unit_words(unit)}".strip()


def stated(evidence: Evidence) -> str:
    """Write the value of one feature: ``3.1 %``."""
    return quantity(evidence.value, evidence.unit)


def predicted(answer: Answer) -> str:
    """Write the prediction with its unit; the answer must hold one."""
    assert answer.prediction is not None
    return quantity(answer.prediction.value, answer.contract.target.unit, decimals_of(answer.prediction))


def interval(answer: Answer) -> str | None:
    """Write the interval: ``90% interval 3.33 to 5.21 %``; None where there is none."""
    prediction = answer.prediction
    if prediction is None or prediction.interval is None:
        return None
    ends, decimals = prediction.interval, decimals_of(prediction)
    high = quantity(ends.high, answer.contract.target.unit, decimals)
    return f"{100 * ends.level:.4g}% interval {quantity(ends.low, None, decimals)} to {high}"


def decimals_of(prediction: Prediction) -> int:
    """Say how many decimals of a prediction mean something: two digits of the half-width, else four of the value."""
    value, ends = prediction.value, prediction.interval
    if isinstance(value, str):
        return 0
    if ends is not None and ends.high > ends.low:
        return _decimals((ends.high - ends.low) / 2, SIGNIFICANT_OF_HALF_WIDTH)
    return _decimals(abs(value), SIGNIFICANT_OF_VALUE)


def _decimals(size: float, significant: int) -> int:
    if size == 0:
        return significant - 1
    return min(max(0, significant - 1 - floor(log10(size))), MOST_DECIMALS)


def fault(violation: Violation, contract: Contract) -> str:
    """Say what is wrong at one place: ``Unemployment Rate: 900 %; allowed is 0 to 50 %``."""
    feature = contract.by_name.get(violation.feature or "")
    unit = feature.unit if feature else None
    got = violation.got
    said = quantity(got, unit) if isinstance(got, int | float | str) else repr(got)
    return f"{violation.feature or 'The request'}: {said}; allowed is {_allowed(violation.allowed, unit)}"


def _allowed(allowed: object, unit: str | None) -> str:
    match allowed:
        case [int() | float() as low, int() | float() as high]:
            return f"{quantity(low, None)} to {quantity(high, unit)}"
        case [*words]:
            return " or ".join(str(word) for word in words)
        case _:
            return str(allowed)
