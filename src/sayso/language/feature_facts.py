"""Work out what reading needs to know of each feature."""

from collections.abc import Mapping
from typing import NamedTuple

from sayso.contract import units
from sayso.contract.model import Feature, FeatureType
from sayso.language.lexicon.people import AGE_NAMES
from sayso.language.words_of import words_of


class FeatureFacts(NamedTuple):
    """Hold what reading needs to know of one feature."""

    feature: Feature
    numeric: bool
    is_percent: bool
    is_time: bool
    is_age: bool
    is_temperature: bool
    """Its unit is a degree, so that ``11 degrees`` states it."""
    is_clock: bool
    """It is an hour of the day, so that ``3 pm`` states it."""
    period_words: frozenset[str]
    """Periods that the feature's own name speaks of (``monthly payment``)."""


_PERIODS: Mapping[str, frozenset[str]] = {
    "month": frozenset({"monthly", "month"}),
    "week": frozenset({"weekly"}),
    "day": frozenset({"daily"}),
    "hour": frozenset({"hourly"}),
}
"""Period → words in a feature's name that say it is counted by it."""


def facts_of(feature: Feature) -> FeatureFacts:
    """Work out what a feature's name, unit and range say about how it is spoken of."""
    names = {" ".join(words_of(name)) for name in (feature.name, *feature.aliases)}
    words = {word for name in names for word in name.split()}
    unit = feature.unit
    is_time = unit is not None and unit not in units.SHARES and units.conversion(unit, "second") is not None
    return FeatureFacts(
        feature,
        feature.type is not FeatureType.CATEGORY,
        unit == "percent",
        is_time,
        is_time and bool(names & AGE_NAMES or "age" in words),
        unit is not None and unit not in units.SHARES and units.conversion(unit, "kelvin") is not None,
        unit is None and "hour" in words and feature.range is not None and feature.range.high <= 24,
        frozenset(period for period, marks in _PERIODS.items() if words & marks),
    )
