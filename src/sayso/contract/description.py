"""Describe a contract to a caller: what it is called, what it takes and what it predicts."""

from sayso.contract.model import Contract
from sayso.wire import JSON


def contract_json(contract: Contract) -> dict[str, JSON]:
    """Name a contract: name, version and both digests."""
    return {
        "name": contract.name,
        "version": contract.version,
        "digest": contract.digest,
        "interface_digest": contract.interface_digest,
    }


def contract_document(contract: Contract) -> dict[str, JSON]:
    """Describe a contract for a caller: what it is called, what it takes and what it predicts."""
    features: list[JSON] = [
        {
            "name": feature.name,
            "type": feature.type.value,
            "unit": feature.unit,
            "allowed": feature.allowed,  # type: ignore[dict-item]
            "question": feature.question,
            "description": feature.description,
        }
        for feature in contract.features
    ]
    target = contract.target
    return {
        **contract_json(contract),
        "reference": contract.reference,
        "features": features,
        "target": {"name": target.name, "type": target.type.value, "unit": target.unit},
    }
