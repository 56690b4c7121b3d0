"""Hold ledger, log and metrics against one another."""

import json
import urllib.request
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.durations import duration
from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from sayso.ledger.counters import Counted
    from sayso.ledger.log_lines import Log
    from sayso.ledger.reader import Reader
    from sayso.ledger.reconcile import Books, Finding
    from sayso.settings import Settings

FINDINGS, USAGE, COULD_NOT_RUN = 1, 2, 5

_ATTEMPTS = 3
"""A counter that differs is read again: between two readings of the ledger it may have been caught on its way."""


def reconcile(
    config: Config = DEFAULT_CONFIG,
    window: Annotated[timedelta, typer.Option(parser=duration, help="How far back, such as 24h.")] = timedelta(days=1),
    log: Annotated[
        list[Path] | None, typer.Option(help="A log file, oldest first; the setting [telemetry] log_path otherwise.")
    ] = None,
    metrics: Annotated[
        list[str] | None, typer.Option(help="A /metrics address; that of [serve] otherwise, if it answers.")
    ] = None,
    json_: Json = False,
) -> None:
    """Pair each interaction's ledger row, log line and counter; name every difference. Exit status 1 if any."""
    from sayso.ledger.reader import Reader
    from sayso.ledger.reconcile import reconcile as pair
    from sayso.wiring import ledger_url, now

    chosen = settings(config)
    reader = Reader.at(ledger_url(chosen))
    at = now()
    books = reader.books(at - window, _logs(chosen, log), at)
    result = pair(books)
    metered = _metered(reader, books, chosen, metrics)
    findings = [*result.findings, *(finding for found in metered.values() for finding in found)]
    if json_:
        print(json.dumps(_shape(result.counts, _unmetered(books, metered), findings)))
    else:
        for finding in findings:
            print(f"{finding.difference}: {finding.about}: {finding.detail}")
        print(", ".join(f"{count} {kind}" for kind, count in sorted(result.counts.items())) or "no interactions")
        print(f"{len(metered)} processes metered, {len(_unmetered(books, metered))} unmetered")
        print(f"{len(findings)} silent failures")
    raise typer.Exit(FINDINGS if findings else 0)


def _logs(chosen: "Settings", given: Sequence[Path] | None) -> Sequence[Path]:
    paths = given or ([chosen.path(chosen.telemetry.log_path)] if chosen.telemetry.log_path else [])
    missing = [str(path) for path in paths if not path.is_file()]
    if missing or not paths:
        typer.echo(f"sayso ledger reconcile: no log file {', '.join(missing)}; give --log FILE", err=True)
        raise typer.Exit(USAGE)
    return paths


def _metered(
    reader: "Reader", books: "Books", chosen: "Settings", given: Sequence[str] | None
) -> "dict[str, list[Finding]]":
    """Compare the counters of every address; a default address where none of ours answers is no error."""
    found = {}
    for url in given or [f"http://{chosen.serve.host}:{chosen.serve.port}/metrics"]:
        try:
            start_id = _counted(url).start_id
            if given or start_id in books.starts:
                found[start_id] = _compared(reader, books.log, url, start_id)
        except (OSError, ValueError) as error:
            if given:
                typer.echo(f"sayso ledger reconcile: {url}: {error}", err=True)
                raise typer.Exit(COULD_NOT_RUN) from error
    return found


def _compared(reader: "Reader", log: "Log", url: str, start_id: str) -> "list[Finding]":
    """Read the counters between two readings of the ledger."""
    from sayso.ledger.reconcile import compare_counters, unavailable

    findings: list[Finding] = []
    for _ in range(_ATTEMPTS):
        before = reader.totals(start_id) + unavailable(log, start_id)
        metered = _counted(url).interactions
        after = reader.totals(start_id) + unavailable(log, start_id)
        findings = list(compare_counters(start_id, metered, before, after))
        if not findings:
            break
    return findings


def _counted(url: str) -> "Counted":
    from sayso.ledger.counters import counted

    with urllib.request.urlopen(url, timeout=5) as response:
        return counted(response.read().decode())


def _unmetered(books: "Books", metered: Collection[str]) -> dict[str, str]:
    """Name the processes of the window whose counters nobody read, and whether they live."""
    seen = {end.writer for end in books.recorded if not end.interrupted} | {end.start_id for end in books.log.ends}
    return {start: "alive" if start in books.living else "ended" for start in sorted(seen - set(metered))}


def _shape(counts: Mapping[str, int], unmetered: Mapping[str, str], findings: "Sequence[Finding]") -> object:
    listed = [{"difference": one.difference.value, "about": one.about, "detail": one.detail} for one in findings]
    return {"counts": counts, "unmetered": unmetered, "findings": listed}
