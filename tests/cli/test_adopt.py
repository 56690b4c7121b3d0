"""``sayso adopt`` records what a live endpoint answers, and makes a deployment that believes no other model."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.end_to_end.conftest import environment, free_port, running, sayso
from tests.predictor.workshop import NAMES, contract_file, numbers
from typer.testing import CliRunner, Result

from sayso.cli.main import application
from sayso.failures import DocumentError, PackageError, PackError

RESOURCE = "projects/local/locations/local/endpoints/sayso"
QUESTION = "width 1.5, depth 2, weight 4"
Row = dict[str, Any] | list[float]


def _sum(row: Row) -> object:
    return sum(row.values() if isinstance(row, dict) else row)


class _Handler(BaseHTTPRequestHandler):
    """Speak the V1 protocol as a prebuilt container does: instances in, bare predictions out."""

    def __init__(self, answer: Callable[[Row], object], *arguments: Any) -> None:
        self._answer = answer
        super().__init__(*arguments)

    def do_POST(self) -> None:
        """Answer each instance."""
        instances = json.loads(self.rfile.read(int(self.headers["content-length"])))["instances"]
        body = json.dumps({"predictions": [self._answer(row) for row in instances]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _served(answer: Callable[[Row], object]) -> Iterator[str]:
    """Serve a model on a free port; give its predict address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, answer))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/predict"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class World:
    """Hold a folder with a contract and rows, and what is running in it."""

    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)

    def serve(self, answer: Callable[[Row], object]) -> str:
        """Serve a model until the test ends."""
        return self.stack.enter_context(_served(answer))

    def adopt(self, endpoint: str, *arguments: str) -> Result:
        """Adopt an endpoint into the folder ``adopted``."""
        given = ["--contract", "contract.json", "--data", "rows.csv", "--out", "adopted", *arguments]
        return CliRunner().invoke(application(), ["adopt", "--endpoint", endpoint, *given])

    def ask(self) -> dict[str, Any]:
        """Ask the adopted deployment a complete question."""
        arguments = ["ask", "--config", "adopted/sayso.toml", "--json", QUESTION]
        done = sayso(*arguments, env=environment(self.folder), cwd=self.folder)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Give a folder with a contract and rows, and work in it."""
    monkeypatch.chdir(tmp_path)
    contract_file(tmp_path)
    numbers().to_csv("rows.csv", index=False)
    made = World(tmp_path)
    with made.stack:
        yield made


def test_an_http_endpoint_is_adopted_and_asked(world: World) -> None:
    """Its golden rows are recorded, and from then on it answers questions in words."""
    done = world.adopt(world.serve(_sum), "--instances", "lists", "--json")

    answer = world.ask()
    assert json.loads(done.output) == {"path": "adopted", "deployed_model": None, "golden_rows": 10}
    assert (answer["outcome"], answer["prediction"]["value"]) == ("predicted", 7.5)
    assert answer["revision"].startswith("golden-")


def test_a_model_that_was_replaced_is_not_believed(world: World) -> None:
    """Another model behind the same address answers the golden rows otherwise, and every question fails by name."""
    factor = [1.0]
    url = world.serve(lambda row: factor[0] * float(_sum(row)))  # type: ignore[arg-type]
    assert world.adopt(url).exit_code == 0

    factor[0] = 1.01
    answer = world.ask()

    assert (answer["outcome"], answer["failure_class"]) == ("failed", "golden_rows_differ")


def test_a_vertex_endpoint_is_pinned_to_its_deployed_model(world: World) -> None:
    """The id that answered stands in the settings; once another model takes the traffic, nothing is predicted."""
    rest, rpc = free_port(), free_port()
    where = ["--state", str(world.folder / "endpoint.json"), "--port", str(rest), "--grpc-port", str(rpc)]
    deploy = ["--deploy", f"5001={world.serve(_sum)}"]
    health = f"http://127.0.0.1:{rest}/healthz"
    how = ["--api-endpoint", f"127.0.0.1:{rpc}", "--insecure", "--credentials", "none", "--json"]

    with running("endpoint", *where, *deploy, env=environment(world.folder), health_url=health):
        done = world.adopt(RESOURCE, *how)
        assert done.exit_code == 0, done.exception
        answer = world.ask()
    state = Path("endpoint.json")
    state.write_text(state.read_text().replace("5001", "5002"))
    with running("endpoint", *where, env=environment(world.folder), health_url=health):
        later = world.ask()

    assert json.loads(done.output)["deployed_model"] == "5001"
    assert (answer["outcome"], answer["revision"]) == ("predicted", "5001")
    assert (later["outcome"], later["failure_class"]) == ("failed", "model_contract_mismatch")


REFUSED = {
    "by chance": (lambda counter: lambda _: float(next(counter)), "answers by chance can't be pinned"),
    "always the same": (lambda _: lambda _: 5.0, "they tell no model from another; give rows that differ more"),
    "not a number": (lambda _: str, "schema_mismatch"),
    "beyond the target's range": (lambda _: lambda row: 1e6 + float(_sum(row)), "out_of_target_range"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_an_endpoint_that_can_not_be_told_from_another_is_refused(
    world: World, make: Callable[..., Callable[[Row], object]], message: str
) -> None:
    """The reason is named, and no folder is left."""
    done = world.adopt(world.serve(make(count())))

    assert isinstance(done.exception, PackageError)
    assert message in str(done.exception)
    assert sorted(path.name for path in Path().iterdir()) == ["contract.json", "rows.csv"]


def test_nobody_there_is_named(world: World) -> None:
    """The address is in the message."""
    done = world.adopt(f"http://127.0.0.1:{free_port()}/predict")

    assert isinstance(done.exception, PackageError)
    assert "backend_unavailable: http://127.0.0.1" in str(done.exception)


def test_rows_that_the_contract_does_not_admit_are_named(world: World) -> None:
    """Golden rows must be what people could say."""
    numbers().assign(depth=900).to_csv("rows.csv", index=False)

    done = world.adopt("http://127.0.0.1:9/predict")

    assert isinstance(done.exception, PackError)
    assert "does not admit: depth: out_of_range" in str(done.exception)


def test_rows_without_a_column_are_named(world: World) -> None:
    """All of the contract's features must be there."""
    numbers()[list(NAMES[1:])].to_csv("rows.csv", index=False)

    done = world.adopt("http://127.0.0.1:9/predict")

    assert "lack ['width'], which the contract lists" in str(done.exception)


def test_a_folder_with_something_in_it_is_left_alone(world: World) -> None:
    """Nothing is lost."""
    Path("adopted").mkdir()
    Path("adopted/mine").touch()

    done = world.adopt("http://127.0.0.1:9/predict")

    assert isinstance(done.exception, PackError)
    assert [path.name for path in Path("adopted").iterdir()] == ["mine"]


def test_a_contract_that_is_not_frozen_is_refused(world: World) -> None:
    """Golden rows bind a model to one contract, so it must be settled."""
    document = json.loads(Path("contract.json").read_bytes())
    Path("contract.json").write_text(json.dumps({**document, "version": "1.0.1"}))

    done = world.adopt("http://127.0.0.1:9/predict")

    assert isinstance(done.exception, DocumentError)


@pytest.mark.parametrize("arguments", [["sayso"], [RESOURCE, "--payload", "sayso"]], ids=["address", "payload"])
def test_what_is_no_endpoint_is_a_usage_error(world: World, arguments: list[str]) -> None:
    """An endpoint of ours needs no adoption, and a bare word is no address."""
    assert world.adopt(*arguments).exit_code == 2
