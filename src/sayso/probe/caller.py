"""Send requests byte by byte, so that nothing on the way mends them."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from sayso.failures import ProbeError
from sayso.probe.request import Request
from sayso.probe.verdict import Reply


@dataclass(frozen=True, slots=True)
class Caller:
    """Reach one server."""

    host: str
    port: int
    path: str
    tls: bool
    timeout_s: float
    headers: Mapping[str, str] = field(default_factory=dict)
    """What every request carries besides its own."""

    @classmethod
    def of(cls, url: str, timeout_s: float, headers: Mapping[str, str]) -> Self:
        """Take the address of a predict route.

        Raises:
            ProbeError: it is no HTTP address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ProbeError(f"{url} is no address: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ProbeError(
                f"{url} is no HTTP address; give the predict route, such as http://127.0.0.1:8080/v1/predict"
            )
        tls = parts.scheme == "https"
        return cls(parts.hostname, port or (443 if tls else 80), parts.path or "/", tls, timeout_s, headers)

    def ask(self, request: Request) -> Reply | None:
        """Send one request over a connection of its own; None where no answer comes."""
        message = request.encode(f"{self.host}:{self.port}", self.path, self.headers)
        try:
            with self._connect() as connection:
                return self._exchange(connection, message, request)
        except (OSError, http.client.HTTPException):
            return None

    def _connect(self) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), self.timeout_s)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self.tls else plain

    def _exchange(self, connection: socket.socket, message: bytes, request: Request) -> Reply:
        try:
            connection.sendall(message)
            if request.breaks_off and not self.tls:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server had heard enough; its answer may be there to read
        response = http.client.HTTPResponse(connection, method=request.method)
        response.begin()
        return Reply(response.status, response.read())
