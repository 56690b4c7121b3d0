"""`sayso endpoint` runs a kept endpoint, and says in one line what can't work."""

import socket
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud.aiplatform_v1.services.endpoint_service import EndpointServiceClient
from google.cloud.aiplatform_v1.types import Endpoint
from google.protobuf.field_mask_pb2 import FieldMask
from tests.end_to_end.conftest import environment, free_port, running, sayso

from sayso.endpoint.store import Store

URL = "http://127.0.0.1:9/v1/predict"
NAME = "projects/local/locations/local/endpoints/sayso"


def _client(rest: int) -> EndpointServiceClient:
    """Give the SDK's own REST client."""
    where = ClientOptions(api_endpoint=f"http://127.0.0.1:{rest}")
    return EndpointServiceClient(transport="rest", credentials=AnonymousCredentials(), client_options=where)


def test_a_split_survives_a_restart(tmp_path: Path) -> None:
    """What UpdateEndpoint was told is served again by the next process."""
    rest, state = free_port(), tmp_path / "endpoint.json"
    ports = ["--state", str(state), "--port", str(rest), "--grpc-port", str(free_port())]
    deploy = ["--deploy", f"1={URL}", "--deploy", f"2={URL}"]
    health_url = f"http://127.0.0.1:{rest}/healthz"

    def started() -> AbstractContextManager[float]:
        return running("endpoint", *ports, *deploy, env=environment(tmp_path), health_url=health_url)

    with started(), _client(rest) as client:
        before = client.get_endpoint(name=NAME)
        wanted = Endpoint(name=NAME, traffic_split={"1": 50, "2": 50}, etag=before.etag)
        client.update_endpoint(endpoint=wanted, update_mask=FieldMask(paths=["traffic_split"]))
    with started(), _client(rest) as client:
        after = client.get_endpoint(name=NAME)

    assert (dict(before.traffic_split), dict(after.traffic_split)) == ({"1": 100}, {"1": 50, "2": 50})


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--host", "0.0.0.0"], 2, "loopback"),
        (["--tls-cert", "cert.pem"], 2, "--tls-key"),
        (["--name", "sayso"], 2, "projects/P"),
        (["--deploy", "canary=http://127.0.0.1:9/"], 2, "canary"),
        (["--deploy", "1=http://10.0.0.1/"], 2, "loopback"),
        (["--deploy", f"1={URL}", "--deploy", "1=http://127.0.0.1:8/"], 2, "already"),
        (["--tls-cert", "no.pem", "--tls-key", "no.pem"], 5, "no.pem"),
    ],
    ids=["host", "half of TLS", "name", "id", "address", "twice", "no certificate"],
)
def test_what_can_not_be_served_is_one_line(tmp_path: Path, arguments: list[str], status: int, said: str) -> None:
    """Usage is 2, what is missing is 5; no stack trace, and no state is left behind."""
    state = tmp_path / "endpoint.json"
    ports = ["--port", str(free_port()), "--grpc-port", str(free_port())]

    ended = sayso("endpoint", "--state", str(state), *ports, *arguments, env=environment(tmp_path))

    assert (ended.returncode, ended.stderr.count("\n")) == (status, 1), ended.stderr
    assert said in ended.stderr
    assert Store(state).load() is None


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """Before any worker starts."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ports = ["--port", str(free_port()), "--grpc-port", str(port)]
        ended = sayso("endpoint", "--state", str(tmp_path / "e.json"), *ports, env=environment(tmp_path))

    assert (ended.returncode, ended.stderr.count("\n")) == (5, 1), ended.stderr
    assert str(port) in ended.stderr
