"""Answers leave together, in order, and soon."""

import asyncio

import pytest
from tests.predictor.test_connection import Wire

from sayso.predictor.outbox import HELD_S, Outbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio."""
    return "asyncio"


async def test_answers_are_held_until_the_loop_comes_round() -> None:
    """Those of one connection stay in order."""
    outbox, one, other = Outbox(lambda: 0.0), Wire(), Wire()
    for wire, data in ((one, b"a"), (other, b"b"), (one, b"c")):
        outbox.send(wire, data)
    held = (one.written, other.written)
    await asyncio.sleep(0)

    assert held == (b"", b"")
    assert (one.written, other.written) == (b"ac", b"b")


async def test_nothing_is_held_for_long() -> None:
    """Where the others take their time, what is there is sent."""
    now_s = [0.0]
    outbox, wire = Outbox(lambda: now_s[0]), Wire()
    outbox.send(wire, b"a")
    now_s[0] = HELD_S + 1e-6
    outbox.send(wire, b"b")

    assert wire.written == b"ab"


async def test_what_is_for_a_connection_that_ended_is_dropped() -> None:
    """The others get theirs."""
    outbox, gone, wire = Outbox(lambda: 0.0), Wire(), Wire()
    outbox.send(gone, b"a")
    outbox.send(wire, b"b")
    gone.close()
    outbox.flush()

    assert (gone.written, wire.written) == (b"", b"b")
