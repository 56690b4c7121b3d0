"""Parse ``feature_columns.json`` into a `Contract`, or name every place where it is wrong.

The pydantic models here are the document's shape and the source of ``docs/contract.schema.json``; what concerns
several places at once (a word claimed twice, a rule about an unknown feature) is checked after them. Values of a
category may be a list of values or an object of value and words.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sayso.contract import digest, units
from sayso.contract.model import (
    Category,
    Contract,
    DatePart,
    DateRule,
    Feature,
    FeatureType,
    LessOrEqualRule,
    Range,
    Rule,
    Target,
    TargetType,
)
from sayso.failures import DocumentError, Problem
from sayso.wire import JSON
from sayso.wire import document as decode

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
Bound = Annotated[int | float, Field(allow_inf_nan=False)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class _Part(BaseModel):
    """Refuse unknown keys and other types than the named ones."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class RangeRule(_Part):
    """Check that an interval is not empty."""

    @staticmethod
    def check(bounds: list[int | float] | None) -> None:
        """Raise ValueError for bounds out of order."""
        if bounds is not None and bounds[0] >= bounds[1]:
            raise ValueError(f"the range {bounds} is empty; write [low, high] with low < high")


Bounds = Annotated[list[Bound], Field(min_length=2, max_length=2)]


class FeatureDocument(_Part):
    """Describe one feature as written in the document."""

    type: Literal["number", "integer", "category"]
    unit: Name | None = None
    range: Bounds | None = None
    values: Annotated[dict[Name, list[Name]], Field(min_length=2)] | None = None
    aliases: list[Name] = []
    question: Name | None = None
    description: str | None = None
    date_part: Literal["year", "month", "day"] | None = None
    units: dict[Name, Annotated[int | float, Field(gt=0, allow_inf_nan=False)]] = {}

    @model_validator(mode="after")
    def _agree(self) -> Self:
        RangeRule.check(self.range)
        numeric = {"unit": self.unit, "range": self.range, "date_part": self.date_part, "units": self.units or None}
        if self.type == "category":
            if self.values is None:
                raise ValueError("a category needs values: {value: [other words]}")
            if given := [key for key, value in numeric.items() if value is not None]:
                raise ValueError(f"a category has no {' or '.join(given)}")
        elif self.values is not None:
            raise ValueError(f"a {self.type} has no values; use type category, or a range")
        if self.date_part and self.type != "integer":
            raise ValueError("a date_part is an integer")
        return self


class TargetDocument(_Part):
    """Describe the target as written in the document."""

    name: Name
    type: Literal["number", "category"] = "number"
    unit: Name | None = None
    range: Bounds | None = None
    values: Annotated[list[Name], Field(min_length=2)] | None = None
    description: str | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        RangeRule.check(self.range)
        if self.type == "category" and (self.values is None or self.range or self.unit):
            raise ValueError("a category target has values, and neither range nor unit")
        if self.type == "number" and self.values is not None:
            raise ValueError("a number target has no values")
        if self.values and len(set(self.values)) != len(self.values):
            raise ValueError("a value is listed twice")
        return self


class DateRuleDocument(_Part):
    """Require that year, month and day form a date."""

    date: Annotated[list[Name], Field(min_length=3, max_length=3)]


class LessOrEqualRuleDocument(_Part):
    """Require that the first feature is not larger than the second."""

    less_or_equal: Annotated[list[Name], Field(min_length=2, max_length=2)]


class ContractDocument(_Part):
    """Describe what a tabular model needs: features in model order, target, words, rules."""

    contract: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
    version: Annotated[str, Field(pattern=r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$")]
    digest: Digest | None = None
    interface_digest: Digest | None = None
    target: TargetDocument
    feature_columns: Annotated[list[Name], Field(min_length=1)]
    features: dict[Name, FeatureDocument]
    rules: list[DateRuleDocument | LessOrEqualRuleDocument] = []


def parse(source: str, body: bytes) -> Contract:
    """Make a contract of a document's bytes.

    Args:
        source: the file's name, for messages.
        body: the bytes of the document.

    Raises:
        DocumentError: naming every place that is wrong.
    """
    match decode(source, body):
        case tuple() as problems:
            raise DocumentError(source, problems)
        case document:
            return of_document(source, document)


def of_document(source: str, document: Mapping[str, JSON]) -> Contract:
    """Make a contract of a decoded document; raises DocumentError as `parse` does."""
    try:
        shape = ContractDocument.model_validate(document)
    except ValidationError as error:
        raise DocumentError(source, _problems(error)) from error
    if problems := tuple(_disagreements(shape)):
        raise DocumentError(source, problems)
    return Contract(
        name=shape.contract,
        version=shape.version,
        target=_target(shape.target),
        features=tuple(_feature(name, shape.features[name]) for name in shape.feature_columns),
        rules=tuple(_rule(rule) for rule in shape.rules),
        digest=digest.digest(document),
        interface_digest=digest.interface_digest(document),
    )


def _problems(error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False, include_context=False):
        place = "$" + "".join(f"[{part!r}]" if _needs_brackets(part) else f".{part}" for part in detail["loc"])
        yield Problem(place, f"{detail['msg']} (got {detail['input']!r:.80})")


def _needs_brackets(part: int | str) -> bool:
    return isinstance(part, int) or not part.isidentifier()


def _disagreements(shape: ContractDocument) -> Iterator[Problem]:
    """Find what is wrong between places that are each well formed."""
    names = shape.feature_columns
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Problem(f"$.feature_columns[{index}]", f"{name!r} is listed twice")
        if name not in shape.features:
            yield Problem(f"$.feature_columns[{index}]", f"{name!r} is not described in features")
    for name in shape.features.keys() - set(names):
        yield Problem(f"$.features[{name!r}]", "is not listed in feature_columns")
    yield from _word_clashes(shape)
    yield from _unit_problems(shape)
    yield from _rule_problems(shape)


def _word_clashes(shape: ContractDocument) -> Iterator[Problem]:
    """Find words claimed by two features, and words of one category claimed by two of its values."""
    owner: dict[str, str] = {}
    for name, feature in shape.features.items():
        for index, word in enumerate([name, *feature.aliases]):
            place = f"$.features[{name!r}]" + (f".aliases[{index - 1}]" if index else "")
            other = owner.setdefault(_folded(word), name)
            if other != name:
                yield Problem(place, f"the word {word!r} is claimed by {other!r} too")
        meant: dict[str, str] = {}
        for value, words in (feature.values or {}).items():
            for word in (value, *words):
                other = meant.setdefault(_folded(word), value)
                if other != value:
                    yield Problem(
                        f"$.features[{name!r}].values[{value!r}]", f"the word {word!r} already means {other!r}"
                    )


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _unit_problems(shape: ContractDocument) -> Iterator[Problem]:
    for name, feature in shape.features.items():
        if feature.unit is not None and not units.is_known(feature.unit):
            yield Problem(f"$.features[{name!r}].unit", f"the unit {feature.unit!r} is not known; {_UNIT_HELP}")
        for unit in feature.units:
            if unit == feature.unit:
                yield Problem(f"$.features[{name!r}].units[{unit!r}]", "is the feature's own unit")
    if shape.target.unit is not None and not units.is_known(shape.target.unit):
        yield Problem("$.target.unit", f"the unit {shape.target.unit!r} is not known; {_UNIT_HELP}")


_UNIT_HELP = "use percent, an ISO currency such as USD, or a physical unit such as mg/dL, kg/m^2, mmHg, month"


def _rule_problems(shape: ContractDocument) -> Iterator[Problem]:
    for index, rule in enumerate(shape.rules):
        match rule:
            case DateRuleDocument(date=names):
                wanted = ["year", "month", "day"]
                for name, part in zip(names, wanted, strict=True):
                    feature = shape.features.get(name)
                    if feature is None or feature.date_part != part:
                        yield Problem(f"$.rules[{index}].date", f"{name!r} is no feature with date_part {part!r}")
            case LessOrEqualRuleDocument(less_or_equal=names):
                for name in names:
                    feature = shape.features.get(name)
                    if feature is None or feature.type == "category":
                        yield Problem(f"$.rules[{index}].less_or_equal", f"{name!r} is no numeric feature")


def _target(shape: TargetDocument) -> Target:
    return Target(
        name=shape.name,
        type=TargetType(shape.type),
        unit=shape.unit,
        range=_range(shape.range),
        values=tuple(shape.values or ()),
        description=shape.description,
    )


def _feature(name: str, shape: FeatureDocument) -> Feature:
    return Feature(
        name=name,
        type=FeatureType(shape.type),
        unit=shape.unit,
        range=_range(shape.range),
        categories=tuple(Category(value, tuple(words)) for value, words in (shape.values or {}).items()),
        aliases=tuple(shape.aliases),
        question=shape.question,
        description=shape.description,
        date_part=DatePart(shape.date_part) if shape.date_part else None,
        units=dict(shape.units),
    )


def _range(bounds: list[int | float] | None) -> Range | None:
    return Range(float(bounds[0]), float(bounds[1])) if bounds else None


def _rule(shape: DateRuleDocument | LessOrEqualRuleDocument) -> Rule:
    match shape:
        case DateRuleDocument(date=(year, month, day)):
            return DateRule(year, month, day)
        case LessOrEqualRuleDocument(less_or_equal=(smaller, larger)):
            return LessOrEqualRule(smaller, larger)
        case _:  # pragma: no cover - pydantic fixed the lengths
            raise AssertionError(shape)
