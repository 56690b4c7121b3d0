"""Look into the ledger: show, export, purge, prove, recover."""

import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli import reconcile
from sayso.cli.durations import duration, moment
from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sayso.ledger.audit import Audit
    from sayso.ledger.chain import Head
    from sayso.ledger.reader import Reader
    from sayso.ledger.stored import StoredInteraction

FINDINGS, USAGE = 1, 2

_FOLLOW_EVERY_S = 0.5


def commands() -> typer.Typer:
    """Make the commands under ``sayso ledger``."""
    app = typer.Typer(no_args_is_help=True, help="Look into the record of every interaction.")
    app.command("tail")(tail)
    app.command("show")(show)
    app.command("export")(export)
    app.command("purge")(purge)
    app.command("verify")(verify)
    app.command("recover")(recover)
    app.command("reconcile")(reconcile.reconcile)
    return app


def tail(
    config: Config = DEFAULT_CONFIG,
    count: Annotated[int, typer.Option("-n", min=1, help="How many.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what ends from now on.")] = False,
    json_: Json = False,
) -> None:
    """Show the interactions that began last, oldest first."""
    reader = _reader(config)
    last = reader.last() if follow else 0
    latest = reader.latest(count)
    for stored in latest:
        print(json.dumps(stored.as_record()) if json_ else _line(stored), flush=True)
    if not latest:
        typer.echo("sayso ledger: no interactions yet", err=True)
    while follow:
        time.sleep(_FOLLOW_EVERY_S)
        ended, last = reader.after(last)
        for stored in ended:
            print(json.dumps(stored.as_record()) if json_ else _line(stored), flush=True)


def show(
    interaction_id: Annotated[str, typer.Argument(metavar="ID", help="The interaction's id.")],
    config: Config = DEFAULT_CONFIG,
    json_: Json = False,
) -> None:
    """Show everything that the ledger holds of one interaction."""
    stored = _reader(config).interaction(interaction_id)
    if stored is None:
        typer.echo(f"sayso ledger: there is no interaction {interaction_id}", err=True)
        raise typer.Exit(FINDINGS)
    if json_:
        print(json.dumps(stored.as_record()))
        return
    print(_line(stored))
    for entry in stored.entries:
        print(f"{entry.at} {entry.kind.value:9} {entry.public}")
        if entry.private is not None:
            print(f"{'':27} {'words':9} {entry.private}")
    print(f"{'':27} {'words':9} {stored.words.value}")


def export(
    config: Config = DEFAULT_CONFIG,
    since: Annotated[datetime | None, typer.Option(parser=moment, help="From this time on.")] = None,
    until: Annotated[datetime | None, typer.Option(parser=moment, help="Before this time.")] = None,
    words: Annotated[bool, typer.Option(help="With what people said.")] = True,
) -> None:
    """Write entries as JSON lines, in the order in which they were written."""
    for row in _reader(config).export(since, until):
        kept = row if words else {key: value for key, value in row.items() if key not in ("private", "salt")}
        sys.stdout.write(json.dumps(kept) + "\n")


def purge(
    config: Config = DEFAULT_CONFIG,
    older_than: Annotated[
        timedelta | None, typer.Option(parser=duration, help="What is older than this, such as 90d.")
    ] = None,
    conversation: Annotated[str | None, typer.Option(metavar="ID", help="One conversation.")] = None,
) -> None:
    """Empty the words of old rows, or of one conversation; rows, outcomes and chains stay."""
    from sayso.wiring import new_id, now, open_ledger

    if (older_than is None) == (conversation is None):
        typer.echo("sayso ledger purge: give --older-than or --conversation, and not both", err=True)
        raise typer.Exit(USAGE)
    if conversation is not None and not _reader(config).has_conversation(conversation):
        typer.echo(f"sayso ledger purge: there is no conversation {conversation}", err=True)
        raise typer.Exit(FINDINGS)
    ledger = open_ledger(settings(config), new_id())
    try:
        if conversation is not None:
            rows = ledger.purge_conversation(conversation)
        else:
            assert older_than is not None
            rows = ledger.purge_older_than(now() - older_than)
    finally:
        ledger.close()
    print(f"{rows} rows emptied of words")


def verify(
    config: Config = DEFAULT_CONFIG,
    against: Annotated[
        Path | None, typer.Option(help="The --json output of an earlier verify, kept elsewhere.", dir_okay=False)
    ] = None,
    json_: Json = False,
) -> None:
    """Recompute every chain, and name each row that was changed, removed or moved. Exit status 1 if there is one."""
    found = _reader(config).audit(_heads(against) if against else None)
    if json_:
        print(json.dumps(_audit_json(found)))
    else:
        for finding in found.findings:
            print(finding)
        print(f"{found.entries} entries in {len(found.heads)} chains, {len(found.findings)} findings")
    raise typer.Exit(FINDINGS if found.findings else 0)


def recover(config: Config = DEFAULT_CONFIG) -> None:
    """End what dead processes left open; every start of sayso does the same."""
    from sayso.wiring import new_id, open_ledger

    ended: list[str] = []
    open_ledger(settings(config), new_id(), lambda _, facts: ended.append(json.dumps(dict(facts)))).close()
    for line in ended:
        print(line)
    print(f"{len(ended)} dead processes closed")


def _audit_json(found: "Audit") -> "Mapping[str, object]":
    heads = {writer: {"length": head.length, "hash": head.hash} for writer, head in found.heads.items()}
    return {"entries": found.entries, "heads": heads, "findings": list(found.findings)}


def _heads(path: Path) -> "Mapping[str, Head]":
    from sayso.ledger.audit import heads_of

    try:
        return heads_of(json.loads(path.read_text(encoding="utf-8"))["heads"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        typer.echo(f"sayso ledger verify: {path} is not the --json output of a verify: {error}", err=True)
        raise typer.Exit(USAGE) from error


def _line(stored: "StoredInteraction") -> str:
    failure_class = f" / {stored.failure_class.label}" if stored.failure_class else ""
    return f"{stored.started.at} {stored.interaction_id} {stored.outcome or 'under way'}{failure_class}"


def _reader(config: Path) -> "Reader":
    from sayso.ledger.reader import Reader
    from sayso.wiring import ledger_url

    return Reader.at(ledger_url(settings(config)))
