"""Answer everything with a few constant bytes, on the HTTP server that our predictor runs on: what HTTP alone costs."""

import sys

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server.mp import MPServer

HEADERS = [("content-type", "application/json")]
BODY = b'{"predictions":[4.2]}'


class Hello:
    """Read the body, and greet."""

    async def __rsgi__(self, scope: object, protocol: object) -> None:
        """Answer one request."""
        await protocol()  # type: ignore[operator]
        protocol.response_bytes(200, HEADERS, BODY)  # type: ignore[attr-defined]


if __name__ == "__main__":
    MPServer(
        "hello", port=int(sys.argv[1]), interface=Interfaces.RSGI, loop=Loops.uvloop, http=HTTPModes.http1,
        websockets=False, log_level=LogLevels.warning,
    ).serve(target_loader=Hello, wrap_loader=False)  # type: ignore[arg-type]  # fmt: skip
