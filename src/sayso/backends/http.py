"""Reach a predictor over HTTP: our own, or any server of the V1 protocol that answers in our shape.

httpx's own timeouts are per read; the caller's budget cancels the whole exchange, and the ones set here only bound a
connection that is never used again.
"""

from collections.abc import Mapping

import httpx

from sayso.backend import Reply
from sayso.contract.admit import FeatureVector
from sayso.failures import Code, Failure, FailureClass
from sayso.wire import JSON, loads

MAX_REPLY_BYTES = 1_048_576
"""One prediction is a few hundred bytes; a megabyte is a fault, not an answer."""

OUR_CODES = {code.name: code for code in (Code.INVALID_INPUT, Code.MODEL_NOT_READY, Code.PREDICT_FAILED)}
"""The only codes that a predictor gives."""

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
    401: FailureClass.BACKEND_UNAVAILABLE,
    403: FailureClass.BACKEND_UNAVAILABLE,
    404: FailureClass.BACKEND_UNAVAILABLE,
    429: FailureClass.OVERLOADED,
    500: FailureClass.MODEL_ERROR,
    502: FailureClass.BACKEND_UNAVAILABLE,
    503: FailureClass.BACKEND_UNAVAILABLE,
    504: FailureClass.TIMEOUT,
}
"""What a bare status means where no failure class of ours stands in the body."""


class HttpBackend:
    """Send vectors to one predict address over kept connections."""

    kind = "http"

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Take the predict address; `transport` lets a test speak the wire without a socket."""
        self._url = url
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(60.0),
            limits=httpx.Limits(max_connections=100),
            follow_redirects=False,
            trust_env=False,  # a proxy variable must not carry values elsewhere
        )

    async def send(self, vector: FeatureVector, *, remaining_s: float) -> Reply | Failure:
        """Post one instance and decode the reply."""
        body = {"instances": [vector.as_instance()], "parameters": {"contract": vector.contract.reference}}
        answer = await self._exchange("POST", self._url, body)
        return answer if isinstance(answer, Failure) else _reply(*answer)

    async def ready(self) -> Failure | None:
        """Ask the predictor whether it is ready."""
        url = httpx.URL(self._url).copy_with(path="/readyz", query=None)
        answer = await self._exchange("GET", str(url), None)
        if isinstance(answer, Failure):
            return answer
        status, body = answer
        return None if status == 200 else _failure(status, loads(body, finite_only=True))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _exchange(self, method: str, url: str, body: JSON) -> tuple[int, bytes] | Failure:
        """Make one request; read at most MAX_REPLY_BYTES of the answer."""
        try:
            async with self._client.stream(method, url, json=body) as response:
                received = bytearray()
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > MAX_REPLY_BYTES:
                        return Failure(FailureClass.PAYLOAD_ERROR, f"the reply exceeds {MAX_REPLY_BYTES} bytes")
                return response.status_code, bytes(received)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _mapped(error, url)


def _mapped(error: Exception, url: str) -> Failure:
    """Give our name to an error of httpx: the nearest class in the table."""
    for kind in type(error).__mro__:
        if kind in TRANSPORT_ERRORS:
            return Failure(TRANSPORT_ERRORS[kind], f"{url}: {error or type(error).__name__}")
    return Failure(FailureClass.BACKEND_UNAVAILABLE, f"{url}: {error}")


def _reply(status: int, body: bytes) -> Reply | Failure:
    decoded = loads(body)
    if status != 200:
        return _failure(status, decoded)
    match decoded:
        case Failure(detail=detail):
            return Failure(FailureClass.PAYLOAD_ERROR, f"the predictor's reply: {detail}")
        case {"predictions": predictions}:
            return Reply(predictions)
        case _:
            return Failure(FailureClass.SCHEMA_MISMATCH, "the predictor's reply has no predictions")


def _failure(status: int, body: JSON | Failure) -> Failure:
    """Pass the predictor's own class on where it names one; otherwise the status decides."""
    match body:
        case {"code": str(code), "failure_class": str(label), **rest} if code in OUR_CODES:
            failure_class = FailureClass.of_label(label)
            if failure_class is not None and failure_class.code.name == code:
                return Failure(failure_class, f"the predictor says: {rest.get('detail') or label}")
    failure_class = STATUSES.get(status, FailureClass.PAYLOAD_ERROR)
    return Failure(failure_class, f"the predictor answered HTTP {status} without a failure class")
