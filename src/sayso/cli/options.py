"""Hold the options that commands share, and how settings reach them."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sayso.settings import Settings

Config = Annotated[Path, typer.Option("--config", help="The settings file.", dir_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]


class ExtractorKind(StrEnum):
    """Name the extractors."""

    GRAMMAR = "grammar"
    LLM = "llm"


Extractor = Annotated[
    ExtractorKind | None, typer.Option("--extractor", help="Who reads the words; the deployment's own if left out.")
]

DEFAULT_CONFIG = Path("sayso.toml")


def settings(config: Path, *, extractor: ExtractorKind | None = None, **overrides: str) -> "Settings":
    """Read the settings with the environment's overrides, and then these (``SAYSO_…`` names)."""
    from sayso.settings import load

    if extractor is not None:
        overrides["SAYSO_EXTRACTOR_KIND"] = extractor.value
    return load(config, {**os.environ, **overrides})
