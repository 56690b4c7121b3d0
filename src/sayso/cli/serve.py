"""Serve the HTTP API."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from sayso.settings import Settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    config: Config = DEFAULT_CONFIG,
    host: Annotated[str | None, typer.Option(help="Where to listen; the setting [serve] host otherwise.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; the setting [serve] port otherwise.")] = None,
) -> None:
    """Serve the HTTP API on loopback: POST /v1/interactions and its kin."""
    chosen = settings(Path(config))
    address = host or chosen.serve.host
    if address not in LOOPBACK:
        typer.echo(f"sayso serve: {address} is beyond loopback, which needs API keys; use 127.0.0.1", err=True)
        raise typer.Exit(2)
    _run(chosen, address, chosen.serve.port if port is None else port)


def _run(chosen: "Settings", host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    from sayso.wiring import check

    check(chosen)  # what can't work says so here, in one line, and not in a worker's stack trace
    typer.echo(f"api: http://{host}:{port}", err=True)
    server = Granian("sayso.api", address=host, port=port, interface=Interfaces.ASGI, workers=1, log_level="warning")
    server.serve(target_loader=partial(_load, chosen), wrap_loader=False)


def _load(chosen: "Settings") -> "Starlette":
    """Make the application inside the worker process."""
    from sayso.api import make
    from sayso.wiring import application

    return make(partial(application, chosen))
