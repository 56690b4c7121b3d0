"""Be a predictor over HTTP that answers, hangs, drips, cuts or resets as scripted, on a real socket.

Each POST takes the next step; the last one repeats. Any other request is answered 200. It speaks bytes, not a library,
because what has to be sent is what no library sends.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, 0 s: closing sends RST instead of FIN."""

HEAD_END = b"\r\n\r\n"


class End(StrEnum):
    """Say what happens to the connection."""

    KEEP = "keep"
    HANG = "hang"
    CLOSE = "close"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class HttpStep:
    """Describe one answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Sent as it is, instead of a response."""
    missing_bytes: int = 0
    """How many bytes fewer are sent than the head declares."""
    drip_s: float = 0.0
    """Pause after each byte of the body."""
    is_unread: bool = False
    """Whether the request is left unread."""
    is_silent: bool = False
    """Whether nothing is sent before the end."""
    end: End = End.KEEP

    def head(self) -> bytes:
        """Give status line and headers."""
        headers = {"content-type": "application/json", "content-length": str(len(self.body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode("latin-1") + HEAD_END


class FaultyHttp:
    """Listen on loopback while the block runs."""

    def __init__(self, steps: Sequence[HttpStep], *, tls: ssl.SSLContext | None = None) -> None:
        """Take the script."""
        self._steps = steps
        self._tls = tls
        self._handlers: set[asyncio.Task[None]] = set()
        self.bodies: list[bytes] = []
        """What was posted."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._handlers.add(task)
        task.add_done_callback(self._handlers.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # A peer that goes away is what these scripts are about.
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                end = End.KEEP
                while end is End.KEEP:
                    end = await self._exchange(reader, writer)
                if end is End.HANG:
                    await asyncio.Event().wait()
                if end is End.RESET:
                    _reset_on_close(writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> End:
        step = self._next()
        if not step.is_unread:
            step = await self._read(reader)
        if not step.is_silent:
            await _send(step, writer)
        return step.end

    def _next(self) -> HttpStep:
        return self._steps[min(len(self.bodies), len(self._steps) - 1)]

    async def _read(self, reader: asyncio.StreamReader) -> HttpStep:
        head = await reader.readuntil(HEAD_END)
        if not head.startswith(b"POST"):
            return HttpStep(body=b"{}")
        step = self._next()
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        self.bodies.append(await reader.readexactly(int(length.partition(b":")[2])))
        return step


async def _send(step: HttpStep, writer: asyncio.StreamWriter) -> None:
    if step.raw is not None:
        writer.write(step.raw)
        await writer.drain()
        return
    body = step.body[: len(step.body) - step.missing_bytes]
    writer.write(step.head() if step.drip_s else step.head() + body)
    await writer.drain()
    for byte in body if step.drip_s else b"":
        await asyncio.sleep(step.drip_s)
        writer.write(bytes([byte]))
        await writer.drain()


def _reset_on_close(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket | None = writer.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
