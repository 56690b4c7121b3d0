"""Hold a deployment against its thresholds, and sign off what was found: parse, call, show."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.evaluation import Deadline, Parallel, Plan, Replies, Resume
from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from sayso.evals.evidence import Line
    from sayso.evals.limits import GatePlan
    from sayso.measurement import Measured, Options
    from sayso.settings import Settings

FINDINGS = 1
DEFAULT_OUT = Path("var/gate")


def gate(  # noqa: PLR0913, PLR0917 - one argument for each option
    config: Config = DEFAULT_CONFIG,
    plan: Plan = None,
    out: Annotated[Path, typer.Option("--out", help="The folder of the report.", file_okay=False)] = DEFAULT_OUT,
    resume: Resume = False,
    parallel: Parallel = 8,
    deadline_s: Deadline = 3600.0,
    replies: Replies = None,
    check: Annotated[
        Path | None, typer.Option("--check", help="Only ask whether this report fits what is here.", dir_okay=False)
    ] = None,
    production: Annotated[bool, typer.Option("--production", help="With --check: for production.")] = False,
    json_: Json = False,
) -> None:
    """Decide whether this commit may be released, and write gate-report.json, gate.xml and one page.

    What fails comes first. Exit status: 0 passed, 1 failed, 5 could not run.
    """
    if check is not None:
        _check(settings(config), check, production=production)
        return
    from sayso.cli.evaluation import plan_of
    from sayso.evals.run import Pace
    from sayso.measurement import Options

    begin_s = time.monotonic()
    chosen = settings(config)
    wanted = plan_of(chosen, plan)
    options = Options(Pace(parallel, deadline_s), out / "results.jsonl", resume, replies)
    measured, lines = _decided(chosen, wanted, options, out, begin_s)
    typer.echo((out / "gate-report.json").read_text(encoding="utf-8") if json_ else _words(measured, lines, out))
    if any(line.status != "passed" for line in lines):
        raise typer.Exit(FINDINGS)


def _check(chosen: "Settings", path: Path, *, production: bool) -> None:
    """Compare a report with what would be deployed from here."""
    from sayso.evals.gate_report import obstacles, read_report
    from sayso.measurement import deployed

    found = read_report(path)
    named = list(obstacles(found, deployed(chosen), production=production))
    typer.echo("\n".join(named) or f"{path}: passed, and fits commit {found.commit}")
    if named:
        raise typer.Exit(FINDINGS)


def _decided(
    chosen: "Settings", wanted: "GatePlan", options: "Options", out: Path, begin_s: float
) -> "tuple[Measured | None, list[Line]]":
    from sayso.cli.evaluation import run, write_results
    from sayso.evals.gate import decide, failing_first
    from sayso.evals.gate_report import encode
    from sayso.evals.junit import junit_xml
    from sayso.failures import DocumentError
    from sayso.measurement import gather, report
    from sayso.whole_file import write

    measured: Measured | DocumentError
    try:
        measured = run(chosen, wanted, options)
    except DocumentError as error:
        measured = error
    evidence = gather(chosen, wanted, measured)
    lines = decide(evidence, wanted.limits)
    ran = None if isinstance(measured, DocumentError) else measured
    signed = report(chosen, wanted, ran, evidence, lines)
    ordered = failing_first(lines)
    if ran is not None:
        write_results(out, ran, wanted, ordered)
    out.mkdir(parents=True, exist_ok=True)
    write(out / "gate-report.json", encode(signed))
    write(out / "gate.xml", junit_xml(lines, seconds=time.monotonic() - begin_s))
    return ran, ordered


def _words(measured: "Measured | None", lines: "list[Line]", out: Path) -> str:
    """Say what fails, then with what it was measured, then the rest."""
    from sayso.cli.evaluation import made_with
    from sayso.evals.evidence import SHOWN

    said: list[str] = []
    failing = [line for line in lines if line.status != "passed"]
    for line in failing:
        said.append(f"{'FAILED' if line.status == 'failed' else 'NOT LOOKED AT'} {line.name}: {line.said}")
        said.extend(f"    {detail}" for detail in line.details[:SHOWN])
        if len(line.details) > SHOWN:
            said.append(f"    and {len(line.details) - SHOWN} more")
    said.append(f"gate: {'failed' if failing else 'passed'}")
    if measured is not None:
        said.extend(f"{what}: {text}" for what, text in made_with(measured))
    said.extend(f"ok {line.name}: {line.said}" for line in lines if line.status == "passed")
    said.append(f"report: {out / 'gate-report.json'}")
    return "\n".join(said)
