"""Say what a backend is: the one place where feature vectors leave and a raw reply comes back.

A backend talks and does not judge. `sayso.inference_service` checks what came back. Every error of the foreign client
is mapped to a `Failure` inside the backend, in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sayso.contract.admit import FeatureVector
from sayso.failures import Failure
from sayso.wire import JSON


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold what a backend answered, decoded but not yet believed."""

    predictions: JSON
    """What stood under ``predictions``."""
    deployed_model: str | None = None
    """The id of the deployed model that answered; None where the protocol has none."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Say that nothing took the request: the only end of an attempt after which there may be another."""

    failure: Failure


Sent = Reply | Failure | Unavailable
"""How one attempt can end."""


class Backend(Protocol):
    """Send vectors, once."""

    kind: str
    """``in-process``, ``http`` or ``vertex``: the label in logs and metrics."""

    async def send(self, vectors: Sequence[FeatureVector], *, remaining_s: float) -> Sent:
        """Send the vectors in one request, once, and give back the reply.

        Args:
            vectors: the admitted rows, one or more.
            remaining_s: what is left of the budget; the caller cancels when it is used up.
        """
        ...

    async def ready(self) -> Failure | None:
        """Say why no prediction can be had now; None when one can."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
