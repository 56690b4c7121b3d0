"""Serve the HTTP API."""

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    config: Config = DEFAULT_CONFIG,
    host: Annotated[str | None, typer.Option(help="Where to listen; the setting [serve] host otherwise.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; the setting [serve] port otherwise.")] = None,
) -> None:
    """Serve the HTTP API on loopback: POST /v1/interactions and its kin."""
    from sayso.api_server import run  # noqa: PLC0415

    chosen = settings(Path(config))
    address = host or chosen.serve.host
    if address not in LOOPBACK:
        typer.echo(f"sayso serve: {address} is beyond loopback, which needs API keys; use 127.0.0.1", err=True)
        raise typer.Exit(2)
    run(Path(config), address, chosen.serve.port if port is None else port)
