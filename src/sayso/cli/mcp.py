"""Serve agents over the Model Context Protocol."""

from functools import partial

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, settings


def mcp(config: Config = DEFAULT_CONFIG) -> None:
    """Serve one tool for the contract on standard input and output; needs the extra `mcp`."""
    try:
        from sayso.mcp import make
    except ModuleNotFoundError as error:
        typer.echo(f"sayso mcp: {error.name} is missing; install sayso[mcp]", err=True)
        raise typer.Exit(5) from error
    from sayso.wiring import application, check

    chosen = settings(config)
    check(chosen)  # what can't work says so here, in one line
    make(chosen, partial(application, chosen)).run("stdio")
