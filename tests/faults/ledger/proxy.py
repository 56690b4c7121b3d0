"""Stand between a PostgreSQL client and its server, and break the line at a chosen moment."""

import socket
import threading
from contextlib import suppress
from enum import Enum

_COMMIT = b"COMMIT"


class Cut(Enum):
    """Say when the line breaks."""

    NEVER = "never"
    BEFORE_COMMIT = "before commit"
    """The server never sees it."""
    AFTER_COMMIT = "after commit"
    """The server commits; the client never hears."""


class Proxy:
    """Forward connections to one port; break the line at the next COMMIT, where told."""

    def __init__(self, server_port: int) -> None:
        """Listen on a port of our own."""
        self.cut = Cut.NEVER
        self.open = True
        """Whether new connections are let through."""
        self.shuts = False
        """Whether the cut also keeps new connections out."""
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """Take no more connections, and wait until the clients have closed theirs."""
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if not self.open:
                    client.close()
                    continue
                line = _Line(self, client, socket.create_connection(("127.0.0.1", self._server_port)))
                self._threads += [threading.Thread(target=line.upwards), threading.Thread(target=line.downwards)]
                for thread in self._threads[-2:]:
                    thread.start()


class _Line:
    """Forward one connection."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._mute = False

    def upwards(self) -> None:
        """Forward what the client says, up to the cut."""
        with self._client, suppress(OSError):
            while data := self._client.recv(65536):
                cut = self._cut() if _COMMIT in data else Cut.NEVER
                if cut is Cut.BEFORE_COMMIT:
                    break
                self._mute = cut is Cut.AFTER_COMMIT
                self._server.sendall(data)
            self._hang_up()

    def downwards(self) -> None:
        """Forward what the server says, up to the answer that nobody is to hear."""
        with self._server, suppress(OSError):
            while data := self._server.recv(65536):
                if self._mute:
                    break
                self._client.sendall(data)
        self._hang_up()

    def _cut(self) -> Cut:
        cut, self._proxy.cut = self._proxy.cut, Cut.NEVER
        if cut is not Cut.NEVER and self._proxy.shuts:
            self._proxy.open = False
        return cut

    def _hang_up(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
