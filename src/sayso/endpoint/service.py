"""Answer the calls of EndpointService and PredictionService for one endpoint, whatever wire they come over.

Each method takes the SDK's request and gives its response or a `Refusal`. State changes are on disk before they are
told. One event loop runs everything, and nothing is awaited between reading the state and replacing it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from google.api import httpbody_pb2
from google.cloud.aiplatform_v1.types import (
    DeployModelRequest,
    DeployModelResponse,
    Endpoint,
    GetEndpointRequest,
    PredictRequest,
    PredictResponse,
    RawPredictRequest,
    UndeployModelRequest,
    UndeployModelResponse,
    UpdateEndpointRequest,
)
from google.longrunning import operations_pb2
from google.protobuf.message import Message

from sayso.endpoint import messages
from sayso.endpoint.counters import ANSWERED, Counters
from sayso.endpoint.predictors import Predictors
from sayso.endpoint.refusal import Refusal
from sayso.endpoint.split import Splitter
from sayso.endpoint.state import DeployedModel, State
from sayso.endpoint.store import Store
from sayso.struct_values import UnsetValueError, to_json, to_values
from sayso.wire import JSON

MAX_REQUEST_BYTES = 1_500_000
"""What a shared public endpoint takes."""

Within = float | None
"""Seconds that the caller's deadline leaves; None without a deadline."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Hold a rawPredict answer and who gave it."""

    body: httpbody_pb2.HttpBody
    deployed_model: DeployedModel


class EndpointServer:
    """Serve one endpoint."""

    def __init__(
        self, state: State, store: Store, predictors: Predictors, counters: Counters, clock: Callable[[], float]
    ) -> None:
        """Take the state to begin with, where it is kept, how predictors are called, and a monotonic clock."""
        self._store = store
        self._predictors = predictors
        self._counters = counters
        self._clock = clock
        self._serve(state)

    @property
    def state(self) -> State:
        """Give the present state."""
        return self._state

    @property
    def counters(self) -> Counters:
        """Give the counters, for scraping."""
        return self._counters

    async def get_endpoint(self, request: GetEndpointRequest, within_s: Within) -> Endpoint | Refusal:
        """Describe the endpoint."""
        return self._missing(request.name) or messages.endpoint(self._state)

    async def update_endpoint(self, request: UpdateEndpointRequest, within_s: Within) -> Endpoint | Refusal:
        """Change the fields that the mask names, if the etag is the present one or absent."""
        if refusal := self._missing(request.endpoint.name):
            return refusal
        if request.endpoint.etag not in ("", self._state.etag):
            return Refusal("ABORTED", f"etag {request.endpoint.etag} is not the present one; read the endpoint anew")
        changed = self._masked(request.endpoint, list(request.update_mask.paths))
        kept = changed if isinstance(changed, Refusal) else self._keep(changed)
        return kept if isinstance(kept, Refusal) else messages.endpoint(kept)

    async def deploy_model(self, request: DeployModelRequest, within_s: Within) -> operations_pb2.Operation | Refusal:
        """Put a running predictor behind the endpoint."""
        if refusal := self._missing(request.endpoint):
            return refusal
        model = messages.of_deployed_model(request.deployed_model)
        if not model.id:
            model = msgspec.structs.replace(model, id=self._free_id())
        changed = self._state.deploying(model, dict(request.traffic_split))
        response = DeployModelResponse(deployed_model=messages.deployed_model(model))
        return self._operation(changed, DeployModelResponse.pb(response))

    async def undeploy_model(
        self, request: UndeployModelRequest, within_s: Within
    ) -> operations_pb2.Operation | Refusal:
        """Take a predictor from behind the endpoint; its process is not ours to end."""
        if refusal := self._missing(request.endpoint):
            return refusal
        changed = self._state.undeploying(request.deployed_model_id, dict(request.traffic_split))
        return self._operation(changed, UndeployModelResponse.pb(UndeployModelResponse()))

    async def predict(self, request: PredictRequest, within_s: Within) -> PredictResponse | Refusal:
        """Pass instances and parameters to the model whose turn it is."""
        message = PredictRequest.pb(request)
        if message.ByteSize() > MAX_REQUEST_BYTES:
            return Refusal("INVALID_ARGUMENT", f"the request exceeds {MAX_REQUEST_BYTES} bytes")
        model = self._turn(request.endpoint)
        if isinstance(model, Refusal):
            return model
        body = _predict_body(request)
        if isinstance(body, Refusal):
            return body
        begin_s = self._clock()
        predictions = await self._predictors.predictions(model.url, body, within_s=within_s)
        self._count(model, predictions, begin_s)
        return predictions if isinstance(predictions, Refusal) else _predicted(model, predictions)

    async def raw_predict(self, request: RawPredictRequest, within_s: Within) -> Raw | Refusal:
        """Pass the body as it is to the model whose turn it is."""
        model = self._turn(request.endpoint)
        if isinstance(model, Refusal):
            return model
        begin_s = self._clock()
        answer = await self._predictors.answer(model.url, request.http_body.data, within_s=within_s)
        self._count(model, answer, begin_s)
        if isinstance(answer, Refusal):
            return answer
        return Raw(messages.http_body(answer.content_type, answer.body), model)

    async def aclose(self) -> None:
        """Let go of the predictors."""
        await self._predictors.aclose()

    def _missing(self, name: str) -> Refusal | None:
        if name == self._state.name:
            return None
        return Refusal("NOT_FOUND", f"Endpoint {name!r:.200} is not here; this is {self._state.name}")

    def _turn(self, name: str) -> DeployedModel | Refusal:
        if refusal := self._missing(name):
            return refusal
        chosen = self._splitter.next()
        model = self._state.deployed(chosen) if chosen else None
        return model or Refusal("FAILED_PRECONDITION", f"{name} has no deployed model with traffic")

    def _masked(self, wanted: Endpoint, paths: Sequence[str]) -> State | Refusal:
        changed: State | Refusal = self._state
        for path in paths:
            if isinstance(changed, Refusal):
                return changed
            match path:
                case "traffic_split":
                    changed = changed.splitting(dict(wanted.traffic_split))
                case "display_name":
                    changed = changed.renamed(wanted.display_name)
                case _:
                    return Refusal("INVALID_ARGUMENT", f"update_mask path {path!r} can't be changed here")
        return changed if paths else Refusal("INVALID_ARGUMENT", "update_mask names no field")

    def _keep(self, state: State) -> State | Refusal:
        try:
            self._store.save(state)
        except OSError as error:
            return Refusal("INTERNAL", f"the change can't be kept: {error.strerror or error}")
        self._serve(state)
        return state

    def _serve(self, state: State) -> None:
        self._state = state
        self._splitter = Splitter(state.traffic_split)
        self._counters.deployed(state)

    def _free_id(self) -> str:
        taken = [int(model.id) for model in self._state.deployed_models]
        return str(max(taken, default=0) + 1)

    def _operation(self, changed: State | Refusal, response: Message) -> operations_pb2.Operation | Refusal:
        kept = changed if isinstance(changed, Refusal) else self._keep(changed)
        return kept if isinstance(kept, Refusal) else messages.finished(kept.name, kept.generation, response)

    def _count(self, model: DeployedModel, answer: object, begin_s: float) -> None:
        status = answer.status if isinstance(answer, Refusal) else ANSWERED
        self._counters.answered(model.id, status, self._clock() - begin_s)


def _predict_body(request: PredictRequest) -> bytes | Refusal:
    """Write the V1 request: numbers as the doubles that they are, 2027 as 2027.0."""
    message = PredictRequest.pb(request)
    try:
        body: dict[str, JSON] = {"instances": [to_json(value) for value in message.instances]}
        if message.HasField("parameters"):
            body["parameters"] = to_json(message.parameters)
        return json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except UnsetValueError as error:
        return Refusal("INVALID_ARGUMENT", f"the request holds {error}")
    except ValueError:
        return Refusal("INVALID_ARGUMENT", "the request holds NaN or an infinity, which JSON can't say")


def _predicted(model: DeployedModel, predictions: Sequence[JSON]) -> PredictResponse | Refusal:
    response = messages.answered_by(model)
    try:
        PredictResponse.pb(response).predictions.extend(to_values(predictions))
    except OverflowError:
        return Refusal("INTERNAL", "the model server answered with a number beyond the largest double")
    return response
