"""One package answers the same through every backend: in this process, over HTTP, and through an endpoint over gRPC.

The predictor and the endpoints are real processes on loopback.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pytest
import trustme
from tests.end_to_end.conftest import environment, free_port, running

from sayso import inference_wiring
from sayso.backend import Reply, Unavailable
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.model import Contract
from sayso.failures import Failure, FailureClass
from sayso.inference_service import InferenceService, Prediction
from sayso.predictor.package import Package
from sayso.settings import BackendSection, Settings, VertexSection

MODEL = Path(__file__).parent.parent.parent / "model"
BACKENDS = ["in-process", "http", "vertex in the clear", "vertex over TLS"]
LOCAL = VertexSection(project="local", location="local", endpoint="sayso", credentials="none")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Parts:
    """Say where the running parts are."""

    predictor: int
    clear: int
    """The gRPC port of an endpoint in the clear."""
    tls: int
    """The gRPC port of an endpoint with TLS."""
    ca: Path


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Run a predictor, and two endpoints before it."""
    folder = tmp_path_factory.mktemp("endpoint")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    tls = ["--tls-cert", str(folder / "cert.pem"), "--tls-key", str(folder / "key.pem")]
    port, clear, secure = free_port(), free_port(), free_port()
    with ExitStack() as processes:
        arguments = ["predictor", "--model", str(MODEL), "--port", str(port)]
        processes.enter_context(_running(arguments, port, folder))
        processes.enter_context(_endpoint(folder / "clear.json", port, clear, []))
        processes.enter_context(_endpoint(folder / "tls.json", port, secure, tls))
        yield Parts(port, clear, secure, folder / "ca.pem")


def _endpoint(state: Path, predictor: int, grpc_port: int, more: list[str]) -> AbstractContextManager[float]:
    rest = free_port()
    deploy = f"5001=http://127.0.0.1:{predictor}/v1/predict"
    ports = ["--port", str(rest), "--grpc-port", str(grpc_port)]
    return _running(["endpoint", "--state", str(state), "--deploy", deploy, *ports, *more], rest, state.parent)


def _running(arguments: list[str], port: int, folder: Path) -> AbstractContextManager[float]:
    return running(*arguments, env=environment(folder), health_url=f"http://127.0.0.1:{port}/healthz", timeout_s=60)


@pytest.fixture(scope="module")
def package() -> Package:
    """Open the reference package."""
    return Package.load(MODEL)


def _settings(backend: str, parts: Parts) -> Settings:
    url = f"http://127.0.0.1:{parts.predictor}/v1/predict"
    match backend:
        case "in-process":
            return Settings()
        case "http":
            return Settings(backend=BackendSection(kind="http", url=url))
        case "vertex in the clear":
            vertex = LOCAL.model_copy(update={"api_endpoint": f"127.0.0.1:{parts.clear}", "insecure": True})
        case _:
            vertex = LOCAL.model_copy(update={"api_endpoint": f"127.0.0.1:{parts.tls}", "ca": parts.ca})
    return Settings(backend=BackendSection(kind="vertex"), vertex=vertex)


@pytest.fixture(params=BACKENDS)
def use(
    request: pytest.FixtureRequest, parts: Parts, package: Package
) -> Callable[[Callable[[InferenceService], Awaitable[Result]]], Result]:
    """Give a way to use the one door to this backend."""

    def through(work: Callable[[InferenceService], Awaitable[Result]]) -> Result:
        async def whole() -> Result:
            service = inference_wiring.make(_settings(request.param, parts), package.contract, package)
            try:
                return await work(service)
            finally:
                await service.backend.aclose()

        return asyncio.run(whole())

    return through


Use = Callable[[Callable[[InferenceService], Awaitable[Result]]], Result]


def _vectors(package: Package, contract: Contract | None = None) -> list[FeatureVector]:
    vectors = [admit(contract or package.contract, row.instance) for row in package.manifest.golden_rows]
    return [vector for vector in vectors if isinstance(vector, FeatureVector)]


def test_every_golden_row_is_answered_as_recorded(use: "Use[list[Prediction | Failure]]", package: Package) -> None:
    """Value, interval, contract and revision are the package's."""

    async def work(service: InferenceService) -> list[Prediction | Failure]:
        return [await service.predict(vector) for vector in _vectors(package)]

    predictions = use(work)

    assert len(predictions) == len(package.manifest.golden_rows)
    for prediction, row in zip(predictions, package.manifest.golden_rows, strict=True):
        assert isinstance(prediction, Prediction), prediction
        assert prediction.value == pytest.approx(row.prediction, abs=1e-5)
        assert prediction.interval is not None
        assert (prediction.contract, prediction.revision) == (package.contract.reference, package.revision)


def test_many_questions_at_once_get_each_their_own_answer(
    use: "Use[list[Prediction | Failure]]", package: Package
) -> None:
    """Answers are not mixed up between calls on one channel."""

    async def work(service: InferenceService) -> list[Prediction | Failure]:
        return await asyncio.gather(*(service.predict(vector) for vector in _vectors(package) * 2))

    predictions = use(work)

    expected = [row.prediction for row in package.manifest.golden_rows] * 2
    values = [prediction.value for prediction in predictions if isinstance(prediction, Prediction)]
    assert values == pytest.approx(expected, abs=1e-5)


def test_several_rows_in_one_request_are_answered_in_order(use: "Use[Reply]", package: Package) -> None:
    """As golden rows beside a question need it."""

    async def work(service: InferenceService) -> Reply:
        sent = await service.backend.send(_vectors(package), remaining_s=20.0)
        assert isinstance(sent, Reply), sent
        return sent

    predictions = use(work).predictions

    assert isinstance(predictions, list)
    values = [item["value"] for item in predictions if isinstance(item, dict)]
    assert values == pytest.approx([row.prediction for row in package.manifest.golden_rows], abs=1e-5)


def test_another_contract_is_refused_by_name(use: "Use[Prediction | Failure]", package: Package) -> None:
    """The predictor's own refusal comes through whatever stands between."""
    other = replace(package.contract, interface_digest="sha256:" + "0" * 64)

    async def work(service: InferenceService) -> Prediction | Failure:
        return await service.predict(_vectors(package, other)[0])

    result = use(work)

    assert isinstance(result, Failure)
    assert result.failure_class is FailureClass.CONTRACT_MISMATCH


def test_a_running_backend_is_ready(use: "Use[Failure | None]") -> None:
    """Nothing stands in the way of a prediction."""

    async def work(service: InferenceService) -> Failure | None:
        return await service.ready()

    assert use(work) is None


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_where_nobody_listens_it_is_unavailable(backend: str, package: Package, parts: Parts) -> None:
    """A refused connection is named, by ready and by send."""
    nowhere = replace(parts, predictor=free_port(), clear=free_port(), tls=free_port())

    async def whole() -> tuple[Failure | None, object]:
        service = inference_wiring.make(_settings(backend, nowhere), package.contract, package)
        try:
            sent = await service.backend.send(_vectors(package)[:1], remaining_s=20.0)
            return await service.ready(), sent
        finally:
            await service.backend.aclose()

    unready, sent = asyncio.run(whole())

    assert unready is not None
    assert isinstance(sent, Unavailable)
    assert {unready.failure_class, sent.failure.failure_class} == {FailureClass.BACKEND_UNAVAILABLE}
