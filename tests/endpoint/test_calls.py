"""The endpoint answers the SDK's own clients as Vertex AI does, over gRPC and REST alike."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import google.api_core.exceptions
import httpx
import pytest
from google.cloud.aiplatform_v1.types import DeployedModel as DeployedModelMessage
from google.cloud.aiplatform_v1.types import Endpoint, PredictResponse, PrivateEndpoints, RawPredictRequest
from google.protobuf import field_mask_pb2
from prometheus_client.parser import text_string_to_metric_families
from tests.endpoint.running import NAME, Running, run, two_models, url

from sayso.endpoint.refusal import HTTP_STATUSES
from sayso.endpoint.state import State
from sayso.endpoint.store import Store
from sayso.struct_values import to_json, to_value
from sayso.wire import JSON

SPLIT = field_mask_pb2.FieldMask(paths=["traffic_split"])


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    """Say where the endpoint is kept."""
    return tmp_path / "endpoint.json"


def _echo(request: httpx.Request) -> httpx.Response:
    """Answer each row with itself and the port that was asked."""
    body = json.loads(request.content)
    return httpx.Response(200, json={"predictions": [{"port": request.url.port, **row} for row in body["instances"]]})


def _answering(status: int, body: bytes) -> Any:
    return lambda _: httpx.Response(status, content=body)


async def _predict(endpoint: Running, instance: JSON, **options: Any) -> PredictResponse:
    return await endpoint.predictions.predict(endpoint=NAME, instances=[to_value(instance)], **options)


def test_a_call_names_who_answered(state_file: Path) -> None:
    """Predictions, deployed model, model and version come back."""

    async def use(endpoint: Running) -> PredictResponse:
        return await _predict(endpoint, {"x": 1})

    message = PredictResponse.pb(run(state_file, _echo, use))

    assert [to_json(value) for value in message.predictions] == [{"port": 8081.0, "x": 1.0}]
    assert (message.deployed_model_id, message.model, message.model_version_id) == ("1", "m1", "1")


def test_a_predictor_sees_rows_and_parameters_as_the_caller_sent_them(state_file: Path) -> None:
    """Integers arrive as integral numbers, text and null as they are."""
    seen: list[bytes] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, json={"predictions": [1]})

    async def use(endpoint: Running) -> None:
        await _predict(endpoint, {"Year": 2027, "who": "ü", "no": None}, parameters=to_value({"contract": "c"}))

    run(state_file, keep, use)

    assert [json.loads(body) for body in seen] == [
        {"instances": [{"Year": 2027, "who": "ü", "no": None}], "parameters": {"contract": "c"}}
    ]


def test_traffic_is_split_to_the_call(state_file: Path) -> None:
    """Of a hundred calls ninety go to the one and ten to the other, over both wires together."""

    async def use(endpoint: Running) -> list[str]:
        answered = [(await _predict(endpoint, {"x": 1})).deployed_model_id for _ in range(50)]
        for _ in range(50):
            reply = await endpoint.rest.post(f"/v1/{NAME}:predict", json={"instances": [{"x": 1}]})
            answered.append(reply.json()["deployedModelId"])
        return answered

    assert Counter(run(state_file, _echo, use)) == {"1": 90, "2": 10}


def test_a_canary_goes_up_and_back_by_update_endpoint(state_file: Path) -> None:
    """Each step is read back, kept in the file, and followed by the next calls."""

    async def use(endpoint: Running) -> list[int]:
        counts = []
        for share in (50, 100, 0):
            present = await endpoint.endpoints.get_endpoint(name=NAME)
            wanted = Endpoint(name=NAME, traffic_split={"1": 100 - share, "2": share}, etag=present.etag)
            changed = await endpoint.endpoints.update_endpoint(endpoint=wanted, update_mask=SPLIT)
            kept = Store(state_file).load()
            assert kept is not None
            assert dict(changed.traffic_split) == kept.traffic_split == {"1": 100 - share, "2": share}
            answered = [(await _predict(endpoint, {"x": 1})).deployed_model_id for _ in range(20)]
            counts.append(answered.count("2"))
        return counts

    assert run(state_file, _echo, use) == [10, 20, 0]


def test_an_old_etag_changes_nothing(state_file: Path) -> None:
    """Of two that read the same state only the first may write; ABORTED is 409 over REST."""

    async def use(endpoint: Running) -> tuple[int, dict[str, int]]:
        read = await endpoint.endpoints.get_endpoint(name=NAME)
        first = Endpoint(name=NAME, traffic_split={"1": 100}, etag=read.etag)
        await endpoint.endpoints.update_endpoint(endpoint=first, update_mask=SPLIT)
        second = Endpoint(name=NAME, traffic_split={"2": 100}, etag=read.etag)
        with pytest.raises(google.api_core.exceptions.Aborted):
            await endpoint.endpoints.update_endpoint(endpoint=second, update_mask=SPLIT)
        body = {"trafficSplit": {"2": 100}, "etag": read.etag}
        reply = await endpoint.rest.patch(f"/v1/{NAME}?updateMask=trafficSplit", json=body)
        return reply.status_code, endpoint.server.state.traffic_split

    assert run(state_file, _echo, use) == (409, {"1": 100})


def test_a_model_is_deployed_behind_the_endpoint_and_taken_away(state_file: Path) -> None:
    """Both are long-running operations that have ended already."""

    async def use(endpoint: Running) -> list[dict[str, int]]:
        where = PrivateEndpoints(predict_http_uri=url(8083))
        operation = await endpoint.endpoints.deploy_model(
            endpoint=NAME,
            deployed_model=DeployedModelMessage(model="m3", private_endpoints=where),
            traffic_split={"0": 5, "1": 95},
        )
        deployed = (await operation.result()).deployed_model
        splits = [dict(endpoint.server.state.traffic_split)]
        assert (deployed.id, deployed.model) == ("3", "m3")
        operation = await endpoint.endpoints.undeploy_model(
            endpoint=NAME, deployed_model_id="3", traffic_split={"1": 100}
        )
        await operation.result()
        return [*splits, dict(endpoint.server.state.traffic_split)]

    assert run(state_file, _echo, use) == [{"3": 5, "1": 95}, {"1": 100}]


def test_a_model_is_deployed_and_taken_away_over_rest(state_file: Path) -> None:
    """The same calls at the SDK's routes."""
    model = {"id": "3", "privateEndpoints": {"predictHttpUri": url(8083)}}

    async def use(endpoint: Running) -> list[dict[str, int]]:
        body = {"deployedModel": model, "trafficSplit": {"0": 5, "1": 95}}
        splits = []
        for verb, shape in (
            ("deployModel", body),
            ("undeployModel", {"deployedModelId": "3", "trafficSplit": {"1": 100}}),
        ):
            reply = await endpoint.rest.post(f"/v1/{NAME}:{verb}", json=shape)
            assert (reply.status_code, reply.json()["done"]) == (200, True)
            splits.append(endpoint.server.state.traffic_split)
        return splits

    assert run(state_file, _echo, use) == [{"3": 5, "1": 95}, {"1": 100}]


@pytest.mark.parametrize(
    ("http_status", "status"),
    [
        (400, "INVALID_ARGUMENT"),
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (409, "ABORTED"),
        (413, "INVALID_ARGUMENT"),
        (422, "INVALID_ARGUMENT"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (502, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
    ],
)
def test_a_predictors_refusal_is_passed_on_with_its_words(state_file: Path, http_status: int, status: str) -> None:
    """The status is Google's for the predictor's, the message what the predictor said."""
    said = '{"code": "MODEL_NOT_READY", "failure_class": "starting"}'

    async def use(endpoint: Running) -> tuple[str, str, dict[str, Any]]:
        with pytest.raises(google.api_core.exceptions.GoogleAPICallError) as caught:
            await _predict(endpoint, {"x": 1})
        reply = await endpoint.rest.post(f"/v1/{NAME}:predict", json={"instances": [{"x": 1}]})
        code = caught.value.grpc_status_code
        assert code is not None
        return code.name, caught.value.message, reply.json()["error"]

    found, message, error = run(state_file, _answering(http_status, said.encode()), use)

    assert (found, message) == (status, said)
    assert error == {"code": HTTP_STATUSES[status], "message": said, "status": status}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b"[1]", b'{"predictions": 1}', b'{"predictions": [NaN]}', b'{"predictions": [1e400]}'],
)
def test_a_predictor_that_answers_no_predictions_is_an_internal_error(state_file: Path, body: bytes) -> None:
    """Never an answer with none."""

    async def use(endpoint: Running) -> None:
        with pytest.raises(google.api_core.exceptions.InternalServerError):
            await _predict(endpoint, {"x": 1})

    run(state_file, _answering(200, body), use)


def test_a_predictor_that_is_silent_ends_with_the_callers_deadline(state_file: Path) -> None:
    """The endpoint does not wait longer than its caller."""

    async def silent(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def use(endpoint: Running) -> None:
        with pytest.raises(google.api_core.exceptions.DeadlineExceeded):
            await _predict(endpoint, {"x": 1}, timeout=0.2)

    run(state_file, silent, use)


def test_a_predictor_that_is_gone_is_unavailable(state_file: Path) -> None:
    """As Vertex AI says of a container that does not answer."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async def use(endpoint: Running) -> None:
        with pytest.raises(google.api_core.exceptions.ServiceUnavailable):
            await _predict(endpoint, {"x": 1})

    run(state_file, refuse, use)


def test_without_traffic_nothing_is_predicted(state_file: Path) -> None:
    """An empty split is a failed precondition."""

    async def use(endpoint: Running) -> None:
        with pytest.raises(google.api_core.exceptions.FailedPrecondition):
            await _predict(endpoint, {"x": 1})

    run(state_file, _echo, use, State(name=NAME))


@pytest.mark.parametrize(
    ("path", "method", "body", "status"),
    [
        (f"/v1/{NAME}0:predict", "POST", b'{"instances": [1]}', 404),
        ("/v1/projects/p/locations/l/endpoints:predict", "POST", b"{}", 404),
        (f"/v1/{NAME}:predict", "GET", b"", 404),
        (f"/v1/{NAME}:predict", "POST", b'{"instances": [1', 400),
        (f"/v1/{NAME}:predict", "POST", b'{"rows": [1]}', 400),
        (f"/v1/{NAME}:predict", "POST", b'{"instances": [NaN]}', 400),
        (f"/v1/{NAME}:predict", "POST", b'{"instances": ["' + b"x" * 1_500_000 + b'"]}', 400),
        (f"/v1/{NAME}?updateMask=trafficSplit", "PATCH", b'{"trafficSplit": {"1": 99}}', 400),
        (f"/v1/{NAME}?updateMask=createTime", "PATCH", b"{}", 400),
        (f"/v1/{NAME}?updateMask=9", "PATCH", b"{}", 400),
        (f"/v1/{NAME}", "PATCH", b'{"trafficSplit": {"1": 100}}', 400),
    ],
    ids=[
        "another endpoint", "no endpoint", "method", "truncated", "unknown field", "NaN", "too large", "sum of 99",
        "field that can't change", "no field", "no mask",
    ],
)  # fmt: skip
def test_a_rest_call_that_can_not_be_served_is_an_error_of_googles_shape(
    state_file: Path, path: str, method: str, body: bytes, status: int
) -> None:
    """Code, message and status stand in ``error``; nothing changed."""

    async def use(endpoint: Running) -> tuple[int, dict[str, Any], State]:
        reply = await endpoint.rest.request(method, path, content=body)
        return reply.status_code, reply.json(), endpoint.server.state

    found, shape, state = run(state_file, _echo, use)

    assert (found, shape["error"]["code"], set(shape["error"])) == (status, status, {"code", "message", "status"})
    assert state == two_models()


def test_raw_predict_passes_bytes_on_untouched(state_file: Path) -> None:
    """Over both wires, with the deployed model named beside the body."""
    raw = b'{"instances": [{"x": 7}], "spaced":  true}'
    seen: list[bytes] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, content=b"any bytes", headers={"content-type": "text/plain"})

    async def use(endpoint: Running) -> tuple[bytes, httpx.Response]:
        request = RawPredictRequest(endpoint=NAME, http_body={"data": raw, "content_type": "application/json"})
        body = await endpoint.predictions.raw_predict(request=request)
        return body.data, await endpoint.rest.post(f"/v1/{NAME}:rawPredict", content=raw)

    data, reply = run(state_file, keep, use)

    assert seen == [raw, raw]
    assert (data, reply.content) == (b"any bytes", b"any bytes")
    assert reply.headers["x-vertex-ai-deployed-model-id"] == "1"


def test_calls_are_counted_by_the_model_that_took_them(state_file: Path) -> None:
    """Requests by status, and latency with an edge at 2 s: what a canary is judged by."""

    def by_port(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if request.url.port == 8082 else _echo(request)

    async def use(endpoint: Running) -> str:
        for _ in range(20):
            await endpoint.rest.post(f"/v1/{NAME}:predict", json={"instances": [{"x": 1}]})
        return (await endpoint.rest.get("/metrics")).text

    families = text_string_to_metric_families(run(state_file, by_port, use))
    samples = {(s.name, *sorted(s.labels.values())): s.value for f in families for s in f.samples}

    assert samples["endpoint_requests_total", "1", "OK"] == 18
    assert samples["endpoint_requests_total", "2", "INTERNAL"] == 2
    assert samples["endpoint_latency_ms_bucket", "1", "2000.0"] == 18
    assert samples["endpoint_traffic_percent", "2"] == 10


def test_a_change_that_can_not_be_kept_is_not_made(state_file: Path) -> None:
    """Where the file can't be written, the old split goes on."""
    state_file.with_name("endpoint.json.new").mkdir()

    async def use(endpoint: Running) -> dict[str, int]:
        wanted = Endpoint(name=NAME, traffic_split={"2": 100})
        with pytest.raises(google.api_core.exceptions.InternalServerError):
            await endpoint.endpoints.update_endpoint(endpoint=wanted, update_mask=SPLIT)
        return endpoint.server.state.traffic_split

    assert run(state_file, _echo, use) == {"1": 90, "2": 10}
