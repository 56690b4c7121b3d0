"""Serve a local endpoint with Vertex AI's calls in front of predictor processes."""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.failures import SettingsError

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from sayso.endpoint.state import State

LOOPBACK = ("127.0.0.1", "localhost")
LOCAL_NAME = "projects/local/locations/local/endpoints/sayso"


@dataclass(frozen=True, slots=True)
class _Place:
    """Hold where the endpoint is kept and listens; goes to the worker process."""

    state: Path
    host: str
    port: int
    grpc_port: int
    tls: tuple[Path, Path] | None


def endpoint(
    state: Annotated[Path, typer.Option(help="Where the endpoint is kept; made if there is none.")] = Path(
        "var/endpoint.json"
    ),
    deploy: Annotated[
        list[str] | None, typer.Option("--deploy", help="ID=URL of a predictor; the first takes all traffic. Repeat.")
    ] = None,
    name: Annotated[str, typer.Option(help="The endpoint's name, where it is made.")] = LOCAL_NAME,
    host: Annotated[str, typer.Option(help="Where to listen; loopback only, for there is no authentication.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="The port for REST, /healthz and /metrics.")] = 8070,
    grpc_port: Annotated[int, typer.Option(help="The port for gRPC.")] = 8071,
    tls_cert: Annotated[Path | None, typer.Option(help="A certificate chain in PEM, for gRPC over TLS.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key in PEM.")] = None,
) -> None:
    """Serve a local endpoint: deployed models, traffic split, predict, over gRPC and REST."""
    if host not in LOOPBACK:
        _usage(f"{host} is beyond loopback, and there is no authentication; use 127.0.0.1")
    if (tls_cert is None) != (tls_key is None):
        _usage("give --tls-cert and --tls-key, or neither")
    tls = (tls_cert, tls_key) if tls_cert and tls_key else None
    place = _Place(state, host, port, grpc_port, tls)
    _check(place)
    _open(state, name, deploy or [])
    _run(place)


def _usage(message: str) -> None:
    typer.echo(f"sayso endpoint: {message}", err=True)
    raise typer.Exit(2)


def _check(place: _Place) -> None:
    """Say what can't work in one line, and not in a worker's stack trace."""
    for port in (place.port, place.grpc_port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((place.host, port))
            except OSError as error:
                raise SettingsError(f"endpoint: {place.host}:{port} can't be listened at: {error.strerror}") from error
    if place.tls:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*place.tls)
        except OSError as error:  # ssl.SSLError is one too
            certificate, key = place.tls
            raise SettingsError(f"endpoint: {certificate} and {key} are no certificate and its key: {error}") from error


def _open(path: Path, name: str, deploy: list[str]) -> None:
    """Make the endpoint where there is none, and add the predictors that it does not have yet."""
    from sayso.endpoint.state import State
    from sayso.endpoint.store import Store

    store = Store(path)
    state = store.load() or State(name=name)
    if fault := state.fault():
        _usage(fault.message)
    for pair in deploy:
        state = _deployed(state, pair)
    store.save(state)


def _deployed(state: "State", pair: str) -> "State":
    from sayso.endpoint.refusal import Refusal
    from sayso.endpoint.state import DeployedModel

    model_id, _, url = pair.partition("=")
    present = state.deployed(model_id)
    if present is not None and present.url == url:
        return state
    split = {} if state.traffic_split else {model_id: 100}
    changed = state.deploying(DeployedModel(model_id, url), split)
    if isinstance(changed, Refusal):
        _usage(f"--deploy {pair}: {changed.message}")
    assert not isinstance(changed, Refusal)
    return changed


def _run(place: _Place) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    scheme = "with TLS" if place.tls else "in the clear"
    typer.echo(
        f"endpoint: REST http://{place.host}:{place.port}, gRPC {place.host}:{place.grpc_port} {scheme}", err=True
    )
    server = Granian(
        "sayso.endpoint",
        address=place.host,
        port=place.port,
        interface=Interfaces.ASGI,
        workers=1,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_load, place), wrap_loader=False)


def _load(place: _Place) -> "Starlette":
    """Make the application inside the worker process; gRPC lives as long as it does, in the same event loop."""
    import os
    import time

    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # its core writes a line for each client that goes away

    from sayso.endpoint.counters import Counters
    from sayso.endpoint.grpc_server import GrpcServer, Tls
    from sayso.endpoint.predictors import Predictors
    from sayso.endpoint.rest import make
    from sayso.endpoint.service import EndpointServer
    from sayso.endpoint.store import Store

    store = Store(place.state)
    state = store.load()
    assert state is not None
    server = EndpointServer(state, store, Predictors(), Counters(), time.monotonic)

    @asynccontextmanager
    async def lifespan(_: "Starlette") -> AsyncIterator[None]:
        rpc = GrpcServer(server, place.host, place.grpc_port, Tls(*place.tls) if place.tls else None)
        await rpc.start()
        yield
        await rpc.stop()
        await server.aclose()

    return make(server, lifespan)
