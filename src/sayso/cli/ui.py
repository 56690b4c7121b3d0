"""Serve the page."""

import os
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, settings


def ui(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[int | None, typer.Option(help="The port; the setting [ui] port otherwise.")] = None,
) -> None:
    """Serve the page, with the backend that the settings name."""
    import sys

    from sayso.cli.demo import page

    chosen = settings(Path(config))
    part = page(Path(config), chosen.ui.host, chosen.ui.port if port is None else port)
    typer.echo(f"page: http://{chosen.ui.host}:{chosen.ui.port if port is None else port}")
    os.execv(sys.executable, [sys.executable, *part.arguments])  # noqa: S606 - the page is this process
