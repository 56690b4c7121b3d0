"""Turn an endpoint's state into Google's messages and back."""

from google.api import httpbody_pb2
from google.cloud.aiplatform_v1.types import DeployedModel as DeployedModelMessage
from google.cloud.aiplatform_v1.types import Endpoint, PredictResponse, PrivateEndpoints
from google.longrunning import operations_pb2
from google.protobuf.message import Message

from sayso.endpoint.state import DeployedModel, State


def endpoint(state: State) -> Endpoint:
    """Describe an endpoint as GetEndpoint does."""
    return Endpoint(
        name=state.name,
        display_name=state.display_name,
        deployed_models=[deployed_model(model) for model in state.deployed_models],
        traffic_split=state.traffic_split,
        etag=state.etag,
    )


def deployed_model(model: DeployedModel) -> DeployedModelMessage:
    """Describe one deployed model; its address stands where Vertex AI puts a private endpoint's."""
    return DeployedModelMessage(
        id=model.id,
        model=model.model,
        model_version_id=model.model_version_id,
        display_name=model.display_name,
        private_endpoints=PrivateEndpoints(predict_http_uri=model.url),
    )


def of_deployed_model(message: DeployedModelMessage) -> DeployedModel:
    """Read what is to be deployed.

    The address stands in ``private_endpoints.predict_http_uri``, which is output only on Vertex AI: there the platform
    starts the container itself.
    """
    return DeployedModel(
        id=message.id,
        url=message.private_endpoints.predict_http_uri,
        model=message.model,
        model_version_id=message.model_version_id or "1",
        display_name=message.display_name,
    )


def answered_by(model: DeployedModel) -> PredictResponse:
    """Make a response that names who answered, without predictions yet."""
    return PredictResponse(
        deployed_model_id=model.id,
        model=model.model,
        model_display_name=model.display_name,
        model_version_id=model.model_version_id,
    )


def finished(endpoint_name: str, generation: int, response: Message) -> operations_pb2.Operation:
    """Wrap a response as a long-running operation that has ended already."""
    operation = operations_pb2.Operation(name=f"{endpoint_name}/operations/{generation}", done=True)
    operation.response.Pack(response)
    return operation


def http_body(content_type: str, body: bytes) -> httpbody_pb2.HttpBody:
    """Wrap bytes as rawPredict answers."""
    return httpbody_pb2.HttpBody(content_type=content_type, data=body)
