"""Evaluate a deployment's extractor on its cases: parse, call, show."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.evaluation import Deadline, Parallel, Plan, Replies, Resume
from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from sayso.evals.limits import GatePlan
    from sayso.measurement import Measured
    from sayso.settings import Settings

FINDINGS = 1
DEFAULT_OUT = Path("var/eval")


def evaluate(  # noqa: PLR0913, PLR0917 - one argument for each option
    config: Config = DEFAULT_CONFIG,
    plan: Plan = None,
    cases: Annotated[Path | None, typer.Option("--cases", help="Other cases than the plan's.", exists=True)] = None,
    out: Annotated[Path, typer.Option("--out", help="The folder of the results.", file_okay=False)] = DEFAULT_OUT,
    resume: Resume = False,
    parallel: Parallel = 8,
    deadline_s: Deadline = 3600.0,
    replies: Replies = None,
    lint: Annotated[bool, typer.Option("--lint", help="Only check the cases themselves.")] = False,
    stamp: Annotated[
        bool,
        typer.Option("--stamp", help="Only write the contract's digest into cases and labels that were read anew."),
    ] = False,
    json_: Json = False,
) -> None:
    """Run every case through extractor, verification, scorers and judge, and write CSV, JSON and one page.

    Exit status: 0 where every case passes, 1 where one does not, 5 where it could not be run.
    """
    import msgspec

    from sayso.cli.evaluation import plan_of, run, write_results
    from sayso.evals.run import Pace
    from sayso.measurement import Options

    chosen = settings(config)
    wanted = plan_of(chosen, plan)
    if cases is not None:
        wanted = msgspec.structs.replace(wanted, cases=cases)
    if stamp:
        _stamp(chosen, wanted)
    elif lint:
        _lint(chosen, wanted)
    else:
        options = Options(Pace(parallel, deadline_s), out / "results.jsonl", resume, replies)
        measured = run(chosen, wanted, options)
        write_results(out, measured, wanted, [])
        _show(measured, wanted, out, json_=json_)
        if not all(result.passed for result in measured.results) or measured.case_faults:
            raise typer.Exit(FINDINGS)


def _lint(chosen: "Settings", wanted: "GatePlan") -> None:
    from sayso.evals.cases import read_cases
    from sayso.measurement import case_faults, labelled_items
    from sayso.wiring import read_contract

    contract = read_contract(chosen)
    cases = read_cases(wanted.cases)
    found = case_faults(cases, wanted, contract)
    items = labelled_items(chosen, wanted, contract)
    typer.echo("\n".join(found) or f"{len(cases)} cases and {len(items)} labelled items are sound")
    if found:
        raise typer.Exit(FINDINGS)


def _stamp(chosen: "Settings", wanted: "GatePlan") -> None:
    import re

    from sayso.whole_file import write
    from sayso.wiring import read_contract

    contract = read_contract(chosen)
    own = [wanted.cases] if wanted.calibration_contract else [wanted.cases, wanted.calibration]
    for path in own:
        before = path.read_text(encoding="utf-8")
        after = re.sub(r'("contract_digest": ?)"[^"]*"', rf'\1"{contract.digest}"', before)
        write(path, after.encode("utf-8"))
        typer.echo(f"{path}: every line names {contract.digest}")


def _show(measured: "Measured", wanted: "GatePlan", out: Path, *, json_: bool) -> None:
    from sayso.cli.evaluation import made_with, spent
    from sayso.evals.results import counted, found_share, pass_share

    passing, stated = pass_share(measured.results), found_share(measured.results)
    facts = (*made_with(measured), *spent(measured, wanted))
    if json_:
        import json

        summary = {
            **dict(facts),
            "cases": passing.of,
            "passed": passing.count,
            "passed_at_least": passing.at_least,
            "flawless": sum(1 for result in measured.results if result.flawless),
            "stated_values": stated.of,
            "found_values": stated.count,
            "features": {what.value: count for what, count in counted(measured.results).items()},
            "failing": [result.id for result in measured.results if not result.passed],
            "case_faults": list(measured.case_faults),
        }
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    for what, said in facts:
        typer.echo(f"{what}: {said}")
    _tables(measured)
    for fault in measured.case_faults:
        typer.echo(f"unsound: {fault}")
    typer.echo(f"{passing} cases pass ({passing.observed:.1%}), at least {passing.at_least:.1%}")
    typer.echo(f"{stated} stated values found ({stated.observed:.1%}), at least {stated.at_least:.1%}")
    typer.echo(f"every case: {out / 'report.html'}")


def _tables(measured: "Measured") -> None:
    """Print what became of the features by tag, and every case with something to see."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from sayso.evals.results import by_tag
    from sayso.evals.scoring import Found

    console = Console(highlight=False)
    tags = Table("tag", "cases", "passed", *(what.value for what in Found), box=None, pad_edge=False)
    for row in by_tag(measured.results):
        tags.add_row(row.tag, str(row.cases), str(row.passed), *(str(row.found[what]) for what in Found))
    console.print(tags)
    flawed = [result for result in measured.results if not result.flawless]
    cases = Table("case", "", "what", box=None, pad_edge=False)
    for result in flawed:
        said = [f"{name}: {text}" for name, found in result.faults.items() for text in found]
        said += [f"{name} left out" for name, what in result.found.items() if what is Found.LEFT_OUT]
        said += [f"{result.failure_class}: {result.detail}"] if result.failure_class else []
        if result.judged is not None and result.judged.reason:
            said.append(f"judge: {result.judged.verdict}: {result.judged.reason}")
        cases.add_row(result.id, "passed" if result.passed else "FAILED", escape("; ".join(said)))
    if flawed:
        console.print(cases)
