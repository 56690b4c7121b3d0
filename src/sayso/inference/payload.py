"""Say what is sent for a vector and where a reply's item says what; declared for a deployment, never sniffed.

`SaysoPayload` is the shape of our own predictor: each item names its contract and revision. What any other endpoint
answers is described by `sayso.inference.plain`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sayso.backend import Reply
from sayso.contract.admit import FeatureVector
from sayso.contract.model import Contract, TargetType
from sayso.failures import Failure, FailureClass
from sayso.wire import JSON


@dataclass(frozen=True, slots=True)
class Stated:
    """Hold what one item of a reply states: found and attributed, not yet believed."""

    value: JSON
    interval: JSON
    probabilities: JSON
    needs_probabilities: bool
    """Whether an item without the probability of every class breaks the agreement."""
    contract: str
    revision: str


class Payload(Protocol):
    """Describe both directions of the wire."""

    def body(self, vectors: Sequence[FeatureVector]) -> dict[str, JSON]:
        """Give the request: ``instances`` and, where there are any, ``parameters``."""
        ...

    def read(self, item: JSON, reply: Reply, contract: Contract) -> Stated | Failure:
        """Find value, contract and revision in one item, or say why it can't be attributed."""
        ...


class SaysoPayload:
    """Speak as our own predictor does."""

    def body(self, vectors: Sequence[FeatureVector]) -> dict[str, JSON]:
        """Name every value, and the contract."""
        instances: list[JSON] = [dict(vector.as_instance()) for vector in vectors]
        return {"instances": instances, "parameters": {"contract": vectors[0].contract.reference}}

    def read(self, item: JSON, reply: Reply, contract: Contract) -> Stated | Failure:
        """Read ``{"value", "interval"?, "probabilities"?, "contract", "revision"}`` under the same contract."""
        if not isinstance(item, dict):
            return broken_shape("the prediction is no object")
        reference, revision = item.get("contract"), item.get("revision")
        if not isinstance(reference, str) or not isinstance(revision, str) or not revision:
            return broken_shape("the prediction does not name its contract and revision")
        name, _, digest = reference.partition("+")
        if name.partition("@")[0] != contract.name or digest != contract.interface_digest:
            detail = f"the model answered under {reference[:200]}; this side holds {contract.reference}"
            return Failure(FailureClass.MODEL_CONTRACT_MISMATCH, detail)
        is_category = contract.target.type is TargetType.CATEGORY
        return Stated(
            item.get("value"), item.get("interval"), item.get("probabilities"), is_category, reference, revision
        )


def broken_shape(detail: str) -> Failure:
    """Say that a reply does not have the agreed shape."""
    return Failure(FailureClass.SCHEMA_MISMATCH, detail)
