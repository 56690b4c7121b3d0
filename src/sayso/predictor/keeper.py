"""Look after all connections of one worker: who is waited for, who is too slow, and what time it is.

One sweep a second looks at all of them; a timer for each would cost more than reading a request does.
"""

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from typing import Protocol

from sayso.failures import Failure, FailureClass
from sayso.predictor.outbox import Outbox

SWEEP_EVERY_S = 1.0

RETRY_AFTER_S = 1
"""A full worker is through its waiting requests in less."""


class Kept(Protocol):
    """Describe what is looked after."""

    def look(self, now_s: float) -> None:
        """Give up on what takes too long."""
        ...


class Keeper:
    """Hold the connections of one worker."""

    def __init__(self, max_connections: int, max_waiting: int, clock: Callable[[], float]) -> None:
        """Take the limits, and a monotonic clock in seconds."""
        self.date = formatdate(usegmt=True).encode()
        self.clock = clock
        self.outbox = Outbox(clock)
        self._max_connections = max_connections
        self._max_waiting = max_waiting
        self._connections: set[Kept] = set()
        self._waiting: set[Kept] = set()
        self._sweeping = False

    def add(self, connection: Kept) -> bool:
        """Take a connection in; False where there is no room for it."""
        if len(self._connections) >= self._max_connections:
            return False
        self._connections.add(connection)
        if not self._sweeping:
            self._sweeping = True
            self.sweep()
        return True

    def remove(self, connection: Kept) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        self._waiting.discard(connection)

    def waits(self, connection: Kept) -> None:
        """Note that this connection's body is on its way."""
        self._waiting.add(connection)

    def arrived(self, connection: Kept) -> None:
        """Note that it is not any more."""
        self._waiting.discard(connection)

    def full(self) -> Failure | None:
        """Say that no more requests are taken now; None where there is room."""
        if len(self._waiting) < self._max_waiting:
            return None
        detail = f"{len(self._waiting)} requests are under way in this worker"
        return Failure(FailureClass.OVERLOADED, detail, retry_after_s=RETRY_AFTER_S)

    def sweep(self) -> None:
        """Look at every connection, and come again while there are any."""
        self.date = formatdate(usegmt=True).encode()
        now_s = self.clock()
        for connection in list(self._connections):
            connection.look(now_s)
        self._sweeping = bool(self._connections)
        if self._sweeping:
            asyncio.get_running_loop().call_later(SWEEP_EVERY_S, self.sweep)
