"""Check that each rule speaks of features to which it can apply."""

from collections.abc import Iterator, Sequence

from sayso.contract import units
from sayso.contract.shape import ContractDocument, DateRuleDocument, FeatureDocument, LessOrEqualRuleDocument
from sayso.failures import Problem
from sayso.wire import Path, place

_PARTS = ("year", "month", "day")


def rule_problems(document: ContractDocument) -> Iterator[Problem]:
    """Name every rule that is written twice, or that its features can't obey."""
    for index, rule in enumerate(document.rules):
        if rule in document.rules[:index]:
            yield Problem(place(("rules", index)), "is written twice")
            continue
        match rule:
            case DateRuleDocument(date=names):
                yield from _date(("rules", index, "date"), names, document.features)
            case LessOrEqualRuleDocument(less_or_equal=names):
                yield from _order(("rules", index, "less_or_equal"), names, document.features)


def _date(path: Path, names: Sequence[str], features: dict[str, FeatureDocument]) -> Iterator[Problem]:
    for index, (name, part) in enumerate(zip(names, _PARTS, strict=True)):
        feature = features.get(name)
        if feature is None or feature.date_part != part:
            yield Problem(place((*path, index)), f"{name!r} is no feature with date_part {part!r}")


def _order(path: Path, names: Sequence[str], features: dict[str, FeatureDocument]) -> Iterator[Problem]:
    found = [feature for name in names if (feature := features.get(name)) and feature.type != "category"]
    if len(found) < len(names):
        for index, name in enumerate(names):
            if name not in features or features[name].type == "category":
                yield Problem(place((*path, index)), f"{name!r} is no numeric feature")
    elif names[0] == names[1]:
        yield Problem(place(path), f"compares {names[0]!r} with itself")
    elif not _comparable(*(feature.unit for feature in found)):
        units_named = " and ".join(feature.unit or "no unit" for feature in found)
        yield Problem(place(path), f"compares numbers of different units ({units_named})")
    elif found[0].range and found[1].range and found[0].range[0] > found[1].range[1]:
        yield Problem(place(path), f"can never hold: {names[0]!r} begins above the end of {names[1]!r}")


def _comparable(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one == other
    return units.conversion(one, other) == units.SAME
