"""Ask the model what each value does: move one feature over what the model learned from, and hold the others.

Only a package in this process is asked, and only where its revision is the one that answered. Every point is admitted
by the contract like any other row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sayso.answer import Answer
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.model import Contract, Feature, FeatureType, Range
from sayso.predictor.package import Package

POINTS = 41
"""Enough for a smooth line; a tree's steps show as steps."""


@dataclass(frozen=True, slots=True)
class Point:
    """Hold one value of a feature with what the model answers there."""

    at: float | str
    predicted: float
    """The number; for a class, the share of the class that was predicted."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Hold what one feature does."""

    feature: Feature
    points: tuple[Point, ...]
    here: Point
    """The value that was said."""

    @property
    def span(self) -> float:
        """Give how far the prediction moves."""
        values = [point.predicted for point in self.points]
        return max(values) - min(values)


def usable(package: Package | None, answer: Answer) -> bool:
    """Say whether a package is the very model that answered."""
    return package is not None and answer.prediction is not None and package.revision == answer.revision


def curves(package: Package, answer: Answer) -> tuple[Curve, ...]:
    """Give one curve for each feature, the one that moves the prediction most first."""
    said = {name: evidence.value for name, evidence in answer.features.items() if evidence is not None}
    contract, ranges = package.contract, package.training_ranges
    found = (
        _curve(package, answer, feature, said, _places(feature, ranges.get(feature.name)))
        for feature in contract.features
    )
    return tuple(sorted((curve for curve in found if curve is not None), key=lambda curve: -curve.span))


def _places(feature: Feature, learned: Range | None) -> Sequence[float | str]:
    if feature.type is FeatureType.CATEGORY:
        return feature.values
    if learned is None:
        return ()
    step = (learned.high - learned.low) / (POINTS - 1)
    places = [learned.low + step * index for index in range(POINTS - 1)] + [learned.high]
    return sorted({float(round(place)) for place in places}) if feature.type is FeatureType.INTEGER else places


def _curve(
    package: Package,
    answer: Answer,
    feature: Feature,
    said: Mapping[str, float | str],
    places: Sequence[float | str],
) -> Curve | None:
    """Sweep one feature; None where fewer than two of its points are admitted."""
    rows = {place: _row(package.contract, {**said, feature.name: place}) for place in places}
    admitted = {place: row for place, row in rows.items() if row is not None}
    here = _row(package.contract, said)
    if here is None or len(admitted) < 2:
        return None
    outputs = package.predict([here, *admitted.values()])
    first, *others = (_number(output, answer) for output in outputs)
    points = tuple(Point(place, value) for place, value in zip(admitted, others, strict=True))
    return Curve(feature, points, Point(said[feature.name], first))


def _row(contract: Contract, values: Mapping[str, float | str]) -> FeatureVector | None:
    vector = admit(contract, values)
    return vector if isinstance(vector, FeatureVector) else None


def _number(output: float | list[float], answer: Answer) -> float:
    """Give the number, or the share of the class that was predicted."""
    if not isinstance(output, list):
        return output
    assert answer.prediction is not None
    return output[answer.contract.target.values.index(str(answer.prediction.value))]
