"""Start the parts of a demo as processes, wait until they answer, and leave none behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from sayso.failures import SaysoError

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a child gets when its parent dies, so that even ``kill -9`` of a demo leaves nothing."""

LAST_LINES = 5
"""How much of what a part said is shown when it ended."""


class StartError(SaysoError):
    """A part did not start, or ended by itself; the message says which and what it said last."""


@dataclass(frozen=True, slots=True)
class Part:
    """Describe one process and where it answers."""

    name: str
    arguments: Sequence[str]
    """Arguments of ``python``."""
    url: str
    health_path: str
    """What answers 200 when it is ready."""


@dataclass(frozen=True, slots=True)
class _Started:
    part: Part
    process: "subprocess.Popen[bytes]"
    output: Path

    def last_lines(self) -> str:
        """Give what it said last, in one line."""
        lines = self.output.read_text(encoding="utf-8", errors="replace").splitlines()
        return " | ".join(line.strip() for line in lines[-LAST_LINES:] if line.strip()) or "it said nothing"


class Processes:
    """Hold started processes; leaving the block ends them all."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        """Take the environment that every process gets, and the folder for what each says (``PART.log``)."""
        self._environment = dict(environment)
        self._folder = folder
        self._started: list[_Started] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, part: Part, **environment: str) -> None:
        """Start one part; what it says goes to its file, which begins anew."""
        output = self._folder / f"{part.name}.log"
        with output.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, *part.arguments],
                env={**self._environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,  # Ctrl-C reaches us alone; we end the parts in order
                preexec_fn=_dying_with_parent(),  # noqa: PLW1509 - started before any thread
            )
        self._started.append(_Started(part, process, output))

    def wait_ready(self, part: Part, timeout_s: float) -> None:
        """Wait until the part answers; raises StartError when any part ended, or this one took too long."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            self.check()
            if _answers(part.url + part.health_path):
                return
            time.sleep(0.03)
        raise StartError(f"the {part.name} did not answer {part.url}{part.health_path} within {timeout_s:g} s")

    def check(self) -> None:
        """Raise StartError, with what it said last, where a part has ended by itself."""
        for started in self._started:
            status = started.process.poll()
            if status is not None:
                said = f"{started.last_lines()} (all of it: {started.output})"
                raise StartError(f"the {started.part.name} ended with status {status}: {said}")

    def stop(self) -> None:
        """End every process: politely, then surely."""
        for started in reversed(self._started):
            if started.process.poll() is None:
                _signal_group(started.process, signal.SIGTERM)
        for started in reversed(self._started):
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.process.wait(timeout=5)
            _signal_group(started.process, signal.SIGKILL)
            started.process.wait()
        self._started.clear()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _dying_with_parent() -> "partial[None] | None":
    """Give what a child does first; nothing where the system has no prctl."""
    return partial(_die_with, os.getpid()) if sys.platform == "linux" else None


def _die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before prctl took hold
        os._exit(1)
