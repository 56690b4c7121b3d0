"""Answer every request with a few constant bytes, over the parser and the event loop that our predictor runs on.

It looks at nothing: no method, no path, no body. That is what HTTP alone costs.
"""

import asyncio
import sys
from typing import cast

import httptools
import uvloop

ANSWER = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 21\r\n\r\n{"predictions":[4.2]}'


class Hello(asyncio.Protocol):
    """Read requests, and greet."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Answer one request."""
        self._transport.write(ANSWER)


async def main(port: int) -> None:
    """Serve for ever."""
    server = await asyncio.get_running_loop().create_server(Hello, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
