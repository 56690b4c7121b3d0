"""Reach a predictor over HTTP: our own, or any server of the V1 protocol.

httpx's own timeouts are per read; the caller's budget cancels the whole exchange, and the ones set here only bound a
connection that is never used again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import httpx

from sayso.backend import Reply, Sent, Unavailable
from sayso.backends.named import named
from sayso.contract.admit import FeatureVector
from sayso.failures import Failure, FailureClass
from sayso.inference.payload import Payload
from sayso.wire import JSON, loads

MAX_REPLY_BYTES = 1_048_576
"""One prediction is a few hundred bytes; a megabyte is a fault, not an answer."""

TRANSPORT_ERRORS: Mapping[type[Exception], FailureClass] = {
    httpx.ConnectError: FailureClass.BACKEND_UNAVAILABLE,
    httpx.ConnectTimeout: FailureClass.TIMEOUT,
    httpx.ReadTimeout: FailureClass.TIMEOUT,
    httpx.WriteTimeout: FailureClass.TIMEOUT,
    httpx.PoolTimeout: FailureClass.OVERLOADED,
    httpx.ReadError: FailureClass.TRANSPORT,
    httpx.WriteError: FailureClass.TRANSPORT,
    httpx.CloseError: FailureClass.TRANSPORT,
    httpx.RemoteProtocolError: FailureClass.TRANSPORT,
    httpx.LocalProtocolError: FailureClass.TRANSPORT,
    httpx.ProxyError: FailureClass.BACKEND_UNAVAILABLE,
    httpx.UnsupportedProtocol: FailureClass.BACKEND_UNAVAILABLE,
    httpx.DecodingError: FailureClass.PAYLOAD_ERROR,
    httpx.TooManyRedirects: FailureClass.PAYLOAD_ERROR,
}
"""What each error of the client means; a test walks httpx's tree and fails when one is missing."""

STATUSES: Mapping[int, FailureClass] = {
    400: FailureClass.MODEL_ERROR,
    401: FailureClass.BACKEND_UNAVAILABLE,
    403: FailureClass.BACKEND_UNAVAILABLE,
    404: FailureClass.BACKEND_UNAVAILABLE,
    405: FailureClass.BACKEND_UNAVAILABLE,
    408: FailureClass.TIMEOUT,
    413: FailureClass.TOO_LARGE,
    422: FailureClass.MODEL_ERROR,
    429: FailureClass.OVERLOADED,
    500: FailureClass.MODEL_ERROR,
    501: FailureClass.BACKEND_UNAVAILABLE,
    502: FailureClass.BACKEND_UNAVAILABLE,
    503: FailureClass.BACKEND_UNAVAILABLE,
    504: FailureClass.TIMEOUT,
}
"""What a bare status means where no failure class of ours stands in the body; any other is a payload_error."""

OVERLOADED_RETRY_AFTER_S = 1
"""Where the predictor is overloaded and does not say for how long."""

NOBODY_THERE = 503
"""What a proxy answers when nothing took the request (RFC 9110, 15.6.4): as gRPC's UNAVAILABLE."""


IDLE_TIMEOUT_S = 60.0

CONNECT_MARGIN_S = 0.02
"""How long before the budget's end connecting ends: httpx closes a socket in its TLS handshake when its own time runs
out, and leaves it to the garbage collector when it is cancelled (httpcore 1.0.9)."""


class _Response(NamedTuple):
    """Hold one whole HTTP response."""

    status: int
    retry_after: str | None
    body: bytes


class HttpBackend:
    """Send vectors to one predict address over kept connections."""

    kind = "http"

    def __init__(
        self,
        url: str,
        payload: Payload,
        *,
        ready_path: str | None = "/readyz",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Take the address and the shape.

        Args:
            url: the predict address.
            payload: what is sent.
            ready_path: answers 200 when a prediction can be had; None where the server has no such path.
            transport: lets a test speak the wire without a socket.
        """
        self._url = url
        self._payload = payload
        self._ready_path = ready_path
        self._client = httpx.AsyncClient(
            transport=transport,
            limits=httpx.Limits(max_connections=100),
            follow_redirects=False,
            trust_env=False,  # a proxy variable must not carry values elsewhere
        )

    async def send(self, vectors: Sequence[FeatureVector], *, remaining_s: float) -> Sent:
        """Post the rows and decode the reply."""
        answer = await self._exchange("POST", self._url, self._payload.body(vectors), remaining_s)
        return _reply(answer) if isinstance(answer, _Response) else answer

    async def ready(self) -> Failure | None:
        """Ask the predictor whether it is ready."""
        if self._ready_path is None:
            return None
        url = httpx.URL(self._url).copy_with(path=self._ready_path, query=None)
        answer = await self._exchange("GET", str(url), None, IDLE_TIMEOUT_S)
        if isinstance(answer, Unavailable):
            return answer.failure
        if isinstance(answer, Failure):
            return answer
        return None if answer.status == 200 else _failure(answer)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _exchange(
        self, method: str, url: str, body: JSON, remaining_s: float
    ) -> _Response | Failure | Unavailable:
        """Make one request; read at most MAX_REPLY_BYTES of the answer."""
        timeout = httpx.Timeout(IDLE_TIMEOUT_S, connect=max(0.0, remaining_s - CONNECT_MARGIN_S))
        try:
            async with self._client.stream(method, url, json=body, timeout=timeout) as response:
                received = bytearray()
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > MAX_REPLY_BYTES:
                        return Failure(FailureClass.PAYLOAD_ERROR, f"the reply exceeds {MAX_REPLY_BYTES} bytes")
                return _Response(response.status_code, response.headers.get("retry-after"), bytes(received))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _mapped(error, url)


def _mapped(error: Exception, url: str) -> Failure | Unavailable:
    """Give our name to an error of httpx: the nearest class in the table."""
    failure_class = next((TRANSPORT_ERRORS[kind] for kind in type(error).__mro__ if kind in TRANSPORT_ERRORS), None)
    detail = f"{_shown(url)}: {str(error) or type(error).__name__}"
    failure = Failure(failure_class or FailureClass.BACKEND_UNAVAILABLE, detail)
    return Unavailable(failure) if isinstance(error, httpx.ConnectError) else failure


def _shown(url: str) -> str:
    """Write an address without what may be secret in it: user, password, query."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        return "[backend] url"
    return str(address.copy_with(userinfo=b"", query=None) if address.host else address.path)


def _reply(response: _Response) -> Sent:
    if response.status != 200:
        failure = _failure(response)
        is_free_to_retry = response.status == NOBODY_THERE and failure.failure_class is FailureClass.BACKEND_UNAVAILABLE
        return Unavailable(failure) if is_free_to_retry else failure
    match loads(response.body):
        case Failure(detail=detail):
            return Failure(FailureClass.PAYLOAD_ERROR, f"the predictor's reply: {detail}")
        case {"predictions": predictions}:
            return Reply(predictions)
        case _:
            return Failure(FailureClass.SCHEMA_MISMATCH, "the predictor's reply has no predictions")


def _failure(response: _Response) -> Failure:
    """Pass the predictor's own class on where it names one; otherwise the status decides."""
    body = loads(response.body, finite_only=True)
    failure = None if isinstance(body, Failure) else named(body)
    if failure is None:
        failure_class = STATUSES.get(response.status, FailureClass.PAYLOAD_ERROR)
        failure = Failure(failure_class, f"the predictor answered HTTP {response.status} without a failure class")
    if failure.failure_class is FailureClass.OVERLOADED:
        said = response.retry_after or ""
        return replace(failure, retry_after_s=int(said) if said.isdecimal() else OVERLOADED_RETRY_AFTER_S)
    return failure
