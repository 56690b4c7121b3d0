"""Look into the ledger."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from sayso.ledger.reader import Reader
    from sayso.ledger.stored import StoredInteraction

NOT_FOUND = 1


def commands() -> typer.Typer:
    """Make the commands under ``sayso ledger``."""
    app = typer.Typer(no_args_is_help=True, help="Look into the record of every interaction.")
    app.command("tail")(tail)
    app.command("show")(show)
    return app


def tail(
    config: Config = DEFAULT_CONFIG,
    count: Annotated[int, typer.Option("-n", min=1, help="How many.")] = 20,
    json_: Json = False,
) -> None:
    """Show the interactions that began last, oldest first."""
    for stored in _reader(config).latest(count):
        print(json.dumps(stored.as_json()) if json_ else _line(stored))


def show(
    interaction_id: Annotated[str, typer.Argument(metavar="ID", help="The interaction's id.")],
    config: Config = DEFAULT_CONFIG,
    json_: Json = False,
) -> None:
    """Show everything that the ledger holds of one interaction."""
    stored = _reader(config).interaction(interaction_id)
    if stored is None:
        typer.echo(f"sayso ledger: there is no interaction {interaction_id}", err=True)
        raise typer.Exit(NOT_FOUND)
    if json_:
        print(json.dumps(stored.as_json()))
        return
    print(_line(stored))
    for entry in stored.entries:
        print(f"{entry.at} {entry.kind.value:9} {entry.public}")
        if entry.private is not None:
            print(f"{'':27} {'words':9} {entry.private}")


def _line(stored: "StoredInteraction") -> str:
    failure_class = f" / {stored.failure_class.label}" if stored.failure_class else ""
    return f"{stored.started.at} {stored.interaction_id} {stored.outcome or 'under way'}{failure_class}"


def _reader(config: Path) -> "Reader":
    from sayso.ledger.reader import Reader
    from sayso.wiring import ledger_url

    return Reader.at(ledger_url(settings(config)))
