"""Serve the page."""

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, settings

STREAMLIT = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",  # nothing leaves this machine
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",  # a fault's place is for the log, not for whoever asks
    "logger.level": "warning",
    "logger.hideWelcomeMessage": "true",
    "runner.magicEnabled": "false",
    # Streamlit's own red reads as an error where nothing is wrong.
    "theme.light.primaryColor": "#2f6fb3",
    "theme.dark.primaryColor": "#3674b5",  # white words on it keep 4.9:1, it keeps 3:1 with the ground
}
"""What we ask of Streamlit; flags win over any config.toml of the user's."""


def ui(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[int | None, typer.Option(help="The port; the setting [ui] port otherwise.")] = None,
) -> None:
    """Serve the page on loopback, with the backend that the settings name."""
    from sayso.cli.addresses import loopback, url, vacant
    from sayso.wiring import check

    chosen = settings(Path(config))
    host = loopback("ui", chosen.ui.host)
    where = vacant(host, chosen.ui.port if port is None else port, "give another --port")
    check(chosen)  # what can't work says so here, in one line, and not to the first visitor
    typer.echo(f"page: {url(host, where)}", err=True)
    _serve(Path(config), host, where)


def _serve(config: Path, host: str, port: int) -> None:
    """Run Streamlit in this process, which has imported what the first visitor would wait for."""
    from streamlit.web.cli import main

    from sayso.ui import page

    options = {**STREAMLIT, "server.address": host, "server.port": str(port), "browser.serverAddress": host}
    flags = [f"--{key}={value}" for key, value in options.items()]
    main(["run", page.__file__, *flags, "--", "--config", str(config)], prog_name="sayso ui")
