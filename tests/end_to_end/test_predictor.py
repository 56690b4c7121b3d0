"""``sayso predictor`` serves a package, or starts all the same and says why it can't."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.end_to_end.conftest import sayso
from tests.predictor import packages
from tests.predictor.serving import Running, free_port, plain_environment, serving, stop

ROOT = Path(__file__).parent.parent.parent
ROW = {"width": 1.5, "depth": -2, "weight": 30}
BODY = json.dumps({"instances": [ROW]}).encode()
MAX_WAITING = 256


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sound package."""
    return packages.sound(tmp_path_factory.mktemp("parcel"))


@pytest.fixture(scope="module")
def predictor(parcel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run one predictor for the tests that leave it as it was."""
    with serving(tmp_path_factory.mktemp("predictor"), model=parcel) as running:
        yield running


@pytest.mark.parametrize(
    ("how", "failure_class", "said"),
    [
        ("no folder", "artifact_missing", "feature_columns.json"),
        ("no model", "artifact_missing", "model.onnx"),
        ("one bit", "artifact_corrupt", "model.onnx"),
        ("not ONNX", "artifact_corrupt", "model.onnx"),
        ("other contract", "model_contract_mismatch", "2.0.0"),
        ("other column order", "golden_rows_differ", "golden row"),
    ],
)
def test_a_package_that_can_not_be_used_is_not_ready_everywhere_and_the_log_says_why(
    parcel: Path,
    tmp_path: Path,
    how: str,
    failure_class: str,
    said: str,
) -> None:
    """It starts; every answer is 503 with the class; one line on stderr has the reason."""
    with serving(tmp_path, model=packages.spoilt(parcel, tmp_path, how)) as running:
        replies = [running.post(BODY), *(running.get(path) for path in ("/healthz", "/readyz", "/contract"))]
        metrics = running.get("/metrics").raw

    assert [reply.named for reply in replies] == [(503, "MODEL_NOT_READY", failure_class)] * 4
    assert b"\npredictor_ready 0.0\n" in metrics
    (line,) = running.events()
    assert (line["event"], line["code"], line["failure_class"]) == (
        "predictor_not_ready",
        "MODEL_NOT_READY",
        failure_class,
    )
    assert said in line["detail"]


def test_it_runs_as_vertex_starts_it(parcel: Path, tmp_path: Path) -> None:
    """Without a settings file or a command line, the AIP_ variables alone say port, routes and package."""
    environment = {
        "AIP_HTTP_PORT": str(free_port()),
        "AIP_HEALTH_ROUTE": "/v1/endpoints/7/deployedModels/8",
        "AIP_PREDICT_ROUTE": "/v1/endpoints/7/deployedModels/8:predict",
        "AIP_STORAGE_URI": f"file://{parcel}",
    }

    with serving(tmp_path, predict=environment["AIP_PREDICT_ROUTE"], environment=environment) as running:
        statuses = [
            running.post(BODY).status,
            running.get(environment["AIP_HEALTH_ROUTE"]).status,
            running.get("/v1/predict").status,
            running.get("/healthz").status,
        ]

    assert statuses == [200, 200, 404, 404]


def test_the_container_starts_what_its_dockerfile_says(tmp_path: Path) -> None:
    """The entry point is run as it stands there, with the port that Vertex AI gives, over the image's files."""
    lines = (ROOT / "deploy" / "predictor.Dockerfile").read_text().splitlines()
    (entry,) = (json.loads(line.removeprefix("ENTRYPOINT ")) for line in lines if line.startswith("ENTRYPOINT "))
    (tmp_path / "model").symlink_to(ROOT / "model")

    assert entry[:4] == ["python", "-m", "sayso", "predictor"]
    with serving(tmp_path, *entry[4:], environment={"AIP_HTTP_PORT": str(free_port())}) as running:
        assert running.get("/healthz").status == 200


def test_settings_at_hand_say_package_and_port(parcel: Path, tmp_path: Path) -> None:
    """[backend] package and a SAYSO_ variable are enough; a host may be a name."""
    (tmp_path / "sayso.toml").write_text(f'[backend]\npackage = "{parcel}"\n')

    with serving(tmp_path, environment={"SAYSO_PREDICTOR_HOST": "localhost"}) as running:
        assert running.post(BODY).status == 200


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AIP_STORAGE_URI": "gs://bucket/model"}, "local folders only"),
        ({"AIP_PREDICT_ROUTE": "predict"}, "starts with /"),
        ({"SAYSO_PREDICTOR_PROT": "1"}, "there is no such setting"),
    ],
    ids=["storage", "route", "setting"],
)
def test_what_can_not_be_meant_is_one_line(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    """It does not start; the line says what and what would do."""
    done = sayso("predictor", env=plain_environment() | environment, cwd=tmp_path)

    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert said in done.stderr


def test_a_port_that_is_taken_is_one_line(parcel: Path, tmp_path: Path) -> None:
    """No stack trace: the address and the reason."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        arguments = ("--model", str(parcel), "--port", port)
        done = sayso("predictor", *arguments, env=plain_environment(), cwd=tmp_path)

    assert done.returncode == 5
    assert f"127.0.0.1:{port}" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_signal_ends_it_after_the_requests_under_way(parcel: Path, tmp_path: Path) -> None:
    """What was begun is answered; then it ends with status 0 and nobody listens any more."""
    head = b"POST /v1/predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    with serving(tmp_path, model=parcel) as running:
        with socket.create_connection(("127.0.0.1", running.port), 10) as connection:
            connection.sendall(head % len(BODY) + BODY[:10])
            _until(lambda: running.get("/readyz").status == 200)  # the server has read what was sent before
            running.process.send_signal(signal.SIGTERM)
            _until(lambda: not _listens(running.port))
            connection.sendall(BODY[10:])
            answer = connection.recv(65536)
        status = running.process.wait(timeout=20)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert status == 0


def test_a_flood_of_slow_callers_is_told_overloaded_and_passes(predictor: Running) -> None:
    """Beyond the limit a request hears 503 with Retry-After at once; when the others leave it is answered again."""
    head = b"POST /v1/predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"
    slow = [socket.create_connection(("127.0.0.1", predictor.port), 10) for _ in range(MAX_WAITING)]
    for connection in slow:
        connection.sendall(head)
    _until(lambda: predictor.post(BODY).status == 503)
    full = predictor.post(BODY)
    ready = predictor.get("/readyz").status
    for connection in slow:
        connection.close()
    _until(lambda: predictor.post(BODY).status == 200)

    assert full.named == (503, "MODEL_NOT_READY", "overloaded")
    assert full.headers["retry-after"] == "1"
    assert ready == 200


def test_two_workers_answer_alike_and_count_together(parcel: Path, tmp_path: Path) -> None:
    """Whichever is scraped shows what both answered."""
    with serving(tmp_path, "--workers", "2", model=parcel) as running:
        _until(lambda: len(running.events()) == 2)
        replies = {running.post(BODY).raw for _ in range(20)}
        scrapes = [running.get("/metrics").raw for _ in range(10)]

    assert len(replies) == 1
    line = b'predict_requests_total{failure_class="none",outcome="predicted"} 20.0\n'
    assert all(line in scrape for scrape in scrapes)
    assert {event["event"] for event in running.events()} == {"predictor_ready"}


def test_a_worker_that_is_killed_is_replaced(parcel: Path, tmp_path: Path) -> None:
    """Nobody has to start it anew, and the log says that it happened."""
    with serving(tmp_path, model=parcel) as running:
        os.kill(running.events()[0]["pid"], signal.SIGKILL)
        _until(lambda: len([e for e in running.events() if e["event"] == "predictor_ready"]) == 2)
        _until(lambda: _answers(running))
        status = stop(running.process)

    assert status == 0
    assert any(event["event"].endswith("died") for event in running.events())


def test_requests_at_once_are_all_answered(predictor: Running) -> None:
    """Many callers, one outcome for each."""
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.extend(predictor.post(BODY).status for _ in range(20)))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 320


def test_the_reference_model_is_served(tmp_path: Path) -> None:
    """The package in the repository answers a row of its own training data within its target's range."""
    row = {"Inflation Rate": 3.1, "Unemployment Rate": 4.7, "Real GDP Growth": 1.2, "Current Rate": 4.2}

    with serving(tmp_path, model=ROOT / "model") as running:
        (prediction,) = running.ask(row).body["predictions"]

    assert 0 < prediction["interval"]["low"] < prediction["value"] < prediction["interval"]["high"] < 25
    assert prediction["contract"].startswith("short-rate@1.")


def _answers(running: Running) -> bool:
    try:
        return running.post(BODY).status == 200
    except OSError:
        return False


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _until(condition: Callable[[], bool], timeout_s: float = 20) -> None:
    """Wait for what must come to pass."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)
