"""Run an evaluation with a progress bar, and say what it was made with; shared by ``sayso eval`` and ``sayso gate``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from sayso.evals.evidence import Line
    from sayso.evals.limits import GatePlan
    from sayso.evals.results import CaseResult
    from sayso.measurement import Measured, Options, Watch
    from sayso.settings import Settings

Plan = Annotated[
    Path | None,
    typer.Option("--plan", help="The gate.toml; evals/gate.toml beside the settings file if left out.", dir_okay=False),
]
Parallel = Annotated[int, typer.Option("--parallel", help="How many cases are under way at once.", min=1, max=256)]
Deadline = Annotated[float, typer.Option("--deadline-s", help="Seconds for the whole run.", min=1)]
Replies = Annotated[
    Literal["live", "record", "replay"] | None,
    typer.Option("--replies", help="Where models' replies come from; as the settings say if left out."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Take over what an earlier run in the same folder found.")]


def plan_of(settings: "Settings", plan: Path | None) -> "GatePlan":
    """Read the plan of a deployment."""
    from sayso.evals.limits import read_plan

    return read_plan(plan or settings.path(Path("evals") / "gate.toml"))


def run(settings: "Settings", plan: "GatePlan", options: "Options") -> "Measured":
    """Measure, with a progress bar on a terminal."""
    from sayso.measurement import measure

    with _progress() as watch:
        return measure(settings, plan, options, watch)


@contextmanager
def _progress() -> "Iterator[Watch]":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("evaluating", total=None)
        failing = 0

        def watch(result: "CaseResult", total: int) -> None:
            nonlocal failing
            failing += not result.passed
            bar.update(task, total=total, advance=1, description=f"evaluating, {failing} failing")

        yield watch


def made_with(measured: "Measured") -> tuple[tuple[str, str], ...]:
    """Say of a run who extracted, who judged, and what was asked of language models."""
    from sayso.evals.replies import Mode

    made, replies = measured.made, measured.replies
    extractor = made.extractor.model or made.extractor.kind
    judge = made.bench.judge.model or made.bench.judge.kind
    same = made.extractor.model is not None and made.extractor.model == made.bench.judge.model
    model = (
        "none was used: the extractor is rules, and the judge is rules"
        if replies.mode is Mode.NONE
        else f"{replies}" + ("; the judge is the very model that it judges" if same else "")
    )
    return (
        ("language model", model),
        ("extractor", extractor),
        ("judge", f"{judge}, {made.bench.judge.votes} votes" if made.bench.judge.votes > 1 else judge),
        ("contract", f"{measured.contract.name}@{measured.contract.version} {measured.contract.digest}"),
    )


def spent(measured: "Measured", plan: "GatePlan") -> tuple[tuple[str, str], ...]:
    """Say what a run cost."""
    from sayso.evals.results import Usage

    extractor = sum((of.extractor_usage for of in measured.results), Usage())
    judge = sum((of.judge_usage for of in measured.results), Usage())
    for of in measured.judged:
        judge += Usage(of.judgement.spent.requests, of.judgement.spent.input_tokens, of.judgement.spent.output_tokens)
    prices = plan.prices
    cost = (
        extractor.input_tokens * prices.extractor_input
        + extractor.output_tokens * prices.extractor_output
        + judge.input_tokens * prices.judge_input
        + judge.output_tokens * prices.judge_output
    ) / 1e6
    return (
        (
            "extractor's requests, tokens in, out",
            f"{extractor.requests}, {extractor.input_tokens}, {extractor.output_tokens}",
        ),
        ("judge's requests, tokens in, out", f"{judge.requests}, {judge.input_tokens}, {judge.output_tokens}"),
        ("cost", f"{cost:.4f} {prices.currency}"),
    )


def write_results(out: Path, measured: "Measured", plan: "GatePlan", lines: "list[Line]") -> None:
    """Write the run as CSV, JSON and one page; each file whole or not at all."""
    import json

    import msgspec

    from sayso.evals.page import page
    from sayso.evals.sheet import sheet
    from sayso.failures import DocumentError, Problem
    from sayso.whole_file import write

    facts = (*made_with(measured), *spent(measured, plan))
    asked = plan.limits.pass_rate.at_least
    document = {"facts": dict(facts), "cases": msgspec.to_builtins(measured.results)}
    bodies = {
        "results.csv": sheet(measured.results),
        "results.json": json.dumps(document, ensure_ascii=False, indent=1),
        "report.html": page(f"sayso: {measured.contract.name}", facts, measured.results, measured.judged, lines, asked),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, body in bodies.items():
            write(out / name, body.encode("utf-8", "replace"))
    except OSError as error:
        raise DocumentError(str(out), [Problem("$", error.strerror or str(error))]) from error
