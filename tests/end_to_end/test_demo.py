"""One command starts everything, says where it is, answers, and leaves nothing behind however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from tests.end_to_end.conftest import QUESTION, ROOT, environment, free_port, sayso

WITHIN_S = 90


class Demo:
    """Hold a running demo, and tell its processes from all others by a variable that they inherit."""

    def __init__(self, folder: Path, *options: str, by: Sequence[str] = ()) -> None:
        """Start it on free ports; `by` is a command that runs the one after it."""
        self.mark = f"DEMO_TEST={uuid4()}"
        ports = {"SAYSO_PREDICTOR_PORT": str(free_port()), "SAYSO_UI_PORT": str(free_port())}
        self.process = subprocess.Popen(
            [*by, sys.executable, "-m", "sayso", "demo", *options],
            env={**environment(folder, **ports), "DEMO_TEST": self.mark.partition("=")[2]},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def announced(self) -> dict[str, str]:
        """Read what it says until it is ready; give the address of each part."""
        assert self.process.stdout is not None
        addresses: dict[str, str] = {}
        for line in self.process.stdout:
            name, _, address = line.strip().partition(": ")
            addresses |= {name: address} if address.startswith("http") else {}
            if line.startswith("Ctrl-C"):
                break
        return addresses

    def processes(self) -> list[int]:
        """Find every process that it started, itself included."""
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if self._is_ours(path)]

    def _is_ours(self, environ: Path) -> bool:
        try:
            return self.mark.encode() in environ.read_bytes().split(b"\0")
        except OSError:  # it ended meanwhile
            return False

    def end(self, number: signal.Signals) -> list[int]:
        """Send one signal to the demo alone; give what is left a while after it is gone."""
        self.process.send_signal(number)
        self.process.communicate(timeout=WITHIN_S)
        end = time.monotonic() + WITHIN_S
        while self.processes() and time.monotonic() < end:
            time.sleep(0.05)
        return self.processes()


@contextmanager
def demo(folder: Path, *options: str, by: Sequence[str] = ()) -> Iterator[Demo]:
    """Start a demo, and leave nothing of it behind also where the test fails."""
    started = Demo(folder, *options, by=by)
    try:
        yield started
    finally:
        for pid in started.processes():
            os.kill(pid, signal.SIGKILL)
        started.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_a_demo_ends_it_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    """Predictor, its worker and the page end with it, also where it had no time to end them."""
    with demo(tmp_path) as running:
        assert set(running.announced()) == {"predictor", "page"}

        assert running.end(number) == []


def test_a_demo_that_is_interrupted_while_it_starts_leaves_no_process(tmp_path: Path) -> None:
    """Nothing is ready yet, and all of it ends."""
    with demo(tmp_path) as running:
        while len(running.processes()) < 3:
            time.sleep(0.01)

        assert running.end(signal.SIGINT) == []


def test_a_script_can_interrupt_the_demo_that_it_started(tmp_path: Path) -> None:
    """A shell starts its background jobs with SIGINT ignored; the demo listens all the same."""
    with demo(tmp_path, "--no-ui", by=("sh", "-c", 'trap "" INT; exec "$@"', "sh")) as running:
        running.announced()

        assert running.end(signal.SIGINT) == []


def test_a_demo_without_a_page_serves_the_predictor(tmp_path: Path) -> None:
    """It is ready when it says so, and there is no page."""
    with demo(tmp_path, "--no-ui") as running:
        addresses = running.announced()

        assert set(addresses) == {"predictor"}
        with urllib.request.urlopen(f"{addresses['predictor']}/readyz") as response:
            assert response.status == 200


def test_a_port_that_is_taken_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    """The address that is printed is the one that answers."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environ = environment(tmp_path, SAYSO_PREDICTOR_PORT=str(port))

        done = sayso("demo", "--once", QUESTION, "--json", env=environ)

    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (0, "predicted")


@pytest.mark.parametrize(
    ("text", "status"),
    [(QUESTION, 0), ("inflation 3.1 and unemployment 4.7, what rate?", 3), ("unemployment 900", 4)],
    ids=["predicted", "asked back", "refused"],
)
def test_one_question_through_the_running_parts_has_the_exit_status_of_ask(
    tmp_path: Path, text: str, status: int
) -> None:
    """The answer is that of `sayso ask`; the parts end after it."""
    environ = environment(tmp_path, SAYSO_PREDICTOR_PORT=str(free_port()))

    assert sayso("demo", "--once", text, env=environ).returncode == status


def test_a_folder_without_a_model_is_one_line(tmp_path: Path) -> None:
    """It says which folder, and what makes a package."""
    done = sayso("demo", "--no-ui", env=environment(tmp_path, SAYSO_BACKEND_PACKAGE=str(tmp_path)))

    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert f"{tmp_path} holds no model package" in done.stderr
