"""Decode sound predict requests at the speed of compiled code, and leave every doubt to the precise decoder.

A msgspec structure is built from the contract: a field for each feature, closed, strict, with its range. It catches all
but two things. Rules between features are closures over the row. Duplicate keys pass msgspec in silence (the last one
wins); but once a body has decoded, every key is known and stands there at least once, and every string in it is a key,
a category or the reference. So the number of quotation marks is fixed, and a duplicate makes it larger. An escape could
hide a quotation mark or spell a key otherwise, so a body with a backslash is left to the precise decoder.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal, Protocol, cast

import msgspec

from sayso.contract.admit import FLOAT32_MAX, Value
from sayso.contract.model import Contract, DateRule, Feature, FeatureType, LessOrEqualRule, Rule
from sayso.predictor.batch import Batch

Row = tuple[Value, ...]
Obeys = Callable[[Row], bool]

_DAYS_OF_MONTH = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class _Parameters(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """Describe what a request may say besides its instances."""

    contract: str | msgspec.UnsetType = msgspec.UNSET


class _Request(Protocol):
    """Describe what the compiled structure decodes to."""

    instances: list[msgspec.Struct]
    parameters: _Parameters | msgspec.UnsetType


class CompiledDecoder:
    """Decode bodies that leave no doubt."""

    def __init__(self, contract: Contract, max_instances: int) -> None:
        """Compile the decoder of one contract."""
        self._decode = msgspec.json.Decoder(_request_type(contract, max_instances), strict=True).decode
        self._reference = contract.reference
        self._rules = tuple(_obeys(rule, contract.names) for rule in contract.rules)
        categories = sum(feature.type is FeatureType.CATEGORY for feature in contract.features)
        self._quotes_of_row = 2 * (len(contract.features) + categories)

    def decode(self, body: bytes) -> Batch | None:
        """Decode one body; None where anything about it is in doubt."""
        try:
            request = cast(_Request, self._decode(body))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        instances = request.instances
        quotes = 2 + self._quotes_of_row * len(instances)
        if request.parameters is not msgspec.UNSET:
            quotes += 2
            if request.parameters.contract is not msgspec.UNSET:
                quotes += 4
                if request.parameters.contract != self._reference:
                    return None
        if body.count(b'"') != quotes or b"\\" in body:
            return None
        rows = [msgspec.structs.astuple(instance) for instance in instances]
        for obeys in self._rules:
            if not all(map(obeys, rows)):
                return None
        return Batch(rows)


def _request_type(contract: Contract, max_instances: int) -> type[msgspec.Struct]:
    """Build the structure of a request under one contract."""
    names = {f"f{index}": feature.name for index, feature in enumerate(contract.features)}
    fields = [(f"f{index}", _type(feature)) for index, feature in enumerate(contract.features)]
    row = msgspec.defstruct("Instance", fields, rename=names, forbid_unknown_fields=True, gc=False)
    instances = Annotated[list[row], msgspec.Meta(min_length=1, max_length=max_instances)]  # type: ignore[valid-type]
    parameters = _Parameters | msgspec.UnsetType
    return msgspec.defstruct(
        "Request",
        [("instances", instances), ("parameters", parameters, msgspec.UNSET)],
        forbid_unknown_fields=True,
        gc=False,
    )


def _type(feature: Feature) -> object:
    """Give the type of one feature's values; a number must also fit the model's float32."""
    if feature.type is FeatureType.CATEGORY:
        return Literal[feature.values]
    low = max(feature.range.low, -FLOAT32_MAX) if feature.range else -FLOAT32_MAX
    high = min(feature.range.high, FLOAT32_MAX) if feature.range else FLOAT32_MAX
    whole = 1.0 if feature.type is FeatureType.INTEGER else None
    return Annotated[float, msgspec.Meta(ge=low, le=high, multiple_of=whole)]


def _obeys(rule: Rule, names: Sequence[str]) -> Obeys:
    """Compile one rule into a check of a row."""
    match rule:
        case DateRule(year, month, day):
            return _date_check(names.index(year), names.index(month), names.index(day))
        case LessOrEqualRule(smaller, larger):
            low, high = names.index(smaller), names.index(larger)
            return lambda row: row[low] <= row[high]  # type: ignore[operator]


def _date_check(year: int, month: int, day: int) -> Obeys:
    """Check for a date of the calendar, by the Gregorian rule; years before 1 count as year 1, as in `admit`."""

    def obeys(row: Row) -> bool:
        if 1 <= row[day] <= 28 and 1 <= row[month] <= 12:  # type: ignore[operator]  # most days; all years have them
            return True
        y, m, d = (int(row[index]) for index in (year, month, day))
        if not 1 <= m <= 12 or d < 1:
            return False
        if m == 2 and d == 29:
            y = max(y, 1)
            return y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
        return d <= _DAYS_OF_MONTH[m]

    return obeys
