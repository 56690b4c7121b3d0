"""Speak HTTP/1.1 on one connection: bytes to requests, answers to bytes, one request after another.

httptools (Node's llhttp) parses; nothing here is a task or a future, because a prediction takes microseconds and every
hand-over costs as much. What a general server hands to its application in pieces, through its own threads, was a third
of each request before. Whoever is refused before the body was read hears it at once; the body is then read and dropped,
so that a caller who sends before it reads still gets the answer.
"""

import asyncio
from typing import cast

import httptools

from sayso.failures import Failure, FailureClass
from sayso.predictor.app import Application
from sayso.predictor.head import too_large
from sayso.predictor.keeper import Keeper
from sayso.predictor.message import CONTINUE, Answer, Head, encode

MAX_HEAD_BYTES = 64 * 1024
"""Node lets 16 KiB through, nginx 32, Apache 100 lines of 8; no caller of ours has reason for more than this."""

_ENDLESS = Failure(FailureClass.TOO_LARGE, f"the head exceeds {MAX_HEAD_BYTES} bytes")

HEAD_TIMEOUT_S = 10.0
"""How long the head of a request may take to arrive, and how long an idle connection is kept."""

DRAINED_BYTES = 64 * 1024 * 1024
"""How much of a refused body is read and dropped."""


class Connection(asyncio.Protocol):
    """Hold one connection."""

    def __init__(self, application: Application, keeper: Keeper, connections: set[object]) -> None:
        """Take what the worker's connections share, and the set in which the server looks for open ones."""
        self._app = application
        self._keeper = keeper
        self._outbox = keeper.outbox
        self._open = connections
        self._limits = application.limits
        self._parser: httptools.HttpRequestParser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._since_s = 0.0
        self._closes = False
        self._under_way = False
        self._head_bytes = 0
        self._head: Head | None = None
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._pieces: list[bytes] = []
        self._received = 0
        self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; a connection too many is told so and ended."""
        self._transport = cast(asyncio.Transport, transport)
        self._since_s = self._keeper.clock()
        self._open.add(self)
        if not self._keeper.add(self):
            self._give_up(Failure(FailureClass.OVERLOADED, "too many connections", retry_after_s=1))

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._closes = True
        self._keeper.remove(self)
        self._open.discard(self)
        del self._parser  # it knows this object, which knows it

    def pause_writing(self) -> None:
        """Read no more from a caller who does not read."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on reading."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def shutdown(self) -> None:
        """End after the request that is under way, if there is one."""
        self._closes = True
        if not self._under_way or self._answered:
            self._end()

    def eof_received(self) -> None:
        """Refuse a request that breaks off; the transport closes afterwards."""
        if self._under_way and not self._answered:
            self._give_up(_broken("ended before it was complete"))

    def look(self, now_s: float) -> None:
        """Give up on a head or body that takes too long, and on a connection that is idle."""
        if not self._under_way and not self._head_bytes:
            if now_s - self._since_s > HEAD_TIMEOUT_S:
                self._end()
        elif self._answered:
            if now_s - self._since_s > HEAD_TIMEOUT_S + self._limits.body_timeout_s:
                self._end()
        elif self._head is None:
            if now_s - self._since_s > HEAD_TIMEOUT_S:
                self._give_up(
                    Failure(FailureClass.MALFORMED_REQUEST, f"the head did not arrive within {HEAD_TIMEOUT_S:g} s")
                )
        elif now_s - self._since_s > self._limits.body_timeout_s:
            self._give_up(_broken(f"did not arrive within {self._limits.body_timeout_s:g} s"))

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the methods below."""
        if self._transport.is_closing():
            return
        if self._head is None:
            if not self._head_bytes:
                self._since_s = self._keeper.clock()
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._end()  # what follows would be another protocol
        except httptools.HttpParserError as error:
            self._give_up(Failure(FailureClass.MALFORMED_REQUEST, f"this is not HTTP/1.1: {str(error)[:200]}"))
        if self._head is None and self._head_bytes > MAX_HEAD_BYTES:
            self._give_up(_ENDLESS)
        elif self._under_way and self._head is not None and not self._answered:
            self._keeper.waits(self)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._under_way = True

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header line."""
        name = name.lower()
        known = self._headers.get(name)
        self._headers[name] = value if known is None else known + b", " + value

    def on_headers_complete(self) -> None:
        """Judge the head, and answer at once what needs no body."""
        parser = self._parser
        if self._transport.is_closing():
            self._answered = True  # sent after the last request that was to be answered
            return
        head = self._app.head(parser.get_method().decode("latin-1"), self._target.decode("latin-1"), self._headers)
        self._head = head
        came, self._head_bytes = self._head_bytes, 0
        if (
            came > MAX_HEAD_BYTES
            and len(self._target) + sum(map(len, (*head.headers, *head.headers.values()))) > MAX_HEAD_BYTES
        ):
            self._give_up(_ENDLESS)
            return
        if not parser.should_keep_alive():
            self._closes = True
        waits = head.asks_first and head.has_body
        answer = self._refusal(head) or self._app.before_body(head)
        if answer is not None:
            self._closes = self._closes or waits
            self._answer(answer)
            if waits:
                self._end()  # the body will not come
        elif waits:
            self._outbox.send(self._transport, CONTINUE)

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body, or drop it where the request is refused already."""
        self._received += len(piece)
        if self._answered:
            if self._received > DRAINED_BYTES:
                self._end()
        elif self._received > self._limits.max_body_bytes:
            assert self._head is not None
            self._answer(self._app.refuse(self._head, too_large(self._limits.max_body_bytes)))
        else:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """Answer, and be ready for the next request."""
        if not self._answered:
            assert self._head is not None
            pieces = self._pieces
            self._answer(self._app.predict(self._head, pieces[0] if len(pieces) == 1 else b"".join(pieces)))
        if self._closes:
            self._end()
        self._begin()

    def _begin(self) -> None:
        """Be ready for the next request."""
        self._head = None
        self._target = b""
        self._headers = {}
        self._pieces = []
        self._received = 0
        self._answered = False
        self._under_way = False

    def _refusal(self, head: Head) -> Answer | None:
        """Refuse what no request may be, and what there is no room for."""
        version = self._parser.get_http_version()
        if version != "1.1" and version != "1.0":  # noqa: PLR1714 - a set is slower, and every request comes by
            return self._app.refuse(head, Failure(FailureClass.MALFORMED_REQUEST, "this is not HTTP/1.1"))
        if b"host" not in head.headers and version == "1.1":
            return self._app.refuse(head, Failure(FailureClass.MALFORMED_REQUEST, "there is no Host (RFC 9112, 3.2)"))
        full = self._keeper.full()
        return None if full is None or not head.has_body else self._app.refuse(head, full)

    def _answer(self, answer: Answer) -> None:
        head = self._head
        assert head is not None
        self._answered = True
        self._keeper.arrived(self)
        if self._transport.is_closing():
            return
        with_body = head.method != "HEAD"
        data = encode(answer, head.request_id, self._keeper.date, closes=self._closes, with_body=with_body)
        self._outbox.send(self._transport, data)

    def _end(self) -> None:
        """End the connection, after what is to be sent over it."""
        self._outbox.flush()
        self._transport.close()

    def _give_up(self, failure: Failure) -> None:
        """Answer what can't be gone on with, and end the connection."""
        self._closes = True
        if not self._answered and not self._transport.is_closing():
            self._head = self._head or self._app.head("", "", {})
            self._answer(self._app.refuse(self._head, failure))
        self._end()


def _broken(how: str) -> Failure:
    return Failure(FailureClass.MALFORMED_REQUEST, f"the body {how}")
