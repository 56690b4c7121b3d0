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

READY_WITHIN_S = 30.0


def demo(
    config: Config = DEFAULT_CONFIG,
    no_ui: Annotated[bool, typer.Option("--no-ui", help="Start no page.")] = False,
    once: Annotated[
        str | None, typer.Option("--once", help="Ask one question through the running parts, and end.")
    ] = None,
    json_: Json = False,
) -> None:
    """Start the predictor and the page on this machine, and print the address. Ctrl-C ends both."""
    from sayso.cli.processes import Processes, free_port

    chosen = settings(Path(config))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    _pack_if_missing(chosen)
    url = f"http://{chosen.predictor.host}:{free_port(chosen.predictor.host, chosen.predictor.port)}"
    through = {"SAYSO_BACKEND_KIND": "http", "SAYSO_BACKEND_URL": f"{url}/v1/predict"}
    with contextlib.suppress(KeyboardInterrupt), Processes(os.environ) as processes:
        parts = [_predictor(chosen, url)]
        if not no_ui and once is None:
            port = free_port(chosen.ui.host, chosen.ui.port)
            parts.append(page(Path(config), chosen.ui.host, port))
        _start(processes, parts, through)
        if once is not None:
            raise typer.Exit(_ask_once(settings(Path(config), **through), once, json_=json_))
        _announce(parts)
        _watch(processes)


def page(config: Path, host: str, port: int) -> "Part":
    """Describe the page's process: Streamlit, talking to nobody outside."""
    from sayso.cli.processes import Part

    script = Path(__file__).parent.parent / "ui" / "page.py"
    options = {
        "server.address": host,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "browser.serverAddress": host,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.level": "warning",
    }
    flags = [f"--{key}={value}" for key, value in options.items()]
    arguments = ["-m", "streamlit", "run", str(script), *flags, "--", "--config", str(config)]
    return Part("page", arguments, f"http://{host}:{port}/_stcore/health")


def _predictor(chosen: "Settings", url: str) -> "Part":
    from sayso.cli.processes import Part

    host, port = url.removeprefix("http://").rsplit(":", 1)
    package = str(chosen.path(chosen.backend.package))
    arguments = ["-m", "sayso", "predictor", "--model", package, "--host", host, "--port", port]
    return Part("predictor", arguments, f"{url}/healthz")


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


def _announce(parts: "list[Part]") -> None:
    for part in parts:
        address = part.health_url.rsplit("/", 1)[0].removesuffix("/_stcore")
        print(f"{part.name}: {address}", flush=True)
    print("Ctrl-C ends both." if len(parts) > 1 else "Ctrl-C ends it.", flush=True)


def _watch(processes: "Processes") -> None:
    while (name := processes.ended()) is None:
        time.sleep(0.2)
    typer.echo(f"sayso demo: the {name} ended by itself", err=True)
    raise typer.Exit(5)


def _ask_once(chosen: "Settings", text: str, *, json_: bool) -> int:
    from sayso.cli.ask import answer_once

    return asyncio.run(answer_once(chosen, text, json_=json_))
