"""Work out what reading needs to know of each feature."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sayso.contract import units
from sayso.contract.model import Feature, FeatureType
from sayso.language.lexicon.people import AGE_NAMES, PERSON_WORDS
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
    """What the feature's own name says it is counted by (``monthly payment``, ``price per night``)."""
    qualifiers: frozenset[str]
    """Stems of the words that say which date this part is of (``sowing day``); none where any date is meant."""


_DATE_WORDS = frozenset("year month day date the of in calendar number".split())
_SUFFIXES = ("ration", "ation", "tion", "ing", "ed", "e")

_PERIODS: Mapping[str, frozenset[str]] = {
    "month": frozenset({"monthly", "month"}),
    "week": frozenset({"weekly"}),
    "day": frozenset({"daily"}),
    "hour": frozenset({"hourly"}),
}
"""Period → words in a feature's name that say it is counted by it."""


def _counted_by(names: Iterable[str]) -> frozenset[str]:
    return frozenset(after.split()[0] for name in names for _, _, after in [name.partition(" per ")] if after.split())


def _qualifiers(feature: Feature, names: Iterable[str]) -> frozenset[str]:
    """Give the stems of what a date part's names say besides year, month and day; none where one name says no more."""
    if feature.date_part is None:
        return frozenset()
    beside = [set(name.split()) - _DATE_WORDS for name in names]
    return frozenset(_stem(word) for words in beside for word in words) if all(beside) else frozenset()


def _stem(word: str) -> str:
    return next((word[: -len(end)] for end in _SUFFIXES if word.endswith(end) and len(word) - len(end) >= 3), word)


def _is_persons_age(words: Sequence[str]) -> bool:
    return " ".join(words) in AGE_NAMES or ("age" in words and PERSON_WORDS.issuperset(words))


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
        is_time and any(_is_persons_age(name.split()) for name in names),
        unit is not None and unit not in units.SHARES and units.conversion(unit, "kelvin") is not None,
        unit is None and "hour" in words and feature.range is not None and feature.range.high <= 24,
        frozenset(period for period, marks in _PERIODS.items() if words & marks) | _counted_by(names),
        _qualifiers(feature, names),
    )
