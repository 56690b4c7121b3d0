"""Admit values to the model, or refuse them with every violation named.

Only this module makes a `FeatureVector`; whoever holds one knows that its values are finite, typed, within range, in
contract order, and obey the contract's rules.
"""

import calendar
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sayso.contract.model import Contract, DateRule, Feature, FeatureType, LessOrEqualRule, Rule
from sayso.failures import Failure, FailureClass, Violation

FLOAT32_MAX = 3.4028234663852886e38
"""The largest float32 (IEEE 754): beyond it a model input becomes infinite, and trees answer that in silence."""

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
        The vector in contract order, or a Failure with one violation for each fault, worst first in class.
    """
    violations = tuple(violations_of(contract, values))
    if violations:
        return refusal(violations)
    return FeatureVector(contract, tuple(_plain(feature, values[feature.name]) for feature in contract.features))


def refusal(violations: tuple[Violation, ...]) -> Failure:
    """Make one failure of all violations; its class is the first violation's."""
    failure_class = FailureClass.of_label(violations[0].rule) or FailureClass.WRONG_TYPE
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
            yield Violation(name, "unexpected_key", _shown(values[name]), list(contract.names), instance)
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
    if not math.isfinite(value) or abs(value) > FLOAT32_MAX:
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
            if smaller in sound and larger in sound and sound[smaller] > sound[larger]:  # type: ignore[operator]
                got = f"{smaller} {sound[smaller]:g} > {larger} {sound[larger]:g}"
                yield Violation(smaller, "rule_violated", got, f"{smaller} <= {larger}", instance)


def _shown(value: object) -> object:
    """Show a value as JSON can hold it, in bounded length."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else f"{value:e}" if abs(value) < 10**300 else "an integer beyond 1e300"
    if isinstance(value, str):
        return value if len(value) <= 80 else value[:77] + "…"
    return f"a JSON {'list' if isinstance(value, list) else 'object'}"
