"""Show an answer to a person on a terminal: colour only where it is one."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sayso.answer import Answer
from sayso.contract.model import unit_words
from sayso.extraction.schema import Evidence


def show(answer: Answer) -> None:
    """Print the answer, the values it rests on with the words that state them, and what was left unused."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(headline(answer), style="bold green" if answer.prediction else "bold yellow")
    if answer.extrapolated:
        console.print(f"Outside the training data: {escape(', '.join(answer.extrapolated))}", style="yellow")
    if any(answer.features.values()):
        console.print(_table(answer))
    if answer.unused:
        console.print("Not used: " + escape(", ".join(f"“{quote.text}”" for quote in answer.unused)), style="dim")
    if answer.failure:
        for violation in answer.failure.violations:
            console.print(f"  {escape(str(violation))}")
        if answer.clarifying_question:
            console.print(escape(answer.clarifying_question))
    console.print(f"interaction {answer.interaction_id}", style="dim")


def headline(answer: Answer) -> str:
    """Say the outcome in one line of markup."""
    target = answer.contract.target
    prediction = answer.prediction
    if prediction is None:
        assert answer.failure is not None
        row = answer.failure.failure_class
        return f"{row.code.name} / {row.label}: {escape(row.value.sentence)}"
    line = f"{escape(target.name)}: {quantity(prediction.value, target.unit)}"
    if prediction.interval:
        interval = prediction.interval
        line += f" ({interval.level:.0%} interval {interval.low:.2f} to {quantity(interval.high, target.unit)})"
    return line


def quantity(value: float | str, unit: str | None) -> str:
    """Write a value with its unit as people do: ``4.05 %``."""
    shown = f"{value:.2f}" if isinstance(value, float) else str(value)
    return f"{shown} {unit_words(unit)}".strip()


def _table(answer: Answer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("feature", "value", "you said"):
        table.add_column(heading)
    for name, evidence in answer.features.items():
        table.add_row(escape(name), *_cells(evidence))
    return table


def _cells(evidence: Evidence | None) -> tuple[str, str]:
    if evidence is None:
        return "-", ""
    value = f"{evidence.value:g}" if isinstance(evidence.value, int | float) else evidence.value
    return escape(f"{value} {unit_words(evidence.unit)}".strip()), f"“{escape(evidence.quote)}”"
