"""Say what the predictor uses of RSGI, Granian's interface between server and application.

Granian's own type stubs leave out `get_all` and what `granian.rsgi` exports. The errors below are its own.
"""

from collections.abc import AsyncIterator, Awaitable
from typing import NamedTuple, Protocol

from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]

__all__ = ["Exchange", "HTTPProtocol", "HeaderLines", "Headers", "ProtocolClosed", "ProtocolError", "Scope"]

HeaderLines = list[tuple[str, str]]


class Headers(Protocol):
    """Look up header lines by lower-case name."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """Give the first line of this name, where it is ASCII."""
        ...

    def get_all(self, key: str) -> list[str]:
        """Give every line of this name that is ASCII."""
        ...

    def __contains__(self, key: str) -> bool: ...


class Scope(Protocol):
    """Describe one request but for its body."""

    @property
    def method(self) -> str:
        """Give the method as sent."""
        ...

    @property
    def path(self) -> str:
        """Give the path with its percent signs decoded."""
        ...

    @property
    def query_string(self) -> str:
        """Give what follows the question mark."""
        ...

    @property
    def headers(self) -> Headers:
        """Give the headers: a new copy each time."""
        ...


class HTTPProtocol(Protocol):
    """Read the body of one request, and answer it."""

    def __call__(self) -> Awaitable[bytes]:
        """Read the body whole; raises ProtocolClosed when it breaks off."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Read the body in chunks."""
        ...

    def response_bytes(self, status: int, headers: HeaderLines, body: bytes) -> None:
        """Answer; a second answer to one request is dropped."""
        ...


class Exchange(NamedTuple):
    """Hold one request that is being answered."""

    protocol: HTTPProtocol
    headers: Headers
    request_id: str
    began_ns: int
