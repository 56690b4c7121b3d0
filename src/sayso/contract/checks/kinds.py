"""Check that each feature and the target hold the keys of their type, and no other type's."""

from collections.abc import Iterator

from sayso.contract.shape import ContractDocument, FeatureDocument, TargetDocument
from sayso.failures import Problem
from sayso.wire import Path, place

_DATE_RANGES = {"month": (1.0, 12.0), "day": (1.0, 31.0)}
"""What a part of a Gregorian date can be; years are left to the contract."""


def kind_problems(document: ContractDocument) -> Iterator[Problem]:
    """Name every key that does not go with its type."""
    yield from _target(document.target)
    for name, feature in document.features.items():
        path: Path = ("features", name)
        yield from _category(path, feature) if feature.type == "category" else _number(path, feature)


def _target(target: TargetDocument) -> Iterator[Problem]:
    if target.type == "number" and target.values is not None:
        yield Problem("$.target.values", "a number has no values; use type category, or a range")
    if target.type == "category":
        if target.values is None:
            yield Problem("$.target", "a category needs values: a list of its classes")
        for key, given in (("unit", target.unit), ("range", target.range)):
            if given is not None:
                yield Problem(f"$.target.{key}", f"a category has no {key}; remove it")


def _category(path: Path, feature: FeatureDocument) -> Iterator[Problem]:
    if feature.values is None:
        yield Problem(place(path), "a category needs values: an object of each value and a list of other words for it")
    given = {"unit": feature.unit, "range": feature.range, "date_part": feature.date_part, "units": feature.units}
    for key, value in given.items():
        if value:
            yield Problem(place((*path, key)), f"a category has no {key}; remove it")


def _number(path: Path, feature: FeatureDocument) -> Iterator[Problem]:
    if feature.values is not None:
        yield Problem(place((*path, "values")), f"a {feature.type} has no values; use type category, or a range")
    if feature.date_part is not None and feature.type != "integer":
        yield Problem(place((*path, "date_part")), f"a part of a date is an integer; this is a {feature.type}")
    if feature.range is not None:
        yield from _range((*path, "range"), feature, *feature.range)


def _range(path: Path, feature: FeatureDocument, low: float, high: float) -> Iterator[Problem]:
    if feature.type == "integer":
        for index, bound in enumerate((low, high)):
            if not bound.is_integer():
                yield Problem(place((*path, index)), f"the range of an integer has whole bounds (got {bound:g})")
    if feature.type == "integer" and feature.date_part in _DATE_RANGES:
        least, most = _DATE_RANGES[feature.date_part]
        if low < least or high > most:
            yield Problem(place(path), f"a {feature.date_part} lies between {least:g} and {most:g}")
