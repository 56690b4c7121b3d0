"""Run small model servers on loopback that answer bad requests in their own ways."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Answer = Callable[[bytes], tuple[int, object] | None]
"""Give status and JSON for a body; None hangs up."""


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """Run one until the block ends; gives the address of its predict route."""

    class Handler(BaseHTTPRequestHandler):
        """Answer each method alike."""

        def do_POST(self) -> None:
            """Answer what the body deserves."""
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            self._answer(answer(body))

        def do_PUT(self) -> None:
            """Answer as for POST."""
            self.do_POST()

        def do_GET(self) -> None:
            """Answer what no body deserves."""
            self._answer(answer(b""))

        def _answer(self, given: tuple[int, object] | None) -> None:
            if given is None:
                self.close_connection = True
                return
            body = json.dumps(given[1]).encode()
            self.send_response(given[0])
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}/v1/predict"
    finally:
        made.shutdown()
        thread.join()
        made.server_close()
