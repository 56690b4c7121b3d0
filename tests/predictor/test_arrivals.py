"""A body arrives whole and in time, or its request is refused by name."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from sayso.failures import Failure, FailureClass
from sayso.predictor.arrivals import Arrivals
from sayso.predictor.batch import Limits
from sayso.predictor.rsgi import HeaderLines

LIMITS = Limits(max_body_bytes=10, max_waiting=2, body_timeout_s=5.0)


class Lines:
    """Hold header lines as the server gives them."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = lines

    def __contains__(self, key: str) -> bool:
        return key in self._lines

    def get(self, key: str, default: str | None = None) -> str | None:
        """Give the line of this name."""
        return self._lines.get(key, default)

    def get_all(self, key: str) -> list[str]:
        """Give the one line of this name."""
        return [self._lines[key]] if key in self else []


CHUNKED, WHOLE = Lines({"transfer-encoding": "chunked"}), Lines({"content-length": "3"})


class Stalled:
    """Speak RSGI for a caller who never sends the body."""

    async def __call__(self) -> bytes:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Wait for ever after the first chunk."""
        yield b"{"
        await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: HeaderLines, body: bytes) -> None:
        """Take no answer here."""


class Clock:
    """Give the time that the test sets."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        """Give it in seconds."""
        return self.now_s


async def _under_way(arrivals: Arrivals, headers: Lines = WHOLE) -> "asyncio.Task[bytes | Failure]":
    task = asyncio.create_task(arrivals.body(Stalled(), headers))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


@pytest.mark.parametrize("headers", [WHOLE, CHUNKED], ids=["length", "chunked"])
def test_a_body_that_takes_too_long_is_given_up(headers: Lines) -> None:
    """Past the limit the sweep ends the wait, and the request is refused."""

    async def _story() -> bytes | Failure:
        clock = Clock()
        arrivals = Arrivals(LIMITS, clock)
        task = await _under_way(arrivals, headers)
        clock.now_s += LIMITS.body_timeout_s + 0.1
        arrivals.sweep()
        return await task

    expected = Failure(FailureClass.MALFORMED_REQUEST, "the body did not arrive within 5 s")
    assert asyncio.run(_story()) == expected


def test_a_body_that_is_still_in_time_is_waited_for() -> None:
    """Only what is late is given up, however often the sweep comes."""

    async def _story() -> list[bool]:
        clock = Clock()
        arrivals = Arrivals(LIMITS, clock)
        early = await _under_way(arrivals)
        clock.now_s += LIMITS.body_timeout_s - 1
        late = await _under_way(arrivals)
        clock.now_s += 2
        arrivals.sweep()
        await asyncio.wait([early, late], return_when=asyncio.FIRST_COMPLETED)
        states = [early.done(), late.done()]
        late.cancel()
        await late
        return states

    assert asyncio.run(_story()) == [True, False]


def test_beyond_the_limit_a_request_is_told_at_once_that_the_worker_is_full() -> None:
    """With room again, requests are taken again."""

    async def _story() -> list[Failure | None]:
        clock = Clock()
        arrivals = Arrivals(LIMITS, clock)
        tasks = [await _under_way(arrivals)]
        states = [arrivals.full()]
        tasks.append(await _under_way(arrivals))
        states.append(arrivals.full())
        clock.now_s += LIMITS.body_timeout_s + 1
        arrivals.sweep()
        await asyncio.gather(*tasks)
        return [*states, arrivals.full()]

    overloaded = Failure(FailureClass.OVERLOADED, "2 requests are under way in this worker", retry_after_s=1)
    assert asyncio.run(_story()) == [None, overloaded, None]


def test_draining_a_body_that_never_comes_ends_too() -> None:
    """A refused body is dropped, but not for ever waited for."""

    async def _story() -> bool:
        clock = Clock()
        arrivals = Arrivals(LIMITS, clock)
        task = asyncio.create_task(arrivals.drain(Stalled()))
        await asyncio.sleep(0)
        clock.now_s += LIMITS.body_timeout_s + 1
        arrivals.sweep()
        await task
        return task.done()

    assert asyncio.run(_story())
