"""Admit values to the model, or refuse them with every violation named.

Only this module makes a `FeatureVector`; whoever holds one knows that its values are finite, typed, within range, in
contract order, and obey the contract's rules.
"""

import calendar
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sayso.contract.model import FLOAT32_MAX, Contract, DateRule, Feature, FeatureType, LessOrEqualRule, Rule
from sayso.failures import Failure, FailureClass, Violation

__all__ = ["FLOAT32_MAX", "FeatureVector", "Value", "admit", "refusal", "violations_of"]

Value = float | str


@dataclass(frozen=True, slots=True)
class FeatureVector:
    """Hold admitted values in contract order: the only thing that can be sent to a model."""

    contract: Contract
    values: tuple[Value, ...]

    def as_instance(self) -> dict[str, Value]:
        """Give the values by feature name, as one instance of a predict request."""
        return dict(zip(self.contract.names, self.values, strict=True))


def admit(contract: Contract, values: Mapping[str, object]) -> FeatureVector | Failure:
    """Check values against the contract.

    Args:
        contract: the contract to obey.
        values: feature name → value, as JSON holds it.

    Returns:
        The vector in contract order, or a Failure with one violation for each fault. Its class is the first one's:
        missing keys come before unexpected ones, keys before values, values before the rules between them.
    """
    violations = tuple(violations_of(contract, values))
    if violations:
        return refusal(violations)
    return FeatureVector(contract, tuple(_plain(feature, values[feature.name]) for feature in contract.features))


def refusal(violations: tuple[Violation, ...]) -> Failure:
    """Make one failure of all violations; its class is the first violation's."""
    failure_class = FailureClass[violations[0].rule.upper()]
    shown = "; ".join(str(violation) for violation in violations[:5])
    rest = f"; and {len(violations) - 5} more" if len(violations) > 5 else ""
    return Failure(failure_class, shown + rest, violations)


def violations_of(contract: Contract, values: Mapping[str, object], instance: int | None = None) -> Iterator[Violation]:
    """Name every fault of one row: keys first, then values, then rules between sound values."""
    for name in contract.names:
        if name not in values:
            yield Violation(name, "missing_key", None, contract.by_name[name].allowed, instance)
    for name in values:
        if name not in contract.by_name:
            yield Violation(_cut(name), "unexpected_key", _shown(values[name]), _known(contract), instance)
    sound: dict[str, Value] = {}
    for feature in contract.features:
        if feature.name not in values:
            continue
        value = values[feature.name]
        rule = _fault(feature, value)
        if rule is None:
            sound[feature.name] = _plain(feature, value)
        else:
            yield Violation(feature.name, rule.label, _shown(value), feature.allowed, instance)
    for broken in contract.rules:
        yield from _broken(broken, sound, instance)


def _fault(feature: Feature, value: object) -> FailureClass | None:
    """Find the first thing wrong with one value."""
    if feature.type is FeatureType.CATEGORY:
        if not isinstance(value, str):
            return FailureClass.WRONG_TYPE
        return None if value in feature.values else FailureClass.OUT_OF_RANGE
    if isinstance(value, bool) or not isinstance(value, int | float):
        return FailureClass.WRONG_TYPE
    # Compared before anything else: math.isfinite raises on an integer of 400 digits, and NaN compares with nothing.
    if not -FLOAT32_MAX <= value <= FLOAT32_MAX:
        return FailureClass.NOT_FINITE
    if feature.type is FeatureType.INTEGER and value != int(value):
        return FailureClass.WRONG_TYPE
    if feature.range is not None and value not in feature.range:
        return FailureClass.OUT_OF_RANGE
    return None


def _plain(feature: Feature, value: object) -> Value:
    if feature.type is FeatureType.CATEGORY:
        return str(value)
    assert isinstance(value, int | float)
    return float(value)


def _broken(rule: Rule, sound: Mapping[str, Value], instance: int | None) -> Iterator[Violation]:
    """Apply a rule where all its values are sound; a faulty value was named already."""
    match rule:
        case DateRule(year, month, day):
            names = (year, month, day)
            if all(name in sound for name in names):
                y, m, d = (int(sound[name]) for name in names)
                if not 1 <= m <= 12 or not 1 <= d <= calendar.monthrange(max(y, 1), m)[1]:
                    yield Violation(day, "rule_violated", f"{y:04}-{m:02}-{d:02}", "a date of the calendar", instance)
        case LessOrEqualRule(smaller, larger):
            if smaller in sound and larger in sound:
                low, high = float(sound[smaller]), float(sound[larger])
                if low > high:
                    got = f"{smaller} {low!r} > {larger} {high!r}"
                    yield Violation(smaller, "rule_violated", got, f"{smaller} <= {larger}", instance)


def _known(contract: Contract) -> object:
    """List the keys that would be accepted, where there are few: a body of wrong keys must not make a huge answer."""
    count = len(contract.names)
    return list(contract.names) if count <= 20 else f"one of the contract's {count} features"


def _shown(value: object) -> object:
    """Show a value as JSON can hold it, in bounded length."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case bool() | float() | None:
            return value
        case int():
            return value if abs(value) <= 2**53 else f"{value:e}" if abs(value) < 10**300 else "an integer beyond 1e300"
        case str():
            return _cut(value)
        case _:
            return f"a JSON {'list' if isinstance(value, list) else 'object'}"


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
