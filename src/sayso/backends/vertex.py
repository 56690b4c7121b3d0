"""Reach a Vertex AI endpoint, or `sayso endpoint`, through Google's own client over gRPC.

The client's retries stay off, and each call gets what is left of the budget. The reply is read from the raw message:
proto-plus and MessageToDict let some malformed answers pass (docs/vertex.md lists what was measured). Importing this
module takes a second and needs the extra ``gcp``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import grpc
import grpc.aio
from google.api_core.exceptions import GoogleAPICallError
from google.auth.credentials import Credentials
from google.cloud.aiplatform_v1.services.prediction_service import PredictionServiceAsyncClient
from google.cloud.aiplatform_v1.services.prediction_service.transports.grpc_asyncio import (
    PredictionServiceGrpcAsyncIOTransport,
)
from google.cloud.aiplatform_v1.types import PredictRequest, PredictResponse

from sayso.backend import Reply, Sent, Unavailable
from sayso.backends.named import MAX_DETAIL_CHARS, unwrapped
from sayso.backends.vertex_target import Target
from sayso.contract.admit import FeatureVector
from sayso.failures import Failure, FailureClass
from sayso.google_identity import credentials
from sayso.inference.payload import Payload
from sayso.struct_values import UnsetValueError, to_json, to_value, to_values

MAX_REPLY_BYTES = 1_048_576
"""As for HTTP: one prediction is a few hundred bytes; a megabyte is a fault, not an answer."""

CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_REPLY_BYTES),
    # A refused connection is tried anew after 0.1 s, and at most 1 s later and later (gRPC: 1 s and 120 s).
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # A connection can die in silence behind a load balancer: a call that waits 10 s asks, and after 5 s more it is
    # UNAVAILABLE, so that a second attempt on a new connection still fits into 20 s.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    # Attempts are ours to make and to count, and nobody's DNS record configures them.
    ("grpc.enable_retries", 0),
    ("grpc.service_config_disable_resolution", 1),
    # A proxy variable must not carry values elsewhere.
    ("grpc.enable_http_proxy", 0),
)

STATUSES: Mapping[str, FailureClass] = {
    "OK": FailureClass.PAYLOAD_ERROR,  # an error that says OK
    "CANCELLED": FailureClass.TRANSPORT,
    "UNKNOWN": FailureClass.MODEL_ERROR,
    "INVALID_ARGUMENT": FailureClass.MODEL_ERROR,
    "DEADLINE_EXCEEDED": FailureClass.TIMEOUT,
    "NOT_FOUND": FailureClass.BACKEND_UNAVAILABLE,
    "ALREADY_EXISTS": FailureClass.MODEL_ERROR,
    "PERMISSION_DENIED": FailureClass.BACKEND_UNAVAILABLE,
    "RESOURCE_EXHAUSTED": FailureClass.OVERLOADED,
    "FAILED_PRECONDITION": FailureClass.BACKEND_UNAVAILABLE,  # no deployed model with traffic
    "ABORTED": FailureClass.MODEL_ERROR,
    "OUT_OF_RANGE": FailureClass.MODEL_ERROR,
    "UNIMPLEMENTED": FailureClass.BACKEND_UNAVAILABLE,  # this host serves no predictions
    "INTERNAL": FailureClass.MODEL_ERROR,
    "UNAVAILABLE": FailureClass.BACKEND_UNAVAILABLE,
    "DATA_LOSS": FailureClass.PAYLOAD_ERROR,
    "UNAUTHENTICATED": FailureClass.BACKEND_UNAVAILABLE,
}
"""What each gRPC status means where the text names no failure class of ours; a test walks `grpc.StatusCode`."""

SAID_BY_THE_LIBRARY: Sequence[tuple[str, str, FailureClass]] = (
    ("RESOURCE_EXHAUSTED", "CLIENT: Received message larger than max", FailureClass.PAYLOAD_ERROR),
    ("RESOURCE_EXHAUSTED", "SERVER: Received message larger than max", FailureClass.TOO_LARGE),
    ("INTERNAL", "RST_STREAM", FailureClass.TRANSPORT),
)
"""Status and words of the gRPC library itself (grpcio 1.85), which no server sent: what they mean instead."""

OVERLOADED_RETRY_AFTER_S = 1


class VertexBackend:
    """Send vectors to one endpoint over one kept channel."""

    kind = "vertex"

    def __init__(self, target: Target, payload: Payload, channel: grpc.aio.Channel) -> None:
        """Take the target, the shape and a channel to the target's host, made in the running event loop."""
        self._target = target
        self._payload = payload
        self._channel = channel
        transport = PredictionServiceGrpcAsyncIOTransport(channel=channel)
        self._client = PredictionServiceAsyncClient(transport=transport)

    async def send(self, vectors: Sequence[FeatureVector], *, remaining_s: float) -> Sent:
        """Make one Predict call, if its request is not too large."""
        request = self._request(vectors)
        size = PredictRequest.pb(request).ByteSize()
        if size > self._target.max_request_bytes:
            detail = f"the request has {size} bytes; this endpoint takes {self._target.max_request_bytes}"
            return Failure(FailureClass.TOO_LARGE, detail)
        try:
            response = await self._client.predict(
                request=request, retry=None, timeout=max(remaining_s, 0.001), metadata=self._target.metadata
            )
        except GoogleAPICallError as error:
            return _failure(error)
        return _reply(response)

    async def ready(self) -> Failure | None:
        """Connect; whether the endpoint answers is not known before it is asked."""
        state = self._channel.get_state(try_to_connect=True)
        while state is not grpc.ChannelConnectivity.READY:
            if state in (grpc.ChannelConnectivity.TRANSIENT_FAILURE, grpc.ChannelConnectivity.SHUTDOWN):
                return Failure(FailureClass.BACKEND_UNAVAILABLE, f"no connection to {self._target.host}")
            await self._channel.wait_for_state_change(state)
            state = self._channel.get_state(try_to_connect=True)
        return None

    async def aclose(self) -> None:
        """Close the channel."""
        await self._channel.close()

    def _request(self, vectors: Sequence[FeatureVector]) -> PredictRequest:
        body = self._payload.body(vectors)
        request = PredictRequest(endpoint=self._target.endpoint)
        # By way of the raw message: proto-plus refuses a list of Value in the constructor (its issue 488).
        message = PredictRequest.pb(request)
        instances = body["instances"]
        assert isinstance(instances, list)
        message.instances.extend(to_values(instances))
        if "parameters" in body:
            message.parameters.CopyFrom(to_value(body["parameters"]))
        return request


def connect(target: Target, payload: Payload) -> VertexBackend:
    """Make the backend; no connection is opened before the first call.

    Raises:
        SettingsError: the credentials file can't be used.
    """
    identity = credentials("vertex", target.credentials, is_anonymous=target.is_anonymous)
    return VertexBackend(target, payload, channel(target, identity))


def channel(target: Target, identity: Credentials) -> grpc.aio.Channel:
    """Make the channel: with TLS and the identity's tokens, or in the clear on loopback."""
    if target.is_insecure:
        return grpc.aio.insecure_channel(target.host, options=CHANNEL_OPTIONS)
    made: grpc.aio.Channel = PredictionServiceGrpcAsyncIOTransport.create_channel(
        target.host,
        credentials=identity,
        ssl_credentials=grpc.ssl_channel_credentials(target.ca),
        options=CHANNEL_OPTIONS,
    )
    return made


def _reply(response: PredictResponse | None) -> Reply | Failure:
    """Read the raw message; grpc.aio gives None where the bytes were no PredictResponse, and only logs it."""
    if response is None:
        return Failure(FailureClass.PAYLOAD_ERROR, "the endpoint's answer is no PredictResponse")
    message = PredictResponse.pb(response)
    if not message.deployed_model_id:
        return Failure(FailureClass.SCHEMA_MISMATCH, "the answer names no deployed model")
    try:
        return Reply([to_json(value) for value in message.predictions], message.deployed_model_id)
    except UnsetValueError as error:
        return Failure(FailureClass.SCHEMA_MISMATCH, f"a prediction holds {error}")


def _failure(error: GoogleAPICallError) -> Failure | Unavailable:
    """Give our name to an error of the client: the predictor's own, the library's words, or the status."""
    status, text = _status(error), str(error.message)
    if failure := unwrapped(text):
        return _with_retry_after(failure)
    said = (kind for code, words, kind in SAID_BY_THE_LIBRARY if code == status and words in text)
    failure_class = next(said, STATUSES[status])
    detail = f"the endpoint answered {status}: {text[:MAX_DETAIL_CHARS]}"
    failure = _with_retry_after(Failure(failure_class, detail))
    return Unavailable(failure) if status == "UNAVAILABLE" else failure


def _with_retry_after(failure: Failure) -> Failure:
    """Say when to come back: gRPC has no header for it."""
    if failure.failure_class is not FailureClass.OVERLOADED:
        return failure
    return replace(failure, retry_after_s=OVERLOADED_RETRY_AFTER_S)


def _status(error: GoogleAPICallError) -> str:
    code = error.grpc_status_code
    return code.name if code is not None else "UNKNOWN"
