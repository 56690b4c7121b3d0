"""Ask a predictor process for predictions over the V1 protocol, and say its refusals in Vertex AI's terms.

A predictor's own words are passed on in the message, as Vertex AI passes a container's on (not verified live).
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import httpx

from sayso.endpoint.refusal import Refusal
from sayso.failures import Failure
from sayso.wire import JSON, loads

SHARED_TIMEOUT_S = 60.0
"""How long a shared public endpoint waits for its container (Google, "Choose an inference endpoint type", 2026)."""

MAX_ANSWER_BYTES = 10_000_000
"""What a container may answer (same page)."""

MAX_MESSAGE_CHARS = 6_000
"""gRPC carries the message in a trailer, which peers cut at 8 KiB."""


class Answer(NamedTuple):
    """Hold a predictor's whole answer."""

    content_type: str
    body: bytes


class Predictors:
    """Call predictors over kept connections."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Open nothing yet; `transport` lets a test speak the wire without a socket."""
        self._client = httpx.AsyncClient(transport=transport, timeout=SHARED_TIMEOUT_S, trust_env=False)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def predictions(self, url: str, body: bytes, *, within_s: float | None) -> Sequence[JSON] | Refusal:
        """Post ``{"instances": …}`` and read ``predictions``."""
        answer = await self.answer(url, body, within_s=within_s)
        if isinstance(answer, Refusal):
            return answer
        match loads(answer.body, finite_only=True):
            case {"predictions": list(predictions)}:
                return predictions
            case Failure(detail=detail):
                return Refusal("INTERNAL", f"the model server's answer can't be read: {detail}")
            case _:
                return Refusal("INTERNAL", "the model server's answer has no list of predictions")

    async def answer(self, url: str, body: bytes, *, within_s: float | None) -> Answer | Refusal:
        """Post a body and give back the answer as it is; `within_s` is what the caller's deadline leaves."""
        limit_s = SHARED_TIMEOUT_S if within_s is None else min(within_s, SHARED_TIMEOUT_S)
        headers = {"content-type": "application/json"}
        try:
            async with asyncio.timeout(limit_s):
                response = await self._client.post(url, content=body, headers=headers)
        except (TimeoutError, httpx.TimeoutException):
            return Refusal("DEADLINE_EXCEEDED", f"the model server did not answer within {limit_s:.3g} s")
        except httpx.HTTPError as error:
            return Refusal("UNAVAILABLE", f"the model server can't be reached: {type(error).__name__}")
        if response.status_code != 200:
            return Refusal.of_http(response.status_code, response.text[:MAX_MESSAGE_CHARS])
        if len(response.content) > MAX_ANSWER_BYTES:
            return Refusal("INTERNAL", f"the model server's answer exceeds {MAX_ANSWER_BYTES} bytes")
        return Answer(response.headers.get("content-type", "application/json"), response.content)
