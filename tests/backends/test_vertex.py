"""The Vertex AI backend says who calls, what is called and for how long, and names every way to fail."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.credentials import Credentials
from google.cloud.aiplatform_v1.types import PredictRequest
from google.oauth2.credentials import Credentials as UserCredentials

from sayso.backend import Reply, Sent, Unavailable
from sayso.backends.vertex import STATUSES, VertexBackend, channel, connect
from sayso.backends.vertex_target import Target, target
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.model import Contract
from sayso.failures import Failure, FailureClass
from sayso.inference.payload import SaysoPayload
from sayso.settings import VertexSection
from sayso.struct_values import to_json
from sayso.testing.faulty_grpc import FaultyPredictionService, GrpcStep, response
from sayso.testing.faulty_http import End, FaultyHttp, HttpStep
from sayso.wire import JSON

ROW = {"Year": 2027, "Month": 3, "Day": 1, "Real GDP (Percent Change)": 1, "Unemployment Rate": 4, "Inflation Rate": 2}
ANSWER = GrpcStep(response([{"value": 1.0}], "5001"))


def _target(port: int, *, credentials: str = "none", insecure: bool = True, ca: Path | None = None) -> Target:
    section = VertexSection(
        project="p",
        location="l",
        endpoint="1",
        api_endpoint=f"127.0.0.1:{port}",
        insecure=insecure,
        credentials=credentials,
        ca=ca,
    )
    return target(**section.model_dump(), root=Path("/"))


def _vector(contract: Contract) -> FeatureVector:
    vector = admit(contract, ROW)
    assert isinstance(vector, FeatureVector)
    return vector


async def _send(backend: VertexBackend, contract: Contract, *, rows: int = 1, remaining_s: float = 1.0) -> Sent:
    try:
        return await backend.send([_vector(contract)] * rows, remaining_s=remaining_s)
    finally:
        await backend.aclose()


def _class_of(sent: Sent) -> FailureClass | None:
    failure = sent.failure if isinstance(sent, Unavailable) else sent
    return failure.failure_class if isinstance(failure, Failure) else None


def test_a_call_carries_rows_contract_endpoint_and_what_is_left_of_the_budget(policy_rate: Contract) -> None:
    """The request is Vertex AI's own message; the deadline travels with it."""

    async def exchange() -> tuple[Sent, FaultyPredictionService]:
        async with FaultyPredictionService([ANSWER]) as peer:
            return await _send(connect(_target(peer.port), SaysoPayload()), policy_rate, remaining_s=0.7), peer

    sent, peer = asyncio.run(exchange())

    message = PredictRequest.pb(PredictRequest.deserialize(peer.requests[0]))
    assert sent == Reply([{"value": 1.0}], "5001")
    assert message.endpoint == "projects/p/locations/l/endpoints/1"
    assert [to_json(value) for value in message.instances] == [ROW]
    assert to_json(message.parameters) == {"contract": policy_rate.reference}
    assert peer.within_s[0] is not None
    assert 0 < peer.within_s[0] <= 0.7
    assert peer.metadata[0]["x-goog-request-params"] == "endpoint=projects/p/locations/l/endpoints/1"


def test_a_proxy_variable_carries_no_values_elsewhere(policy_rate: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer is reached itself, and the proxy that the environment names is not."""

    async def exchange() -> tuple[Sent, int]:
        async with (
            FaultyHttp([HttpStep(is_unread=True, status=502)]) as proxy,
            FaultyPredictionService([ANSWER]) as peer,
        ):
            for variable in ("grpc_proxy", "http_proxy", "https_proxy"):
                monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("no_grpc_proxy", raising=False)
            return await _send(connect(_target(peer.port), SaysoPayload()), policy_rate), len(peer.requests)

    sent, requests = asyncio.run(exchange())

    assert (isinstance(sent, Reply), requests) == (True, 1)


def test_a_dedicated_endpoint_is_named_in_a_header(policy_rate: Contract) -> None:
    """Its front end routes by it."""

    async def exchange() -> FaultyPredictionService:
        async with FaultyPredictionService([ANSWER]) as peer:
            dedicated = replace(_target(peer.port), metadata=(("x-vertex-ai-endpoint-id", "1"),))
            await _send(connect(dedicated, SaysoPayload()), policy_rate)
            return peer

    assert asyncio.run(exchange()).metadata[0]["x-vertex-ai-endpoint-id"] == "1"


def test_a_request_that_is_too_large_is_not_sent(policy_rate: Contract) -> None:
    """The limit is the endpoint's; the size is that of the message."""

    async def exchange() -> tuple[Sent, int]:
        async with FaultyPredictionService([ANSWER]) as peer:
            sent = await _send(connect(_target(peer.port), SaysoPayload()), policy_rate, rows=10_000)
            return sent, len(peer.requests)

    sent, requests = asyncio.run(exchange())

    assert (_class_of(sent), requests) == (FailureClass.TOO_LARGE, 0)


@pytest.mark.parametrize("status", grpc.StatusCode)
def test_every_status_of_grpc_has_a_name_of_ours(status: grpc.StatusCode) -> None:
    """No status is left to a catch-all."""
    assert status.name in STATUSES


@asynccontextmanager
async def _with_tls(steps: Sequence[GrpcStep], folder: Path) -> AsyncIterator[tuple[FaultyPredictionService, Path]]:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    pair = (issued.private_key_pem.bytes(), issued.cert_chain_pems[0].bytes())
    async with FaultyPredictionService(steps, credentials=grpc.ssl_server_credentials([pair])) as peer:
        yield peer, folder / "ca.pem"


def _service_account(folder: Path) -> Path:
    """Make a service account's key file on the spot."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    document = {
        "type": "service_account",
        "client_email": "front@p.iam.gserviceaccount.com",
        "private_key": pem,
        "private_key_id": "1",
        "token_uri": "http://127.0.0.1:9/token",
        "project_id": "p",
    }
    path = folder / "key.json"
    path.write_text(json.dumps(document))
    return path


def test_a_service_account_signs_its_own_tokens_over_tls(policy_rate: Contract, tmp_path: Path) -> None:
    """The call is authorised, and no token server was asked (there is none)."""

    async def exchange() -> tuple[Sent, FaultyPredictionService]:
        async with _with_tls([ANSWER], tmp_path) as (peer, ca):
            secure = _target(peer.port, credentials=str(_service_account(tmp_path)), insecure=False, ca=ca)
            return await _send(connect(secure, SaysoPayload()), policy_rate), peer

    sent, peer = asyncio.run(exchange())

    assert isinstance(sent, Reply)
    assert str(peer.metadata[0]["authorization"]).startswith("Bearer ey")


def _user(port: int) -> Credentials:
    return UserCredentials(
        token=None, refresh_token="r", token_uri=f"http://127.0.0.1:{port}/t", client_id="c", client_secret="s"
    )


def test_a_token_that_can_not_be_had_is_unavailable(policy_rate: Contract, tmp_path: Path) -> None:
    """Nothing took the request."""

    async def exchange() -> Sent:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            async with _with_tls([ANSWER], tmp_path) as (peer, ca):
                where = _target(peer.port, insecure=False, ca=ca)
                refused = channel(where, _user(taken.getsockname()[1]))
                return await _send(VertexBackend(where, SaysoPayload(), refused), policy_rate)

    assert _class_of(asyncio.run(exchange())) is FailureClass.BACKEND_UNAVAILABLE


def test_a_token_that_does_not_come_is_a_timeout(policy_rate: Contract, tmp_path: Path) -> None:
    """Waiting for the token server counts against the budget."""

    async def exchange() -> Sent:
        silence = HttpStep(is_silent=True, end=End.HANG)
        async with FaultyHttp([silence]) as tokens, _with_tls([ANSWER], tmp_path) as (peer, ca):
            where = _target(peer.port, insecure=False, ca=ca)
            backend = VertexBackend(where, SaysoPayload(), channel(where, _user(tokens.port)))
            return await _send(backend, policy_rate, remaining_s=0.3)

    assert _class_of(asyncio.run(exchange())) is FailureClass.TIMEOUT


def test_a_backend_that_listens_is_ready_and_one_that_does_not_is_not() -> None:
    """Readiness is a connection; a refused one says so at once."""

    async def states() -> list[JSON]:
        async with FaultyPredictionService([ANSWER]) as peer:
            there = connect(_target(peer.port), SaysoPayload())
            found = await there.ready()
            await there.aclose()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            absent = connect(_target(taken.getsockname()[1]), SaysoPayload())
            missing = await absent.ready()
            await absent.aclose()
        return [failure.failure_class.label if failure else None for failure in (found, missing)]

    assert asyncio.run(states()) == [None, "backend_unavailable"]


def test_a_peer_that_comes_back_is_found_again_within_a_second(policy_rate: Contract) -> None:
    """The channel's own wait between connections is bounded, unlike gRPC's default of two minutes."""

    async def back() -> Sent:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            backend = connect(_target(port), SaysoPayload())
            for _ in range(5):
                await backend.send([_vector(policy_rate)], remaining_s=1.0)
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        handler: Any = grpc.unary_unary_rpc_method_handler(_answer)
        service = grpc.method_handlers_generic_handler(
            "google.cloud.aiplatform.v1.PredictionService", {"Predict": handler}
        )
        server.add_generic_rpc_handlers((service,))
        server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        async with asyncio.timeout(5):
            while isinstance(sent := await backend.send([_vector(policy_rate)], remaining_s=1.0), Unavailable):
                await asyncio.sleep(0.05)
        await backend.aclose()
        await server.stop(None)
        return sent

    assert isinstance(asyncio.run(back()), Reply)


async def _answer(request: bytes, context: object) -> bytes:
    return ANSWER.body
