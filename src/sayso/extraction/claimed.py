"""Give a claimed value in its feature's own unit."""

from fractions import Fraction

from sayso.contract import units
from sayso.contract.model import Feature
from sayso.language.fold import fold
from sayso.language.tokens import tokenize
from sayso.language.vocabulary import Vocabulary


class ClaimError(ValueError):
    """Say why a value can't be one of the feature's."""


def claimed(vocabulary: Vocabulary, feature: Feature, value: float | int | str, unit: str | None) -> Fraction | str:
    """Read a value as written in `unit`, or in the feature's own where that is None.

    Raises:
        ClaimError: if the contract has no such word, the value is no number, or the unit does not convert.
    """
    if not feature.unit and isinstance(value, str):
        if value not in feature.values:
            raise ClaimError("the contract has no such value")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ClaimError("the value is no number")
    exact = Fraction(repr(value))
    if unit is None or unit == feature.unit:
        return exact
    factor = feature.units.get(unit)
    if factor is not None:
        return exact * Fraction(str(factor))
    found = vocabulary.forms.find(tokenize(fold(unit)), 0, close=True)
    conversion = units.conversion(found.name, feature.unit) if found and feature.unit else None
    if conversion is None:
        raise ClaimError(f"the unit {unit[:40]!r} does not convert")
    return conversion(exact)
