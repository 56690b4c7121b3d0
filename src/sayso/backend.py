"""Say what a backend is: the one place where a feature vector leaves and a raw reply comes back.

A backend talks and does not judge. `sayso.inference_service` checks what came back. Every error of the foreign client
is mapped to a `Failure` inside the backend, in one place.
"""

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


class Backend(Protocol):
    """Send one vector, once."""

    kind: str
    """``in-process``, ``http`` or ``vertex``: the label in logs and metrics."""

    async def send(self, vector: FeatureVector, *, remaining_s: float) -> Reply | Failure:
        """Send the vector once and give back the reply.

        Args:
            vector: the admitted values.
            remaining_s: what is left of the budget; the caller cancels when it is used up.
        """
        ...

    async def ready(self) -> Failure | None:
        """Say why no prediction can be had now; None when one can."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
