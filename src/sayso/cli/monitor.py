"""Watch a deployment: write what Prometheus, Alertmanager and Google Cloud read."""

from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, settings
from sayso.failures import PackageError

if TYPE_CHECKING:
    from pathlib import Path

    from sayso.monitoring.slo import Slo
    from sayso.predictor.package import Package
    from sayso.settings import Settings

FINDINGS = 1


def commands() -> typer.Typer:
    """Make the commands under ``sayso monitor``."""
    app = typer.Typer(no_args_is_help=True, help="Service levels, alerts and drift.")
    app.command("render")(render)
    return app


def render(
    config: Config = DEFAULT_CONFIG,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file is stale.")] = False,
) -> None:
    """Write every file that is made from slo.toml, beside it."""
    from sayso.monitoring.render import rendered, stale
    from sayso.whole_file import write

    chosen = settings(config)
    package = _package(chosen)
    folder = _slo_path(chosen).parent
    files = rendered(_slo(chosen), package.contract, package.baseline)
    names = stale(folder, files)
    for name in names:
        typer.echo(f"{'stale' if check else 'written'}: {folder / name}")
        if not check:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write(folder / name, files[name].encode())
    if check and names:
        raise typer.Exit(FINDINGS)


def _slo_path(chosen: "Settings") -> "Path":
    return chosen.path(chosen.monitoring.slo)


def _slo(chosen: "Settings") -> "Slo":
    from sayso.monitoring.slo import read

    return read(_slo_path(chosen))


def _package(chosen: "Settings") -> "Package":
    from sayso.predictor.package import Package

    try:
        return Package.load(chosen.path(chosen.backend.package))
    except PackageError as error:
        typer.echo(f"sayso monitor: {error}", err=True)
        raise typer.Exit(5) from error
