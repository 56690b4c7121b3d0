"""Be Vertex AI's PredictionService over gRPC, and answer with messages, statuses or bytes as scripted.

Each Predict takes the next step; the last one repeats. Answers are bytes, so that also what is no PredictResponse can
be sent. Needs the extra ``gcp``.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import grpc
import grpc.aio
from google.cloud.aiplatform_v1.types import PredictResponse

from sayso.struct_values import to_values
from sayso.wire import JSON

PREDICTION_SERVICE = "google.cloud.aiplatform.v1.PredictionService"


@dataclass(frozen=True, slots=True)
class GrpcStep:
    """Describe one answer."""

    body: bytes = b""
    """The response's bytes."""
    status: str = "OK"
    """The name of a gRPC status."""
    details: str = ""
    after_s: float = 0.0
    """How long to wait first."""
    is_silent: bool = False
    """Whether nothing is ever answered."""


def response(predictions: Sequence[JSON], deployed_model_id: str) -> bytes:
    """Encode a PredictResponse; NaN and infinities pass, as protobuf lets them."""
    message = PredictResponse.pb(PredictResponse(deployed_model_id=deployed_model_id))
    message.predictions.extend(to_values(predictions))
    body: bytes = message.SerializeToString()
    return body


class FaultyPredictionService:
    """Listen on loopback while the block runs."""

    def __init__(self, steps: Sequence[GrpcStep], *, credentials: grpc.ServerCredentials | None = None) -> None:
        """Take the script, and what TLS needs where it is to be spoken."""
        self._steps = steps
        self._credentials = credentials
        self._closing = asyncio.Event()
        self.requests: list[bytes] = []
        """What was asked."""
        self.metadata: list[dict[str, str | bytes]] = []
        """The headers of each call."""
        self.within_s: list[float | None] = []
        """The deadline that each call came with, in seconds."""

    async def __aenter__(self) -> Self:
        self._server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        handlers: dict[str, Any] = {"Predict": grpc.unary_unary_rpc_method_handler(self._predict)}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(PREDICTION_SERVICE, handlers),))
        address = "127.0.0.1:0"
        self.port = (
            self._server.add_secure_port(address, self._credentials)
            if self._credentials
            else self._server.add_insecure_port(address)
        )
        await self._server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._server.stop(None)

    async def _predict(self, request: bytes, context: Any) -> bytes:  # noqa: ANN401 - grpc's own
        step = self._steps[min(len(self.requests), len(self._steps) - 1)]
        self.requests.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        self.within_s.append(context.time_remaining())
        await asyncio.sleep(step.after_s)
        if step.is_silent:
            await self._closing.wait()
        if step.status != "OK":
            await context.abort(grpc.StatusCode[step.status], step.details)
        return step.body
