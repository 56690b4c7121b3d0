"""Hold the head of a request and an answer to it, and write the answer as HTTP/1.1."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

CRLF = b"\r\n"


class Head(msgspec.Struct, frozen=True, gc=False):
    """Hold what came before the body."""

    method: str
    target: str
    """The address as sent, with its query."""
    headers: Mapping[bytes, bytes]
    """Lower-case name to value; lines of one name are joined by ", " as RFC 9110 (5.3) has it."""
    request_id: str
    began_ns: int

    def header(self, name: bytes) -> str | None:
        """Give one header; bytes beyond ASCII stand for themselves."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1").strip()

    @property
    def has_body(self) -> bool:
        """Say whether a body follows."""
        return b"transfer-encoding" in self.headers or self.headers.get(b"content-length", b"0") != b"0"

    @property
    def asks_first(self) -> bool:
        """Say whether the caller waits for a go-ahead before it sends the body."""
        return b"expect" in self.headers


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Hold an answer."""

    status: int
    media_type: str
    body: bytes
    more: tuple[tuple[str, str], ...] = ()
    """Other header lines."""


def encode(answer: Answer, request_id: str, date: bytes, *, closes: bool, with_body: bool) -> bytes:
    """Write an answer.

    Args:
        answer: what to say.
        request_id: names the request for both sides.
        date: the Date header's value.
        closes: whether the connection ends after it.
        with_body: whether the body is sent too; its length is told either way (HEAD).
    """
    lines = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in answer.more) if answer.more else b""
    if closes:
        lines += b"connection: close\r\n"
    return b"%b%b\r\nx-request-id: %b\r\ndate: %b\r\ncontent-length: %d\r\n%b\r\n%b" % (
        _START[answer.status],
        answer.media_type.encode(),
        request_id.encode(),
        date,
        len(answer.body),
        lines,
        answer.body if with_body else b"",
    )


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_START: Mapping[int, bytes] = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: ".encode() for status in HTTPStatus
}
