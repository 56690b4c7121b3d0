"""Wait for the bodies of requests, and give up on those that are too long, too slow, broken off or too many.

One sweep a second looks after all of them; a timer for each would cost more than reading a body does. How Granian tells
a whole body from a broken one was measured on it: a declared length that does not come raises `ProtocolClosed`; a
chunked body ends with one empty chunk when it is whole, and with two when it broke off.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sayso.failures import Failure, FailureClass
from sayso.predictor.batch import Limits
from sayso.predictor.head import too_large
from sayso.predictor.rsgi import Headers, HTTPProtocol, ProtocolClosed

RETRY_AFTER_S = 1
"""A full worker is through its waiting requests in less."""

DRAINED_BYTES = 64 * 1024 * 1024
"""How much of a refused body is read and dropped: a caller that sends before it reads must still hear the answer."""


class Arrivals:
    """Hold the requests whose body is on its way."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        """Take the limits, and a monotonic clock in seconds."""
        self._limits = limits
        self._clock = clock
        self._since: dict[asyncio.Task[object] | None, float] = {}

    def full(self) -> Failure | None:
        """Say that no more requests are taken now; None where there is room."""
        if len(self._since) < self._limits.max_waiting:
            return None
        detail = f"{len(self._since)} requests are under way in this worker"
        return Failure(FailureClass.OVERLOADED, detail, retry_after_s=RETRY_AFTER_S)

    async def body(self, protocol: HTTPProtocol, headers: Headers) -> bytes | Failure:
        """Read one body whole, within the limits.

        Returns:
            The bytes, or a Failure of class too_large or malformed_request.
        """
        chunked = "transfer-encoding" in headers
        try:
            with self._tracked():
                return await (self._chunks(protocol) if chunked else protocol())
        except ProtocolClosed:
            return _broken("ended before it was complete")
        except asyncio.CancelledError:
            return _broken(f"did not arrive within {self._limits.body_timeout_s:g} s")

    async def drain(self, protocol: HTTPProtocol) -> None:
        """Read and drop a body that was refused unread."""
        try:
            with self._tracked():
                await self._chunks(protocol)
        except (ProtocolClosed, asyncio.CancelledError):
            return

    def sweep(self) -> None:
        """Give up on bodies that take too long; `body` then says so."""
        late = self._clock() - self._limits.body_timeout_s
        for task, since in list(self._since.items()):
            if since > late:
                return
            if task is not None:
                task.cancel()

    @contextmanager
    def _tracked(self) -> Iterator[None]:
        task = asyncio.current_task()
        self._since[task] = self._clock()
        try:
            yield
        finally:
            del self._since[task]

    async def _chunks(self, protocol: HTTPProtocol) -> bytes | Failure:
        received, size, ends = bytearray(), 0, 0
        async for chunk in protocol:
            size += len(chunk)
            ends += not chunk
            if size <= self._limits.max_body_bytes:
                received += chunk
            if ends > 1 or size > DRAINED_BYTES:
                break
        if size > self._limits.max_body_bytes:
            return too_large(self._limits.max_body_bytes)
        return _broken("ended before it was complete") if ends > 1 else bytes(received)


def _broken(how: str) -> Failure:
    return Failure(FailureClass.MALFORMED_REQUEST, f"the body {how}")
