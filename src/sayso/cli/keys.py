"""Make, list and revoke the keys of the HTTP API."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings


def commands() -> typer.Typer:
    """Make the group."""
    group = typer.Typer(no_args_is_help=True, help="Make, list and revoke the keys of the HTTP API.")
    group.command("new")(new)
    group.command("list")(list_)
    group.command("revoke")(revoke)
    return group


def new(
    name: Annotated[str, typer.Argument(help="Who gets it.")],
    per_minute: Annotated[int, typer.Option("--per-minute", min=1, help="How often it may ask.")] = 600,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Make a key and print it: it is shown once, and kept as a hash."""
    from sayso.api import keys
    from sayso.wiring import now

    print(keys.new(_file(config), name, per_minute, now()))


def list_(config: Config = DEFAULT_CONFIG, json_: Json = False) -> None:
    """List the keys: who has them, since when, and whether they were revoked."""
    from sayso.api import keys

    rows = keys.read(_file(config))
    if json_:
        shown = [{name: getattr(row, name) for name in _SHOWN} for row in rows]
        print(json.dumps(shown, ensure_ascii=False))
        return
    for row in rows:
        state = f"revoked {row.revoked_at}" if row.revoked_at else f"{row.requests_per_minute} a minute"
        print(f"{row.id}  {row.made_at}  {state}  {row.name}")


_SHOWN = ("id", "name", "made_at", "requests_per_minute", "revoked_at")


def revoke(
    key_id: Annotated[str, typer.Argument(help="Its id, as `sayso keys list` shows it.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Let a key open nothing any more, at once. Exit status 1 where there is none such."""
    from sayso.api import keys
    from sayso.wiring import now

    if not keys.revoke(_file(config), key_id, now()):
        typer.echo(f"sayso keys revoke: there is no living key {key_id}; see sayso keys list", err=True)
        raise typer.Exit(1)


def _file(config: Path) -> Path:
    from sayso.failures import SettingsError

    chosen = settings(config)
    if chosen.serve.keys is None:
        raise SettingsError("[serve] keys is not set; name a file there, such as var/api-keys.json")
    return chosen.path(chosen.serve.keys)
