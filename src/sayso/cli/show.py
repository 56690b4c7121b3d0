"""Show an answer to a person on a terminal: colour only where it is one."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sayso.answer import Answer
from sayso.extraction.schema import Evidence
from sayso.failures import Failure
from sayso.figures import fault, interval, predicted, stated


def show(answer: Answer) -> None:
    """Print the answer, the values it rests on with the words that state them, and what was left unused."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(headline(answer), style="bold green" if answer.prediction else "bold yellow")
    if answer.extrapolated:
        outside = ", ".join(answer.extrapolated)
        console.print(f"Outside the data that the model learned from: {escape(outside)}", style="yellow")
    if answer.failure:
        _explain(console, answer, answer.failure)
    if any(answer.features.values()):
        console.print(_table(answer))
    if answer.unused:
        console.print("Not used: " + escape(", ".join(f"“{quote.text}”" for quote in answer.unused)), style="dim")
    if answer.clarifying_question:
        console.print(escape(answer.clarifying_question))
    console.print(f"interaction {answer.interaction_id}", style="dim")


def headline(answer: Answer) -> str:
    """Say the outcome in one line of markup."""
    if answer.prediction is None:
        assert answer.failure is not None
        row = answer.failure.failure_class
        return f"{row.code.name} / {row.label}: {escape(row.value.sentence)}"
    ends = interval(answer)
    return escape(f"{answer.contract.target.name}: {predicted(answer)}" + (f" ({ends})" if ends else ""))


def _explain(console: Console, answer: Answer, failure: Failure) -> None:
    """Say what is wrong and where, unless a question says it."""
    for violation in failure.violations:
        console.print(f"  {escape(fault(violation, answer.contract))}")
    if not failure.violations and not answer.clarifying_question and failure.detail:
        console.print(f"  {escape(failure.detail)}")


def _table(answer: Answer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("feature", "value", "you said"):
        table.add_column(heading)
    for name, evidence in answer.features.items():
        table.add_row(escape(name), *_cells(answer, name, evidence))
    return table


def _cells(answer: Answer, name: str, evidence: Evidence | None) -> tuple[str, str]:
    if evidence is None:
        opened = answer.open.get(name)
        return "-", f"unclear: {escape(opened.reason)}" if opened else "not stated"
    return escape(stated(evidence)), f"“{escape(evidence.quote)}”"
