"""Serve a model package over Vertex AI's custom-container protocol."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from sayso.predictor.worker import Plan
    from sayso.settings import Settings


def predictor(
    model: Annotated[
        Path | None,
        typer.Option("--model", help="The package's folder; AIP_STORAGE_URI or [backend] package otherwise."),
    ] = None,
    host: Annotated[str | None, typer.Option(help="Where to listen; the setting [predictor] host otherwise.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The port; AIP_HTTP_PORT or [predictor] port otherwise.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes, each with the model.")] = 1,
    config: Annotated[
        Path | None, typer.Option("--config", help="The settings file; sayso.toml otherwise, if there is one.")
    ] = None,
) -> None:
    """Serve predictions from a model package: POST /v1/predict, or the routes that the AIP_ variables name.

    A package that can't be used is served too: every answer then says why.
    """
    from sayso.predictor.server import serve

    chosen = _settings(config)
    plan = _plan(chosen, model, host, port, workers)
    typer.echo(f"predictor: http://{plan.host}:{plan.port}{plan.routes.predict}", err=True)
    serve(plan, log)


def log(start_id: str) -> "FilteringBoundLogger":
    """Make the log of one process: JSON lines on stderr."""
    from sayso.telemetry.logs import Log

    return Log(start_id, path=None).logger


def _settings(config: Path | None) -> "Settings":
    """Read the settings file that is named or at hand; without one, the defaults and SAYSO_ variables."""
    from sayso.settings import Settings, load, override

    if config is None and not DEFAULT_CONFIG.exists():
        return override(Settings(), os.environ)
    return load(config or DEFAULT_CONFIG, os.environ)


def _plan(chosen: "Settings", model: Path | None, host: str | None, port: int | None, workers: int) -> "Plan":
    """Take each thing from the command line, else from Vertex AI, else from the settings."""
    from uuid_utils import uuid7

    from sayso.predictor.vertex import package_of, port_of, routes_of
    from sayso.predictor.worker import Plan

    return Plan(
        package=model or package_of(os.environ) or chosen.path(chosen.backend.package),
        host=host or chosen.predictor.host,
        port=port or port_of(os.environ) or chosen.predictor.port,
        workers=workers,
        routes=routes_of(os.environ),
        start_id=str(uuid7()),
    )
