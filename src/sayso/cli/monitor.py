"""Watch a deployment: write what Prometheus, Alertmanager and Google Cloud read, and look for drift."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.durations import duration
from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings
from sayso.failures import PackageError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sayso.monitoring.drift.compare import Comparison
    from sayso.monitoring.slo import Slo
    from sayso.predictor.package import Package
    from sayso.settings import Settings

FINDINGS = 1


def commands() -> typer.Typer:
    """Make the commands under ``sayso monitor``."""
    app = typer.Typer(no_args_is_help=True, help="Service levels, alerts and drift.")
    app.command("render")(render)
    app.command("drift")(drift)
    app.command("watch")(watch)
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


def drift(
    config: Config = DEFAULT_CONFIG,
    window: Annotated[str, typer.Option(help="How far to look back: 24h, 7d, 30m.")] = "",
    report: Annotated[Path, typer.Option(help="Where the HTML report goes.", dir_okay=False)] = Path("var/drift.html"),
    json_: Json = False,
) -> None:
    """Compare what was asked with what the model learned from; exit 1 where a feature has drifted."""
    from sayso.ledger.reader import Reader
    from sayso.monitoring.drift.compare import compare
    from sayso.monitoring.drift.report import html
    from sayso.monitoring.drift.robust import Verdict
    from sayso.whole_file import write
    from sayso.wiring import ledger_url, now

    chosen = settings(config)
    limits = _slo(chosen).drift
    back = window or limits.window
    since = now() - duration(back)
    rows = [ended.values for ended in Reader.at(ledger_url(chosen)).ended(since) if ended.values]
    found = compare(rows, _package(chosen).baseline, limits)
    path = chosen.path(report)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, html(found, f"Drift over {back}, since {since:%Y-%m-%d %H:%M} UTC").encode())
    _show(found, back, path, json_)
    if any(one.robust.verdict is Verdict.DRIFTED for one in found):
        raise typer.Exit(FINDINGS)


def watch(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where /metrics is, on loopback.")] = 8096,
    every: Annotated[str, typer.Option(help="How often to look.")] = "60s",
) -> None:
    """Expose silent failures and drift for Prometheus, until it is stopped."""
    from threading import Event

    from prometheus_client import start_http_server

    from sayso.ledger.reader import Reader
    from sayso.monitoring.watch import Gauges
    from sayso.wiring import ledger_url, now

    chosen = settings(config)
    limits, baseline, gauges, pause = _slo(chosen).drift, _package(chosen).baseline, Gauges(), Event()
    log_path = chosen.telemetry.log_path
    if log_path is None:
        raise SettingsError("[telemetry] log_path is not set: without a log there is nothing to lay beside the ledger")
    try:
        start_http_server(port, addr="127.0.0.1", registry=gauges.registry)
    except OSError as error:
        raise SettingsError(f"monitor watch: 127.0.0.1:{port} can't be listened at: {error.strerror}") from error
    reader, every_s = Reader.at(ledger_url(chosen)), duration(every).total_seconds()
    while True:
        if hindrance := gauges.renew(reader, [chosen.path(log_path)], baseline, limits, now()):
            typer.echo(f"sayso monitor watch: {hindrance}", err=True)
        pause.wait(every_s)


def _show(found: "Sequence[Comparison]", back: str, path: Path, json_: bool) -> None:
    from sayso.monitoring.drift.report import cells

    if json_:
        shown = [
            {
                "feature": one.feature,
                "count": one.count,
                "robust": one.robust.figure,
                "robust_threshold": one.robust.threshold,
                "verdict": one.robust.verdict.value,
                "vertex": one.vertex_figure,
                "vertex_threshold": one.vertex_threshold,
                "vertex_verdict": one.vertex_verdict.value,
            }
            for one in found
        ]
        print(json.dumps({"window": back, "report": str(path), "features": shown}))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("feature", "values", "robust", "threshold", "verdict", "Vertex AI", "threshold", "verdict")
    for one in found:
        table.add_row(*cells(one))
    console = Console()
    console.print(table)
    console.print(f"{path}", soft_wrap=True)


def _slo_path(chosen: "Settings") -> Path:
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
