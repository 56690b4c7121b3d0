"""Make one instance that a contract admits, so that everything else can be one fault away from it."""

import json
from collections.abc import Mapping

from sayso.contract.admit import admit
from sayso.contract.model import Contract, DatePart, DateRule, Feature, FeatureType, LessOrEqualRule
from sayso.failures import Failure, ProbeError
from sayso.wire import JSON

DATE: Mapping[DatePart, int] = {DatePart.YEAR: 2024, DatePart.MONTH: 6, DatePart.DAY: 15}
"""A day that every calendar rule takes."""


def sound_instance(contract: Contract) -> Mapping[str, JSON]:
    """Take the middle of every range and the first of every category, then mend what the rules forbid.

    Raises:
        ProbeError: the rules still forbid it; somebody who knows the model must give an instance.
    """
    values = {feature.name: _middle(feature) for feature in contract.features}
    for rule in contract.rules:
        match rule:
            case DateRule(year, month, day):
                values |= {year: DATE[DatePart.YEAR], month: DATE[DatePart.MONTH], day: DATE[DatePart.DAY]}
            case LessOrEqualRule(smaller, larger):
                values |= _ordered(contract, smaller, larger, values)
    return checked(contract, values)


def checked(contract: Contract, values: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Give the instance back if the contract admits it.

    Raises:
        ProbeError: it does not.
    """
    admitted = admit(contract, dict(values))
    if isinstance(admitted, Failure):
        raise ProbeError(f"no sound instance to start from: {admitted.detail}; give one with --instance FILE")
    return values


def texts(instance: Mapping[str, JSON]) -> Mapping[str, str]:
    """Give each value as JSON text, in order: so that any text can take its place, JSON or not."""
    return {name: json.dumps(value, ensure_ascii=False) for name, value in instance.items()}


def _middle(feature: Feature) -> JSON:
    if feature.type is FeatureType.CATEGORY:
        return feature.values[0]
    if feature.date_part is not None and (feature.range is None or DATE[feature.date_part] in feature.range):
        return DATE[feature.date_part]
    middle = (feature.range.low / 2 + feature.range.high / 2) if feature.range else 1.0
    return round(middle) if feature.type is FeatureType.INTEGER else middle


def _ordered(contract: Contract, smaller: str, larger: str, values: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Give both features values in order: as they are, or both at the edges where the one allows the other."""
    low, high = values[smaller], values[larger]
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    if low <= high:
        return {}
    below, above = contract.by_name[smaller].range, contract.by_name[larger].range
    return {smaller: below.low if below else high, larger: above.high if above else low}
