"""Serve the HTTP API."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from sayso.settings import Settings


def serve(
    config: Config = DEFAULT_CONFIG,
    host: Annotated[str | None, typer.Option(help="Where to listen; the setting [serve] host otherwise.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; the setting [serve] port otherwise.")] = None,
) -> None:
    """Serve the HTTP API: POST /v1/interactions and its kin; beyond loopback only with keys."""
    from sayso.cli.addresses import loopback, vacant
    from sayso.wiring import check

    chosen = settings(Path(config))
    address = host or chosen.serve.host
    if chosen.serve.keys is None:
        address = loopback("serve", address)
    where = vacant(address, chosen.serve.port if port is None else port, "give another --port")
    check(chosen)  # what can't work says so here, in one line, and not in a worker's stack trace
    _run(chosen, address, where)


def _run(chosen: "Settings", host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from sayso.cli.addresses import url

    typer.echo(f"api: {url(host, port)}", err=True)
    server = Granian(
        "sayso.api.app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_load, chosen), wrap_loader=False)


def _load(chosen: "Settings") -> "Starlette":
    """Make the application inside the worker process."""
    from sayso.api.app import make
    from sayso.wiring import application

    keys = chosen.path(chosen.serve.keys) if chosen.serve.keys else None
    return make(partial(application, chosen), keys)
