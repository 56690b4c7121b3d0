"""Start everything on one machine: predictor and page, packing the model first if need be."""

import asyncio
import contextlib
import os
import runpy
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from sayso.cli.processes import Part, Processes
    from sayso.settings import Settings

READY_WITHIN_S = 60.0
"""A part takes about 2 s; a cold disk or a busy machine may take ten times as long."""

LOGS = Path("var/demo")


def demo(
    config: Config = DEFAULT_CONFIG,
    no_ui: Annotated[bool, typer.Option("--no-ui", help="Start no page.")] = False,
    once: Annotated[
        str | None, typer.Option("--once", help="Ask one question through the running parts, and end.")
    ] = None,
    json_: Json = False,
) -> None:
    """Start the predictor and the page on this machine, and print the address. Ctrl-C ends both.

    A port that is taken is replaced by a free one. With --once the exit status is that of `sayso ask`.
    """
    from sayso.cli.processes import Processes

    chosen = settings(Path(config))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's `sayso demo &` inherits it as ignored
    _end_on(signal.SIGTERM, signal.SIGHUP)
    _pack_if_missing(chosen)
    parts = _parts(chosen, Path(config), page=not no_ui and once is None)
    through = {"SAYSO_BACKEND_KIND": "http", "SAYSO_BACKEND_URL": f"{parts[0].url}/v1/predict"}
    with contextlib.suppress(KeyboardInterrupt), Processes(os.environ, _log_folder(chosen)) as processes:
        _start(processes, parts, through)
        if once is not None:
            raise typer.Exit(_ask_once(settings(Path(config), extractor=None, **through), once, json_=json_))
        _announce(parts, chosen)
        while True:
            processes.check()
            time.sleep(0.2)


def _end_on(*numbers: signal.Signals) -> None:
    """Leave by way of the blocks that end the parts."""
    for number in numbers:
        signal.signal(number, lambda number, _: sys.exit(128 + number))


def _log_folder(chosen: "Settings") -> Path:
    folder = chosen.path(LOGS)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _parts(chosen: "Settings", config: Path, *, page: bool) -> "list[Part]":
    from sayso.cli.addresses import loopback, url, vacant_or_free
    from sayso.cli.processes import Part

    host = loopback("demo", chosen.predictor.host)
    port = vacant_or_free(host, chosen.predictor.port)
    package = str(chosen.path(chosen.backend.package))
    arguments = ["predictor", "--model", package, "--host", host, "--port", str(port)]
    parts = [Part("predictor", ["-m", "sayso", *arguments], url(host, port), "/healthz")]
    if page:
        host = loopback("demo", chosen.ui.host)
        port = vacant_or_free(host, chosen.ui.port)
        arguments = ["ui", "--config", str(config), "--port", str(port)]
        parts.append(Part("page", ["-m", "sayso", *arguments], url(host, port), "/_stcore/health"))
    return parts


def _pack_if_missing(chosen: "Settings") -> None:
    """Build the model package from its own training script where it is not there."""
    folder = chosen.path(chosen.backend.package)
    if (folder / "manifest.json").exists() and (folder / "model.onnx").exists():
        return
    script = folder / "train.py"
    if not script.exists():
        typer.echo(f"sayso demo: {folder} holds no model package and no train.py; make one with sayso pack", err=True)
        raise typer.Exit(5)
    typer.echo(f"packing {folder} (once)", err=True)
    runpy.run_path(str(script), run_name="__main__")


def _start(processes: "Processes", parts: "list[Part]", through: dict[str, str]) -> None:
    with _progress([part.name for part in parts]) as done:
        for part in parts:
            processes.start(part, **(through if part.name == "page" else {}))
        for part in parts:
            processes.wait_ready(part, READY_WITHIN_S)
            done(part.name)


@contextlib.contextmanager
def _progress(names: list[str]) -> "Iterator[Callable[[str], None]]":
    """Show what is being waited for; plain lines where stderr is no terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    begin = time.monotonic()
    waiting = list(names)
    with console.status(f"starting {' and '.join(waiting)}") as status:

        def done(name: str) -> None:
            waiting.remove(name)
            console.print(f"{name} is ready after {time.monotonic() - begin:.1f} s")
            status.update(f"starting {' and '.join(waiting)}")

        yield done


def _announce(parts: "list[Part]", chosen: "Settings") -> None:
    for part in parts:
        print(f"{part.name}: {part.url}", flush=True)
    print(f"logs: {_log_folder(chosen)}", flush=True)
    print("Ctrl-C ends both." if len(parts) > 1 else "Ctrl-C ends it.", flush=True)


def _ask_once(chosen: "Settings", text: str, *, json_: bool) -> int:
    from sayso.cli.ask import answer_once

    return asyncio.run(answer_once(chosen, text, json_=json_))
