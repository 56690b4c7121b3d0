"""Hold a contract that was checked: what the model needs, feature by feature, in model order.

Only `sayso.contract.document` makes a `Contract`; whoever holds one knows that names are unique, words belong to one
feature each, ranges are not empty and units are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

FLOAT32_MAX = 3.4028234663852886e38
"""The largest float32 (IEEE 754): beyond it a model input becomes infinite, and trees answer that in silence."""


class FeatureType(StrEnum):
    """Say what values a feature takes."""

    NUMBER = "number"
    INTEGER = "integer"
    """An integral-valued JSON number: 7, 7.0, 1e2 (protobuf carries only doubles)."""
    CATEGORY = "category"


class DatePart(StrEnum):
    """Say which part of a calendar date a feature is."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Range:
    """Hold the closed interval of values that are allowed."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:.15g} to {self.high:.15g}"


@dataclass(frozen=True, slots=True)
class Category:
    """Hold one value of a category and the other words for it."""

    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """Describe one input of the model."""

    name: str
    type: FeatureType
    unit: str | None = None
    """The unit of the value that the model takes; None for a bare number or a category."""
    range: Range | None = None
    categories: tuple[Category, ...] = ()
    aliases: tuple[str, ...] = ()
    question: str | None = None
    description: str | None = None
    date_part: DatePart | None = None
    units: Mapping[str, float] = field(default_factory=dict)
    """Other units that are accepted, with the factor to the feature's own (``{"mmol/L": 38.67}``)."""

    @property
    def values(self) -> tuple[str, ...]:
        """Give the values of a category, in contract order; empty for numbers."""
        return tuple(category.value for category in self.categories)

    @property
    def allowed(self) -> object:
        """Give what is accepted, as JSON: ``[low, high]``, the category values, or the type's name."""
        if self.type is FeatureType.CATEGORY:
            return list(self.values)
        return [self.range.low, self.range.high] if self.range else self.type.value

    def __str__(self) -> str:
        if self.type is FeatureType.CATEGORY:
            return f"{self.name} ({_some(self.values)})"
        details = ", ".join(part for part in (unit_words(self.unit), str(self.range or "")) if part)
        return f"{self.name} ({details})" if details else self.name


SHOWN_VALUES = 8
"""How many values of a category one sentence lists; people read no more of them."""


def _some(values: tuple[str, ...]) -> str:
    if len(values) <= SHOWN_VALUES:
        return " or ".join(values)
    return f"{', '.join(values[:SHOWN_VALUES])} or another of {len(values)} values"


class TargetType(StrEnum):
    """Say what the model answers with."""

    NUMBER = "number"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Target:
    """Describe what the model predicts."""

    name: str
    type: TargetType = TargetType.NUMBER
    unit: str | None = None
    range: Range | None = None
    values: tuple[str, ...] = ()
    description: str | None = None


@dataclass(frozen=True, slots=True)
class DateRule:
    """Require that three features form a date of the calendar."""

    year: str
    month: str
    day: str

    def __str__(self) -> str:
        return f"{self.year}, {self.month} and {self.day} form a date"


@dataclass(frozen=True, slots=True)
class LessOrEqualRule:
    """Require that one feature is not larger than another of the same unit."""

    smaller: str
    larger: str

    def __str__(self) -> str:
        return f"{self.smaller} is at most {self.larger}"


Rule = DateRule | LessOrEqualRule


class Seal(StrEnum):
    """Say whether a document holds the digests of its content."""

    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    """A digest is missing."""
    BROKEN = "broken"
    """A digest is another content's: the document was changed after it was frozen."""


@dataclass(frozen=True)
class Contract:
    """Hold a checked contract; `digest` and `interface_digest` are computed from the content, not read."""

    name: str
    version: str
    target: Target
    features: tuple[Feature, ...]
    """In model order."""
    rules: tuple[Rule, ...]
    digest: str
    interface_digest: str
    stored_digest: str | None = None
    """What the document itself says; None where it says nothing."""
    stored_interface_digest: str | None = None

    @property
    def seal(self) -> Seal:
        """Say whether the document was frozen, and not changed since."""
        stored = (self.stored_digest, self.stored_interface_digest)
        computed = (self.digest, self.interface_digest)
        if stored == computed:
            return Seal.FROZEN
        differ = any(said not in {None, true} for said, true in zip(stored, computed, strict=True))
        return Seal.BROKEN if differ else Seal.UNFROZEN

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Give the feature names in model order."""
        return tuple(feature.name for feature in self.features)

    @cached_property
    def by_name(self) -> Mapping[str, Feature]:
        """Find a feature by its name."""
        return {feature.name: feature for feature in self.features}

    @cached_property
    def reference(self) -> str:
        """Name this contract on the wire: ``NAME@VERSION+sha256:…`` with the interface digest.

        The interface digest is what binds a model: a new word or question leaves it alone, so that an extractor and a
        predictor of different patch versions can still work together.
        """
        return f"{self.name}@{self.version}+{self.interface_digest}"


def unit_words(unit: str | None) -> str:
    """Write a unit as people do after a number: ``%`` for percent, nothing for none."""
    match unit:
        case None:
            return ""
        case "percent":
            return "%"
        case _:
            return unit
