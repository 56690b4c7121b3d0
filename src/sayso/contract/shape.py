"""Describe how a contract is written: the keys of the document, their types, and what each may hold.

These models are the source of ``docs/contract.schema.json``. They look at one value at a time; what concerns several
(a word claimed twice, a rule about an unknown feature) is for `sayso.contract.consistency`.
"""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

from sayso.contract.model import FLOAT32_MAX

CONTRACT_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
VERSION_PATTERN = r"^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$"
DIGEST_PATTERN = r"^sha256:[0-9a-f]{64}$"
NAME_PATTERN = r"^\S(.*\S)?$"

_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Unicode categories of what can't be seen: controls, formats such as U+200B, unassigned, private, line breaks."""


def _visible(name: str) -> str:
    """Refuse a name that reads like another but is not the same code points."""
    for character in name:
        if unicodedata.category(character) in _UNSEEN:
            raise ValueError(f"holds the invisible character U+{ord(character):04X}; remove it")
    if not unicodedata.is_normalized("NFC", name):
        raise ValueError("is not in Unicode's composed form (NFC); write it so")
    return name


def _not_empty(bounds: list[float]) -> list[float]:
    low, high = bounds
    if low >= high:
        raise ValueError(f"the range from {low:g} to {high:g} is empty; write [low, high] with low < high")
    return bounds


Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NAME_PATTERN), AfterValidator(_visible)]
Sentence = Annotated[str, Field(min_length=1, max_length=2000)]
Digest = Annotated[str, Field(pattern=DIGEST_PATTERN)]
Bound = Annotated[float, Field(ge=-FLOAT32_MAX, le=FLOAT32_MAX)]
"""A model takes float32: beyond its largest value a bound would be infinite."""
Bounds = Annotated[list[Bound], Field(min_length=2, max_length=2), AfterValidator(_not_empty)]
Factor = Annotated[float, Field(gt=0, le=FLOAT32_MAX)]


class _Part(BaseModel):
    """Refuse unknown keys and other types than the named ones."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class FeatureDocument(_Part):
    """Describe one input of the model."""

    type: Annotated[
        Literal["number", "integer", "category"],
        Field(description="What values it takes. An integer is any integral number: 7, 7.0, 1e2."),
    ]
    unit: Annotated[
        Name | None, Field(description="The unit that the model takes: percent, USD, mg/dL. None for a bare number.")
    ] = None
    range: Annotated[Bounds | None, Field(description="[low, high], both allowed; a value outside is refused.")] = None
    values: Annotated[
        Annotated[dict[Name, list[Name]], Field(min_length=2)] | None,
        Field(description="Of a category only: each value, with other words for it. A boolean has yes and no."),
    ] = None
    aliases: Annotated[
        list[Name], Field(description="Other words for this feature; a word belongs to one feature.")
    ] = []
    question: Annotated[Sentence | None, Field(description="How to ask for it.")] = None
    description: Annotated[str | None, Field(description="What it is, for people.")] = None
    date_part: Annotated[
        Literal["year", "month", "day"] | None, Field(description="Of an integer only: the part of a date that it is.")
    ] = None
    units: Annotated[
        dict[Name, Factor],
        Field(
            description="Other accepted units with the factor to `unit`, where the conversion is not generally known."
        ),
    ] = {}


class TargetDocument(_Part):
    """Describe what the model predicts."""

    name: Name
    type: Literal["number", "category"] = "number"
    unit: Name | None = None
    range: Annotated[Bounds | None, Field(description="A prediction outside is not shown.")] = None
    values: Annotated[
        Annotated[list[Name], Field(min_length=2)] | None, Field(description="Of a category only: the classes.")
    ] = None
    description: str | None = None


class DateRuleDocument(_Part):
    """Require that year, month and day form a date."""

    date: Annotated[list[Name], Field(min_length=3, max_length=3)]


class LessOrEqualRuleDocument(_Part):
    """Require that the first feature is not larger than the second."""

    less_or_equal: Annotated[list[Name], Field(min_length=2, max_length=2)]


RULE_KINDS = ("date", "less_or_equal")


def _rule_kind(rule: Any) -> str | None:  # noqa: ANN401 - whatever stands in the document
    return next((kind for kind in RULE_KINDS if isinstance(rule, dict) and kind in rule), None)


RuleDocument = Annotated[
    Annotated[DateRuleDocument, Tag("date")] | Annotated[LessOrEqualRuleDocument, Tag("less_or_equal")],
    Discriminator(
        _rule_kind,
        custom_error_type="rule",
        custom_error_message='must be {"date": [year, month, day]} or {"less_or_equal": [smaller, larger]}',
    ),
]


class ContractDocument(_Part):
    """Describe what a tabular model needs: features in model order, target, words, rules."""

    contract: Annotated[str, Field(pattern=CONTRACT_PATTERN, max_length=100, description="The contract's name.")]
    version: Annotated[str, Field(pattern=VERSION_PATTERN, description="MAJOR.MINOR.PATCH; frozen once.")]
    digest: Annotated[
        Digest | None, Field(description="Written by `sayso contract freeze`: names the whole document.")
    ] = None
    interface_digest: Annotated[
        Digest | None, Field(description="Written by `sayso contract freeze`: names what binds the model.")
    ] = None
    target: TargetDocument
    feature_columns: Annotated[list[Name], Field(min_length=1, description="The features' names, in model order.")]
    features: dict[Name, FeatureDocument]
    rules: Annotated[list[RuleDocument], Field(description="What must hold between features.")] = []
