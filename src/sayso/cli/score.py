"""Score whole tables on the command line."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from sayso.score.run import Job, Record, Report
    from sayso.settings import Settings

FINDINGS = 1


def score(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="Rows as .csv, .parquet or .arrow.", dir_okay=False)],
    out: Annotated[Path, typer.Option("--out", help="Where predictions go; the suffix says how.", dir_okay=False)],
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Where rows without a prediction go; OUT.rejects.jsonl otherwise.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="The package's folder; [backend] package otherwise.")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", help="A column that goes from the table to the output as it is.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    json_: Json = False,
) -> None:
    """Give every row a prediction or a named failure; exit status 1 where there are rejects. A stopped run goes on."""
    from sayso.predictor.package import Package
    from sayso.score.run import Job
    from sayso.score.table import Table

    chosen = settings(config)
    package = Package.load(model or chosen.path(chosen.backend.package))
    beside = rejects or out.with_name(f"{out.name}.rejects.jsonl")
    block = chosen.contract.extrapolation == "block"
    job = Job(Table.open(table), package, out, beside, tuple(keep or ()), extrapolate=not block)
    report = _run(job, chosen)
    if json_:
        print(json.dumps(report.as_json()))
    else:
        print(_words(report, out, beside))
    if report.counts.rejected:
        raise typer.Exit(FINDINGS)


def _run(job: "Job", chosen: "Settings") -> "Report":
    """Score with the ledger open, so that nothing is done that can't be recorded."""
    from contextlib import closing

    from rich.console import Console
    from rich.progress import Progress

    from sayso.score.run import score as scored
    from sayso.wiring import new_id, open_ledger

    console = Console(stderr=True)
    with (
        closing(open_ledger(chosen, new_id())) as ledger,
        Progress(console=console, transient=True, disable=not console.is_terminal) as shown,
    ):
        task = shown.add_task("scoring", total=job.table.rows)
        return scored(job, _recorder(ledger), lambda rows: shown.advance(task, rows))


def _recorder(ledger: object) -> "Record":
    from sayso.ledger.records import Operation
    from sayso.ledger.store import Ledger
    from sayso.wiring import now

    assert isinstance(ledger, Ledger)
    return lambda report: ledger.record_now(Operation(now(), "batch", report.as_json()))


def _words(report: "Report", out: Path, rejects: Path) -> str:
    counts = report.counts
    rejected = counts.rows - counts.predicted
    lines = [f"{counts.rows} rows: {counts.predicted} predictions in {out}, {rejected} rejects in {rejects}"]
    return "\n".join([*lines, *(f"  {count} {label}" for label, count in counts.rejected.items())])
