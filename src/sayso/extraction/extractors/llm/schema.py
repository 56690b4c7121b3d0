"""Describe the four keys of a reply in JSON Schema, from the contract."""

from sayso.contract.json_schema import features_schema
from sayso.contract.model import Contract
from sayso.wire import JSON

KEYS = ("features", "missing_features", "assumptions", "clarifying_question")


def reply_schema(contract: Contract) -> dict[str, JSON]:
    """Close the schema: four keys, every feature of the contract, and nothing else."""
    properties: dict[str, JSON] = {
        "features": features_schema(contract),
        "missing_features": {"type": "array", "items": {"type": "string", "enum": list(contract.names)}},
        "assumptions": {"type": "array", "items": {"type": "string"}},
        "clarifying_question": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    }
    return {"type": "object", "properties": properties, "required": list(KEYS), "additionalProperties": False}
