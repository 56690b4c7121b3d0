"""Show a contract to a person on a terminal: colour only where it is one."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sayso.contract.model import Contract, Feature, FeatureType, Seal, Target, unit_words

_SEALS = {
    Seal.FROZEN: "[green]frozen[/green]",
    Seal.UNFROZEN: "[yellow]not frozen: sayso contract freeze[/yellow]",
    Seal.BROKEN: "[red]changed since it was frozen: sayso contract check says where[/red]",
}


def print_contract(contract: Contract) -> None:
    """Print what a contract is called, what it needs, what must hold, and what it predicts."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{contract.name} {contract.version}[/bold], {_SEALS[contract.seal]}")
    console.print(f"digest            {contract.digest}\ninterface_digest  {contract.interface_digest}")
    console.print(f"predicts          {escape(_target(contract.target))}\n")
    console.print(_features(contract))
    for rule in contract.rules:
        console.print(f"rule: {escape(str(rule))}")


def _features(contract: Contract) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("", "feature", "type", "unit", "allowed", "also called"):
        table.add_column(heading, overflow="fold")
    for number, feature in enumerate(contract.features, start=1):
        table.add_row(str(number), *map(escape, _cells(feature)))
    return table


def _cells(feature: Feature) -> tuple[str, str, str, str, str]:
    type_ = f"{feature.type} ({feature.date_part})" if feature.date_part else feature.type.value
    return feature.name, type_, feature.unit or "", _allowed(feature), ", ".join(feature.aliases)


def _allowed(feature: Feature) -> str:
    if feature.type is FeatureType.CATEGORY:
        return "; ".join(" / ".join((category.value, *category.words)) for category in feature.categories)
    return str(feature.range or "any")


def _target(target: Target) -> str:
    allowed = ", ".join(target.values) if target.values else str(target.range or "")
    return " ".join(part for part in (target.name, f"({allowed})" if allowed else "", unit_words(target.unit)) if part)
