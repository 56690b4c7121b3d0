"""Hold the options that commands share, and how settings reach them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sayso.settings import Settings

Config = Annotated[Path, typer.Option("--config", help="The settings file.", dir_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]

DEFAULT_CONFIG = Path("sayso.toml")


def settings(config: Path, **overrides: str) -> "Settings":
    """Read the settings with the environment's overrides, and then these (``SAYSO_…`` names)."""
    from sayso.settings import load

    return load(config, {**os.environ, **overrides})
