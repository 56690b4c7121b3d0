"""Register every command. Heavy imports happen inside commands, so that ``--help`` stays quick.

Exit statuses: ``ask`` gives 0 predicted, 3 needs input, 4 refused, 5 failed; the others 0 clean, 1 findings, 2 usage,
5 could not run.
"""

import sys
import traceback

import typer

from sayso import __version__
from sayso.cli import (
    adopt,
    ask,
    contract,
    demo,
    dialogues,
    doctor,
    endpoint,
    eval,
    gate,
    keys,
    ledger,
    mcp,
    monitor,
    package,
    predictor,
    probe,
    score,
    serve,
    ui,
)
from sayso.failures import SaysoError

COULD_NOT_RUN = 5


def _version(show: bool) -> None:
    if show:
        typer.echo(f"sayso {__version__}")
        raise typer.Exit


def application() -> typer.Typer:
    """Make the command line."""
    app = typer.Typer(
        name="sayso",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        help="A plain-language front door for a tabular model: a prediction, or a named reason why there is none.",
    )

    @app.callback()
    def main(
        version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
    ) -> None:
        pass

    app.command("demo")(demo.demo)
    app.command("ask")(ask.ask)
    app.command("extract")(dialogues.extract)
    app.command("verify")(dialogues.verify)
    app.command("doctor")(doctor.doctor)
    app.command("predictor")(predictor.predictor)
    app.command("endpoint")(endpoint.endpoint)
    app.command("probe")(probe.probe)
    app.command("score")(score.score)
    app.command("serve")(serve.serve)
    app.command("ui")(ui.ui)
    app.command("mcp")(mcp.mcp)
    app.command("pack")(package.pack)
    app.command("audit")(package.audit)
    app.command("adopt")(adopt.adopt)
    app.command("eval")(eval.evaluate)
    app.command("gate")(gate.gate)
    app.add_typer(contract.commands(), name="contract")
    app.add_typer(ledger.commands(), name="ledger")
    app.add_typer(keys.commands(), name="keys")
    app.add_typer(monitor.commands(), name="monitor")
    return app


def run() -> None:
    """Run the command line; an error of ours is one line and exit status 5."""
    try:
        application()()
    except SaysoError as error:
        print(f"sayso: {error}", file=sys.stderr)
        sys.exit(COULD_NOT_RUN)
    except BrokenPipeError:
        sys.exit(COULD_NOT_RUN)
    except Exception as error:  # noqa: BLE001 - the outermost edge: a fault of ours is one line too
        print(f"sayso: a fault of ours, please report it: {_fault(error)}", file=sys.stderr)
        sys.exit(COULD_NOT_RUN)


def _fault(error: BaseException) -> str:
    """Name the error, the innermost line of ours that it passed through, and its words."""
    ours = [f"{frame.f_globals['__name__']}:{line}" for frame, line in traceback.walk_tb(error.__traceback__)
            if str(frame.f_globals.get("__name__", "")).startswith("sayso.")]  # fmt: skip
    return f"{type(error).__name__} at {ours[-1]}: {' '.join(str(error).split())}"
