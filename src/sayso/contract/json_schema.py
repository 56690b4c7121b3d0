"""Describe in JSON Schema (draft 2020-12) how a contract is written, and what an extractor may claim under one.

The first is generated from the models that parse the document, and shipped as ``docs/contract.schema.json``. The second
comes from a contract: it is what a language model is held to, and what its reply is checked against.
"""

from sayso.contract.model import Contract, Feature, FeatureType
from sayso.contract.shape import ContractDocument
from sayso.wire import JSON

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document_schema() -> dict[str, JSON]:
    """Describe the document. What several places say together, only `sayso contract check` can tell."""
    schema: dict[str, JSON] = ContractDocument.model_json_schema()
    parts = schema["$defs"]
    assert isinstance(parts, dict)
    for part, category in (("FeatureDocument", _FEATURE_KINDS), ("TargetDocument", _TARGET_KINDS)):
        described = parts[part]
        assert isinstance(described, dict)
        described.update(category)
    return {"$schema": _DIALECT, **schema}


_IS_CATEGORY: JSON = {"properties": {"type": {"const": "category"}}, "required": ["type"]}
_NONE: JSON = {"type": "null"}
_NO_VALUES: JSON = {"properties": {"values": _NONE}}
_FEATURE_KINDS: dict[str, JSON] = {
    "if": _IS_CATEGORY,
    "then": {
        "required": ["values"],
        "properties": {
            "values": {"type": "object"},
            "unit": _NONE,
            "range": _NONE,
            "date_part": _NONE,
            "units": {"maxProperties": 0},
        },
    },
    "else": _NO_VALUES,
}
"""What goes with each type of feature, as `sayso.contract.checks.kinds` has it."""
_TARGET_KINDS: dict[str, JSON] = {
    "if": _IS_CATEGORY,
    "then": {"required": ["values"], "properties": {"values": {"type": "array"}, "unit": _NONE, "range": _NONE}},
    "else": _NO_VALUES,
}


def features_schema(contract: Contract) -> dict[str, JSON]:
    """Describe the extractor's ``features`` object: every feature, each null or value, unit and quote; nothing else.

    Ranges are left out on purpose: a value that was said and is out of range must be claimed as it was said, and then
    be refused. A schema that forbids it would make a language model say another.
    """
    return {
        "type": "object",
        "properties": {feature.name: _claim(feature) for feature in contract.features},
        "required": list(contract.names),
        "additionalProperties": False,
    }


def _claim(feature: Feature) -> JSON:
    claim: dict[str, JSON] = {
        "type": "object",
        "properties": {
            "value": _value(feature),
            "unit": _NONE if feature.unit is None else {"anyOf": [{"type": "string", "minLength": 1}, _NONE]},
            "quote": {"type": "string", "minLength": 1},
        },
        "required": ["value", "unit", "quote"],
        "additionalProperties": False,
    }
    words = ". ".join(part.rstrip(".") for part in (str(feature), feature.description) if part)
    return {"description": words, "anyOf": [claim, _NONE]}


def _value(feature: Feature) -> JSON:
    match feature.type:
        case FeatureType.NUMBER:
            return {"type": "number"}
        case FeatureType.INTEGER:
            return {"type": "integer"}
        case FeatureType.CATEGORY:
            return {"type": "string", "enum": list(feature.values)}
