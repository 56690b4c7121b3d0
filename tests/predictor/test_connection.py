"""Bytes become requests and answers become bytes, in order; what is slow, endless or no HTTP is refused by name."""

import asyncio
import json
from pathlib import Path

import pytest
import structlog

from sayso.predictor.batch import Limits
from sayso.predictor.connection import HEAD_TIMEOUT_S, MAX_HEAD_BYTES, Connection
from sayso.predictor.keeper import Keeper
from sayso.predictor.vertex import routes_of
from sayso.predictor.worker import Plan, load

LIMITS = Limits(max_body_bytes=200, max_waiting=2, max_connections=3, body_timeout_s=5.0)
BODY = json.dumps({"instances": [{"width": 1.5, "depth": -2, "weight": 30}]}).encode()
HEAD = b"POST /v1/predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
GOOD = HEAD + b"content-length: %d\r\n\r\n%b" % (len(BODY), BODY)
READY = b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n"


class Wire(asyncio.Transport):
    """Be the other end of a connection: hold what was written, and whether it was closed."""

    def __init__(self) -> None:
        """Begin open."""
        super().__init__()
        self.written = b""
        self.closed = False
        self.reading = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Hold it."""
        assert not self.closed
        self.written += data

    def close(self) -> None:
        """Note it."""
        self.closed = True

    def is_closing(self) -> bool:
        """Tell it."""
        return self.closed

    def pause_reading(self) -> None:
        """Note it."""
        self.reading = False

    def resume_reading(self) -> None:
        """Note it."""
        self.reading = True

    @property
    def answers(self) -> list[tuple[int, str | None]]:
        """Give status and failure class of each answer."""
        parts = (part.partition(b"\r\n\r\n") for part in self.written.split(b"HTTP/1.1 ")[1:])
        return [(int(head[:3]), json.loads(body).get("failure_class")) for head, _, body in parts]


class World:
    """Hold a worker whose clock the test sets."""

    def __init__(self, package: Path) -> None:
        """Load the package."""
        plan = Plan(package, "127.0.0.1", 1, 1, routes_of({}), "start", LIMITS)
        self.now_s = 100.0
        self.application = load(plan, lambda _: structlog.get_logger(), None).application
        self.keeper = Keeper(LIMITS.max_connections, LIMITS.max_waiting, lambda: self.now_s)
        self.open: set[object] = set()

    def connect(self, *sent: bytes) -> tuple[Connection, Wire]:
        """Connect, and send."""
        connection, wire = Connection(self.application, self.keeper, self.open), Wire()
        connection.connection_made(wire)
        for data in sent:
            self.send(connection, data)
        return connection, wire

    def send(self, connection: Connection, data: bytes) -> None:
        """Send, and let the event loop come round."""
        connection.data_received(data)
        self.keeper.outbox.flush()

    def later(self, seconds: float) -> None:
        """Let time pass, and look at all connections."""
        self.now_s += seconds
        self.keeper.sweep()


@pytest.fixture
async def world(parcel: Path) -> World:
    """Give a worker."""
    return World(parcel)


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio."""
    return "asyncio"


pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
async def test_a_request_may_come_in_any_pieces(world: World, size: int) -> None:
    """Even byte by byte, and two at once."""
    sent = GOOD + GOOD

    _, wire = world.connect(*(sent[place : place + size] for place in range(0, len(sent), size)))

    assert wire.answers == [(200, None), (200, None)]
    assert not wire.closed


async def test_a_connection_that_is_to_close_answers_nothing_more(world: World) -> None:
    """What is sent after ``connection: close`` is not looked at."""
    last = GOOD.replace(b"host: x", b"host: x\r\nconnection: close")

    _, wire = world.connect(last + GOOD)

    assert wire.answers == [(200, None)]
    assert b"connection: close\r\n" in wire.written
    assert wire.closed


async def test_a_body_that_takes_too_long_is_refused(world: World) -> None:
    """One that is still in time is waited for, however often somebody looks."""
    slow, wire = world.connect(GOOD[:-5])
    world.later(LIMITS.body_timeout_s - 1)
    assert wire.written == b""

    world.later(1.1)

    assert wire.answers == [(400, "malformed_request")]
    assert b"did not arrive within 5 s" in wire.written
    assert wire.closed
    slow.connection_lost(None)
    assert world.keeper.full() is None


async def test_a_head_that_takes_too_long_is_refused(world: World) -> None:
    """However steadily its bytes come."""
    connection, wire = world.connect(GOOD[:20])
    world.later(HEAD_TIMEOUT_S - 1)
    world.send(connection, GOOD[20:30])
    world.later(1.1)

    assert wire.answers == [(400, "malformed_request")]
    assert wire.closed


async def test_an_idle_connection_is_closed_without_a_word(world: World) -> None:
    """Nothing was asked, so nothing is answered."""
    _, never = world.connect()
    _, once = world.connect(GOOD)
    world.later(HEAD_TIMEOUT_S + 0.1)

    assert (never.written, never.closed, len(once.answers), once.closed) == (b"", True, 1, True)


async def test_a_head_without_end_is_refused(world: World) -> None:
    """It is not held in memory for ever."""
    _, wire = world.connect(HEAD, *[b"x-more: " + b"y" * 8000 + b"\r\n"] * (MAX_HEAD_BYTES // 8000 + 1))

    assert wire.answers == [(413, "too_large")]
    assert wire.closed


async def test_a_head_that_is_too_long_is_refused_however_quickly_it_comes(world: World) -> None:
    """Its end is in the same piece as its beginning; a long body in that piece is no part of it."""
    _, long = world.connect(GOOD.replace(b"host: x", b"host: x\r\nx-more: " + b"y" * MAX_HEAD_BYTES))
    _, many = world.connect(GOOD * (MAX_HEAD_BYTES // len(GOOD) + 1))

    assert long.answers == [(413, "too_large")]
    assert long.closed
    assert set(many.answers) == {(200, None)}


async def test_beyond_the_limit_a_request_is_told_at_once_that_the_worker_is_full(world: World) -> None:
    """Questions without a body are answered still, and with room again requests are taken again."""
    waiting = [world.connect(GOOD[:-5])[0] for _ in range(LIMITS.max_waiting)]
    connection, wire = world.connect(GOOD, READY)
    world.send(waiting[0], GOOD[-5:])
    world.send(connection, GOOD)

    assert wire.answers == [(503, "overloaded"), (200, None), (200, None)]
    assert b"retry-after: 1\r\n" in wire.written


async def test_a_connection_too_many_is_told_and_closed(world: World) -> None:
    """When another ends there is room again."""
    connections = [world.connect()[0] for _ in range(LIMITS.max_connections)]
    surplus, wire = world.connect()
    surplus.connection_lost(None)
    connections[0].connection_lost(None)
    _, next_wire = world.connect(GOOD)

    assert (wire.answers, wire.closed) == ([(503, "overloaded")], True)
    assert next_wire.answers == [(200, None)]


async def test_a_refused_body_is_dropped_and_the_next_request_answered(world: World) -> None:
    """The answer does not wait for the rest of the body."""
    connection, wire = world.connect(HEAD + b"content-length: 300\r\n\r\n" + b" " * 100)
    assert wire.answers == [(413, "too_large")]

    world.send(connection, b" " * 200 + GOOD)

    assert wire.answers == [(413, "too_large"), (200, None)]


async def test_a_refused_body_that_never_ends_is_given_up(world: World) -> None:
    """Nothing is answered twice."""
    _, wire = world.connect(HEAD + b"content-length: 300\r\n\r\n")
    world.later(HEAD_TIMEOUT_S + LIMITS.body_timeout_s + 1)

    assert wire.answers == [(413, "too_large")]
    assert wire.closed


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"post /v1/predict HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /readyz\r\n\r\n",
        GOOD.replace(b"HTTP/1.1", b"HTTP/2.0"),
        GOOD.replace(b"host: x", b"host: x\r\ncontent-length: 1"),
        GOOD.replace(b"host: x", b"host: x\r\ntransfer-encoding: chunked"),
        GOOD.replace(b"host: x", b"host: x\r\nno colon"),
        GOOD.replace(b"host: x", b"other: x"),
        GOOD.replace(b"content-length: ", b"content-length: +"),
        GOOD.replace(b"content-length: ", b"content-length: -"),
        HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["TLS", "method in small letters", "no version", "HTTP/2.0", "two lengths", "length and chunks", "no colon",
         "no host", "plus", "minus", "broken chunk"],
)  # fmt: skip
async def test_what_is_no_http_is_refused_by_name(world: World, sent: bytes) -> None:
    """Where one message ends and the next begins must be beyond doubt."""
    _, wire = world.connect(sent)

    assert wire.answers == [(400, "malformed_request")]


async def test_a_caller_who_does_not_read_is_not_read_either(world: World) -> None:
    """Answers do not pile up for ever."""
    connection, wire = world.connect()
    connection.pause_writing()
    paused = wire.reading
    connection.resume_writing()

    assert (paused, wire.reading) == (False, True)


async def test_on_shutdown_what_is_under_way_is_answered_first(world: World) -> None:
    """An idle connection ends at once."""
    idle, idle_wire = world.connect(GOOD)
    busy, busy_wire = world.connect(GOOD[:-5])
    idle.shutdown()
    busy.shutdown()
    assert (idle_wire.closed, busy_wire.closed) == (True, False)

    world.send(busy, GOOD[-5:])

    assert busy_wire.answers == [(200, None)]
    assert busy_wire.closed


async def test_a_connection_that_ends_is_forgotten(world: World) -> None:
    """Nothing of it is held."""
    connection, _ = world.connect(GOOD[:-5])
    connection.connection_lost(None)
    world.later(1)

    assert (world.open, world.keeper.full()) == (set(), None)


@pytest.mark.parametrize("target", [b"/v1/%70redict", b"http://x/v1/predict", b"/v1/predict?"])
async def test_another_way_to_write_the_address_is_the_same_address(world: World, target: bytes) -> None:
    """As RFC 3986 and RFC 9112 have it."""
    _, wire = world.connect(GOOD.replace(b"/v1/predict", target))

    assert wire.answers == [(200, None)]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /metrics HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        b"CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
    ids=["websocket", "tunnel"],
)
async def test_no_other_protocol_is_spoken(world: World, sent: bytes) -> None:
    """The connection ends, and nothing after the request is read as one."""
    _, wire = world.connect(sent + GOOD)

    assert wire.written.count(b"HTTP/1.1 ") == 1
    assert wire.closed
