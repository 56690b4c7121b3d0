"""Let one HTTP request through for each completion, and keep what came back to its last byte.

The SDKs above retry, follow redirects and continue cut-off answers in ways that change between versions. Below them, at
the transport, a second request of the same completion is refused whatever the reason, and a body beyond a size is cut
off. Connections are not kept: one that went stale would fail a question that is never asked again. A reply that our own
wire refuses is shown to no SDK: it would repair it, break on it, or print the provider's words as a warning.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import httpx2

from sayso.completion import Sent
from sayso.failures import Failure, FailureClass
from sayso.llm.wires import Read, Wire

MAX_REPLY_BYTES = 1_048_576
"""A reply of 4096 tokens is some 16 kB, with a model's reasoning 100 kB; a megabyte is a fault, not an answer."""

SECRET_HEADERS = frozenset({"authorization", "x-goog-api-key", "api-key"})
CHATTY_HEADERS = "x-stainless-"
"""The OpenAI client tells every server the operating system and the Python version; no server needs that."""


@dataclass(slots=True)
class Exchange:
    """Follow the one request of a completion."""

    wire: Wire
    """Reads the body."""
    sent: Sent | None = None
    requests: int = 0
    """1 once a server may have seen it; a connection that never came about carries no request."""
    status: int | None = None
    content_type: str = ""
    body: bytes | None = None
    """None until it is whole."""
    read: Read | None = None
    """What a whole body says, unless its status is an error."""
    fault: Failure | None = None
    """What was found here and ends the completion, whatever the SDK makes of it."""


class OneRequest(httpx2.AsyncBaseTransport):
    """Send for whoever opened an exchange in this task."""

    def __init__(self) -> None:
        """Connect directly: a proxy variable must not carry people's words elsewhere."""
        limits = httpx2.Limits(max_connections=100, max_keepalive_connections=0)
        self._inner = httpx2.AsyncHTTPTransport(limits=limits, retries=0, trust_env=False)
        self._exchange: ContextVar[Exchange] = ContextVar("exchange")

    @contextmanager
    def exchange(self, wire: Wire) -> Iterator[Exchange]:
        """Open an exchange for the requests of this task."""
        opened = Exchange(wire)
        token = self._exchange.set(opened)
        try:
            yield opened
        finally:
            self._exchange.reset(token)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the first request of an exchange, and refuse any further one."""
        exchange = self._exchange.get()
        if exchange.sent is not None:
            raise _stop(exchange, _broken("the reply asked for a second request"), request)
        for name in [name for name in request.headers if name.startswith(CHATTY_HEADERS)]:
            del request.headers[name]
        request.headers["accept-encoding"] = "identity"  # nothing to unpack, so nothing can grow
        exchange.sent = Sent(str(request.url), _shown(request.headers), request.content.decode("utf-8", "replace"))
        exchange.requests = 1
        try:
            response = await self._inner.handle_async_request(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            exchange.requests = 0
            raise
        exchange.status = response.status_code
        exchange.content_type = response.headers.get("content-type", "")
        try:
            body = await _read(response, exchange, request)
        finally:
            await response.aclose()
        exchange.body = body
        if response.status_code < 400:
            exchange.read = _read_body(exchange, body)
            if isinstance(exchange.read.result, Failure):
                raise _stop(exchange, exchange.read.result, request)
        return httpx2.Response(response.status_code, headers=response.headers, content=body, request=request)

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()


async def _read(response: httpx2.Response, exchange: Exchange, request: httpx2.Request) -> bytes:
    encoding = response.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        raise _stop(exchange, _broken("the reply is compressed, unasked"), request)
    received = bytearray()
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    async for chunk in response.stream:
        received += chunk
        if len(received) > MAX_REPLY_BYTES:
            raise _stop(exchange, _broken(f"the reply exceeds {MAX_REPLY_BYTES} bytes"), request)
    return bytes(received)


def _read_body(exchange: Exchange, body: bytes) -> Read:
    if exchange.status == 200:
        return exchange.wire(body, exchange.content_type)
    return Read(Failure(FailureClass.EXTRACTOR_UNAVAILABLE, f"the provider answered HTTP {exchange.status}"))


def _broken(what: str) -> Failure:
    return Failure(FailureClass.EXTRACTION_SCHEMA, what)


def _stop(exchange: Exchange, fault: Failure, request: httpx2.Request) -> httpx2.ReadError:
    """Note why this completion ends, and give an error that every SDK lets through as a broken connection."""
    exchange.fault = exchange.fault or fault
    return httpx2.ReadError(fault.detail, request=request)


def _shown(headers: httpx2.Headers) -> Mapping[str, str]:
    return {name: "…" if name in SECRET_HEADERS else value for name, value in headers.items()}
