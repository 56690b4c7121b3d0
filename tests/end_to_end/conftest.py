"""Start the real parts on loopback, once for all end-to-end tests, and end them."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

STOPS_WITHIN_S = 60
"""A second or two on a quiet machine; how long it takes is for the benchmarks."""

ROOT = Path(__file__).parent.parent.parent
QUESTION = (
    "Inflation is 3.1%, unemployment 4.7%, real GDP grew 1.2% and the T-bill is at 4.2% - where is it next quarter?"
)


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Give an environment in which ledger and log lie in a folder of the test's own."""
    mine = {
        "SAYSO_LEDGER_URL": f"sqlite:///{folder / 'ledger.db'}",
        "SAYSO_TELEMETRY_LOG_PATH": str(folder / "log.jsonl"),
    }
    return {**{k: v for k, v in os.environ.items() if not k.startswith("SAYSO_")}, **mine, **changes}


def free_port() -> int:
    """Find a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sayso(
    *arguments: str, env: Mapping[str, str], stdin: str | None = None, cwd: Path = ROOT
) -> "subprocess.CompletedProcess[str]":
    """Run the command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "sayso", *arguments],
        env=dict(env),
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=60,
        check=False,
    )


@contextmanager
def running(*arguments: str, env: Mapping[str, str], health_url: str, timeout_s: float = 120) -> Iterator[float]:
    """Run the command line in the background; give the seconds until it was ready, and end it."""
    begin = time.monotonic()
    # A file takes any amount of log; a pipe that nobody empties would hold the server up after 64 KiB.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "sayso", *arguments],
            env=dict(env),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
        try:
            while not _answers(health_url):
                if process.poll() is not None or time.monotonic() - begin > timeout_s:
                    process.kill()
                    process.wait()
                    output.seek(0)
                    pytest.fail(f"{arguments} did not get ready: {output.read().decode()[-2000:]}")
                time.sleep(0.05)
            yield time.monotonic() - begin
        finally:
            process.terminate()
            try:
                process.wait(timeout=STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                pytest.fail(f"{arguments} did not stop within {STOPS_WITHIN_S} s")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the ledger and the log of the running parts."""
    return tmp_path_factory.mktemp("deployment")


@pytest.fixture(scope="session")
def api(folder: Path) -> Iterator[str]:
    """Serve the API with the model in process; give its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running("serve", "--port", str(port), env=environment(folder), health_url=f"{url}/readyz"):
        yield url
