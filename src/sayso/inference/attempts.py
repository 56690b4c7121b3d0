"""Make the attempts of one prediction: at most two for one request, inside one budget, each told to whoever watches."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sayso.backend import Backend, Reply, Sent, Unavailable
from sayso.contract.admit import FeatureVector
from sayso.failures import Failure, FailureClass
from sayso.wire import JSON

RETRY_PAUSE_S = 0.2
"""How long to wait before the second attempt: a gRPC channel does not connect anew for 0.1 s after a refusal."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Describe one request to the backend, for telemetry."""

    failure_class: FailureClass | None
    """None where a reply came back, whatever it held."""
    elapsed_ms: float


def ignore(attempt: Attempt) -> None:
    """Watch no attempt."""


class Attempts:
    """Send requests of one prediction, and count."""

    def __init__(
        self, backend: Backend, clock: Callable[[], float], deadline_s: float, watch: Callable[[Attempt], None]
    ) -> None:
        """Begin the budget at the clock's present (monotonic seconds)."""
        self._backend = backend
        self._clock = clock
        self._end_s = clock() + deadline_s
        self._watch = watch
        self.made = 0

    async def send(self, vectors: Sequence[FeatureVector]) -> Reply | Failure:
        """Send, and send once more where nothing took the request."""
        sent = await self._once(vectors)
        if isinstance(sent, Unavailable):
            await asyncio.sleep(RETRY_PAUSE_S)
            sent = await self._once(vectors)
        return sent.failure if isinstance(sent, Unavailable) else sent

    async def _once(self, vectors: Sequence[FeatureVector]) -> Sent:
        begin_s = self._clock()
        self.made += 1
        try:
            sent = await self._backend.send(vectors, remaining_s=self._end_s - begin_s)
        except asyncio.CancelledError:
            self._ended(FailureClass.TIMEOUT, begin_s)
            raise
        self._ended(_class_of(sent), begin_s)
        return sent

    def _ended(self, failure_class: FailureClass | None, begin_s: float) -> None:
        self._watch(Attempt(failure_class, round((self._clock() - begin_s) * 1000, 3)))


def _class_of(sent: Sent) -> FailureClass | None:
    match sent:
        case Reply():
            return None
        case Failure(failure_class=failure_class) | Unavailable(Failure(failure_class=failure_class)):
            return failure_class


def attempted(attempts: Sequence[Attempt]) -> dict[str, JSON]:
    """Say of a prediction's attempts what telemetry and the ledger keep."""
    return {
        "attempts": len(attempts),
        "attempts_failed": [attempt.failure_class.label for attempt in attempts if attempt.failure_class],
        "attempts_ms": [attempt.elapsed_ms for attempt in attempts],
    }
