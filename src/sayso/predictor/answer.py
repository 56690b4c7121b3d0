"""Shape one prediction as the predictor sends it: the only place that does."""

from collections.abc import Callable

import msgspec

from sayso.predictor.package import Package
from sayso.predictor.session import Output
from sayso.wire import JSON


class Interval(msgspec.Struct, frozen=True, gc=False):
    """Hold where the true value lies with the probability *level*."""

    level: float
    low: float
    high: float


class Predicted(msgspec.Struct, frozen=True, gc=False):
    """Hold one prediction; what is unset is not sent."""

    value: float | str
    interval: Interval | msgspec.UnsetType
    probabilities: dict[str, float] | msgspec.UnsetType
    contract: str
    revision: str


Shape = Callable[[Output], Predicted]
"""Shape what `Package.predict` gave for one row."""


def shape_for(package: Package) -> Shape:
    """Compile the shape of a package's predictions: value, interval or probabilities, contract and revision."""
    contract, revision, interval = package.contract.reference, package.revision, package.interval
    values = package.contract.target.values

    def shape(output: Output) -> Predicted:
        if isinstance(output, list):  # the most probable value, the first of equals
            best = values[output.index(max(output))]
            return Predicted(best, msgspec.UNSET, dict(zip(values, output, strict=True)), contract, revision)
        if interval is None:
            return Predicted(output, msgspec.UNSET, msgspec.UNSET, contract, revision)
        around = Interval(interval.level, output - interval.half_width, output + interval.half_width)
        return Predicted(output, around, msgspec.UNSET, contract, revision)

    return shape


def prediction(package: Package, output: Output) -> dict[str, JSON]:
    """Give one prediction as plain JSON values.

    Args:
        package: whose model answered.
        output: what `Package.predict` gave for one row: a number, or probabilities in the order of the target's values.
    """
    shape: dict[str, JSON] = msgspec.to_builtins(shape_for(package)(output))
    return shape
