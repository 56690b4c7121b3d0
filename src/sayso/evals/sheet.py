"""Write a run as CSV, one line a case, for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from sayso.evals.results import CaseResult

COLUMNS = (
    "id",
    "passed",
    "flawless",
    "tags",
    "failure_class",
    "faults",
    "left_out",
    "verdict",
    "reason",
    "question",
    "requests",
    "input_tokens",
    "output_tokens",
    "elapsed_ms",
)


def sheet(results: Sequence[CaseResult]) -> str:
    """Make the CSV, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow([_plain(cell) for cell in _row(result)])
    return text.getvalue()


def _row(result: CaseResult) -> tuple[object, ...]:
    usage = result.extractor_usage + result.judge_usage
    return (
        result.id,
        result.passed,
        result.flawless,
        " ".join(result.tags),
        result.failure_class or "",
        "; ".join(f"{name}: {said}" for name, found in result.faults.items() for said in found),
        "; ".join(name for name, what in result.found.items() if what == "left_out"),
        result.judged.verdict.value if result.judged else "",
        result.judged.reason if result.judged else "",
        result.question or "",
        usage.requests,
        usage.input_tokens,
        usage.output_tokens,
        result.elapsed_ms,
    )


def _plain(cell: object) -> object:
    """Keep a spreadsheet from reading words as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
