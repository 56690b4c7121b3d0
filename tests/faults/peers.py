"""Make the peer that a fault of the catalogue describes, and the settings of a deployment that calls it."""

import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import msgspec
import trustme

from sayso.contract.document import parse
from sayso.contract.freeze import freeze
from sayso.contract.model import Contract
from sayso.google_host import LOOPBACK
from sayso.settings import BackendSection, ContractSection, LedgerSection, PlainSection, Settings, TelemetrySection
from sayso.settings import VertexSection as Vertex
from sayso.testing.faulty_grpc import FaultyPredictionService
from sayso.testing.faulty_http import FaultyHttp
from sayso.testing.script import DEPLOYED_MODEL, Reader, Step
from sayso.wire import JSON

DEADLINE_S = 0.5
"""For what ends by its deadline."""
CATALOGUE = Path(__file__).parent / "backend_faults.jsonl"
FEATURE: JSON = {"type": "number", "range": [0, 10], "aliases": ["the dose"]}
TARGETS: dict[str, JSON] = {
    "number": {"name": "effect", "unit": "percent", "range": [0, 25]},
    "category": {"name": "effect", "type": "category", "values": ["a", "b"]},
}
SOUND: dict[str, dict[str, JSON]] = {
    "number": {"value": 4.0, "interval": {"level": 0.9, "low": 3.0, "high": 5.5}},
    "category": {"value": "a", "probabilities": {"a": 0.75, "b": 0.25}},
}
GOLDEN: dict[str, JSON] = {"number": 2.0, "category": "b"}


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one line of the catalogue."""

    id: str
    on: list[str]
    """The backends that can meet it: ``http``, ``vertex``."""
    expected: str
    """The label of the failure class."""
    steps: list[dict[str, Any]]
    """What the peer does, in the words of `sayso.testing.script`."""
    peer: str = "wire"
    """Who is there; ``wire`` for a peer that speaks the backend's protocol in the clear."""
    payload: str = "sayso"
    target: str = "number"


def catalogue() -> list[Fault]:
    """Read every fault."""
    return [msgspec.json.decode(line, type=Fault) for line in CATALOGUE.read_bytes().splitlines()]


class Address(NamedTuple):
    """Say where a peer is."""

    host: str
    port: int
    is_tls: bool = False
    ca: Path | None = None


def contract_bytes(target: str) -> bytes:
    """Give a frozen contract with one feature."""
    document = {
        "contract": "rate",
        "version": "1.0.0",
        "target": TARGETS[target],
        "feature_columns": ["dose"],
        "features": {"dose": FEATURE},
    }
    return freeze("rate.json", json.dumps(document).encode())


def contract(target: str) -> Contract:
    """Give the contract that a fault is about."""
    return parse("rate.json", contract_bytes(target))


def golden_bytes(target: str) -> bytes:
    """Give one golden row."""
    return json.dumps({"tolerance": 1e-5, "rows": [{"instance": {"dose": 2.0}, "prediction": GOLDEN[target]}]}).encode()


def settings(fault: Fault, backend: str, address: Address, folder: Path) -> Settings:
    """Describe a deployment that calls the peer."""
    (folder / "contract.json").write_bytes(contract_bytes(fault.target))
    (folder / "golden_rows.json").write_bytes(golden_bytes(fault.target))
    scheme = "https" if address.is_tls else "http"
    return Settings(
        contract=ContractSection(path=Path("contract.json")),
        backend=BackendSection(
            kind=backend,  # type: ignore[arg-type]
            url=f"{scheme}://{address.host}:{address.port}/v1/predict",
            deadline_s=5.0,
            payload=fault.payload,  # type: ignore[arg-type]
        ),
        plain=PlainSection(
            golden_rows=Path("golden_rows.json"),
            deployed_models=(DEPLOYED_MODEL,) if backend == "vertex" else (),
            class_by="scores",
            classes=("a", "b") if fault.target == "category" else (),
        ),
        vertex=Vertex(
            project="p",
            location="l",
            endpoint="1",
            api_endpoint=f"{address.host}:{address.port}",
            insecure=not address.is_tls,
            credentials="none" if address.host in LOOPBACK else "metadata",
            ca=address.ca,
        ),
        ledger=LedgerSection(url=f"sqlite:///{folder / 'ledger.db'}"),
        telemetry=TelemetrySection(log_path=folder / "log.jsonl"),
        root=folder,
    )


@asynccontextmanager
async def peer(fault: Fault, backend: str, folder: Path) -> AsyncIterator[Address]:
    """Be there, or not, as the fault says."""
    match fault.peer:
        case "refused":
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can take it meanwhile
                yield Address("127.0.0.1", taken.getsockname()[1])
        case "dns":
            yield Address("nowhere.invalid", 443, is_tls=True)
        case "tcp" | "tcp_for_tls":
            async with FaultyHttp([_reader(fault).http(_step(step)) for step in fault.steps]) as server:
                yield Address("127.0.0.1", server.port, fault.peer == "tcp_for_tls")
        case _:
            async with _speaking(fault, backend) as port:
                ca = folder / "ca.pem"
                _authority().cert_pem.write_to_path(str(ca))
                is_tls = fault.peer not in ("wire", "tls_for_plain")
                yield Address("127.0.0.1", port, is_tls, ca if is_tls else None)


@asynccontextmanager
async def _speaking(fault: Fault, backend: str) -> AsyncIterator[int]:
    """Speak the backend's protocol, with the certificate that the fault says; give the port."""
    reader = _reader(fault)
    pair = _certificate(fault.peer)
    if backend == "http":
        async with FaultyHttp([reader.http(_step(s)) for s in fault.steps], tls=_tls_context(pair)) as server:
            yield server.port
    else:
        credentials = grpc.ssl_server_credentials([pair]) if pair else None
        steps = [reader.grpc(_step(s)) for s in fault.steps]
        async with FaultyPredictionService(steps, credentials=credentials) as service:
            yield service.port


def _reader(fault: Fault) -> Reader:
    return Reader(contract(fault.target), SOUND[fault.target])


def _step(step: dict[str, Any]) -> Step:
    unknown = set(step) - set(Step.__annotations__)
    assert not unknown, f"a step has no {unknown}"
    return step  # type: ignore[return-value]


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


def _certificate(kind: str) -> tuple[bytes, bytes] | None:
    """Give key and chain in PEM; None for a peer in the clear."""
    match kind:
        case "tls_for_plain":
            issued = _authority().issue_cert("127.0.0.1")
        case "tls_other_name":
            issued = _authority().issue_cert("elsewhere.test")
        case "tls_unknown_authority":
            issued = trustme.CA().issue_cert("127.0.0.1")
        case _:
            return None
    return issued.private_key_pem.bytes(), b"".join(blob.bytes() for blob in issued.cert_chain_pems)


def _tls_context(pair: tuple[bytes, bytes] | None) -> ssl.SSLContext | None:
    if pair is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with trustme.Blob(b"".join(pair)).tempfile() as path:
        context.load_cert_chain(path)
    return context
