"""List the calls that are served: service, method, messages, and where the SDK's own tables give their REST routes."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from google.api import httpbody_pb2
from google.cloud.aiplatform_v1.services.endpoint_service.transports.rest_base import _BaseEndpointServiceRestTransport
from google.cloud.aiplatform_v1.services.prediction_service.transports.rest_base import (
    _BasePredictionServiceRestTransport,
)
from google.cloud.aiplatform_v1.types import (
    DeployModelRequest,
    Endpoint,
    GetEndpointRequest,
    PredictRequest,
    PredictResponse,
    RawPredictRequest,
    UndeployModelRequest,
    UpdateEndpointRequest,
)
from google.longrunning import operations_pb2

from sayso.endpoint.service import EndpointServer

ENDPOINT_SERVICE = "google.cloud.aiplatform.v1.EndpointService"
PREDICTION_SERVICE = "google.cloud.aiplatform.v1.PredictionService"


class Method(NamedTuple):
    """Describe one call."""

    service: str
    name: str
    request: Any
    """The request's class, of proto-plus."""
    response: Any
    """The response's class, of proto-plus or of protobuf."""
    answer: Callable[[EndpointServer, Any, float | None], Awaitable[Any]]
    """The method of the server: request and seconds left → response or refusal."""


METHODS = (
    Method(ENDPOINT_SERVICE, "GetEndpoint", GetEndpointRequest, Endpoint, EndpointServer.get_endpoint),
    Method(ENDPOINT_SERVICE, "UpdateEndpoint", UpdateEndpointRequest, Endpoint, EndpointServer.update_endpoint),
    Method(ENDPOINT_SERVICE, "DeployModel", DeployModelRequest, operations_pb2.Operation, EndpointServer.deploy_model),
    Method(
        ENDPOINT_SERVICE, "UndeployModel", UndeployModelRequest, operations_pb2.Operation, EndpointServer.undeploy_model
    ),
    Method(PREDICTION_SERVICE, "Predict", PredictRequest, PredictResponse, EndpointServer.predict),
    Method(PREDICTION_SERVICE, "RawPredict", RawPredictRequest, httpbody_pb2.HttpBody, EndpointServer.raw_predict),
)

_REST_TABLES = {
    ENDPOINT_SERVICE: _BaseEndpointServiceRestTransport,
    PREDICTION_SERVICE: _BasePredictionServiceRestTransport,
}


def http_options(method: Method) -> list[dict[str, str]]:
    """Give the SDK's REST routes of a method: ``method``, ``uri`` template and ``body``.

    They stand in private classes of its REST transport; there is no public table, and one of ours could drift.
    """
    table = getattr(_REST_TABLES[method.service], f"_Base{method.name}")
    options: list[dict[str, str]] = table._get_http_options()  # noqa: SLF001
    return options
