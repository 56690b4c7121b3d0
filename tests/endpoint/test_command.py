"""`sayso endpoint` runs a kept endpoint, and says in one line what can't work."""

import json
import socket
import urllib.request
from pathlib import Path

import pytest
from tests.end_to_end.conftest import environment, free_port, running, sayso

from sayso.endpoint.store import Store

URL = "http://127.0.0.1:9/v1/predict"
NAME = "projects/local/locations/local/endpoints/sayso"


def _split(rest: int, changed: dict[str, int] | None = None) -> dict[str, int]:
    """Change the split over REST if one is given; read it back."""
    address, body = f"http://127.0.0.1:{rest}/v1/{NAME}", None
    if changed is not None:
        address, body = f"{address}?updateMask=trafficSplit", json.dumps({"trafficSplit": changed}).encode()
    request = urllib.request.Request(address, body, method="PATCH" if body else "GET")
    with urllib.request.urlopen(request, timeout=10) as response:
        found: dict[str, int] = json.load(response)["trafficSplit"]
    return found


def test_a_split_survives_a_restart(tmp_path: Path) -> None:
    """What UpdateEndpoint was told is served again by the next process."""
    rest, state = free_port(), tmp_path / "endpoint.json"
    ports = ["--state", str(state), "--port", str(rest), "--grpc-port", str(free_port())]
    deploy = ["--deploy", f"1={URL}", "--deploy", f"2={URL}"]
    health_url = f"http://127.0.0.1:{rest}/healthz"

    with running("endpoint", *ports, *deploy, env=environment(tmp_path), health_url=health_url):
        before = _split(rest)
        _split(rest, {"1": 50, "2": 50})
    with running("endpoint", *ports, *deploy, env=environment(tmp_path), health_url=health_url):
        after = _split(rest)

    assert (before, after) == ({"1": 100}, {"1": 50, "2": 50})


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
