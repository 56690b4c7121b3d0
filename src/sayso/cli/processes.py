"""Start the parts of a demo as processes, wait until they answer, and leave none behind."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sayso.failures import SaysoError

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a child gets when its parent dies, so that even ``kill -9`` of a demo leaves nothing."""


class StartError(SaysoError):
    """A part did not start, or not in time; the message says which and what it last said."""


@dataclass(frozen=True, slots=True)
class Part:
    """Describe one process and the address that answers 200 when it is ready."""

    name: str
    arguments: Sequence[str]
    """Arguments of ``python``."""
    health_url: str


class Processes:
    """Hold started processes; leaving the block ends them all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the environment that every process gets."""
        self._environment = dict(environment)
        self._started: list[tuple[Part, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, part: Part, **environment: str) -> None:
        """Start one part; its output goes where ours goes, on stderr."""
        process = subprocess.Popen(
            [sys.executable, *part.arguments],
            env={**self._environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,  # Ctrl-C reaches us alone; we end the parts in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - started before any thread
        )
        self._started.append((part, process))

    def wait_ready(self, part: Part, timeout_s: float) -> None:
        """Wait until the part answers; raises StartError when it ended or took too long."""
        process = next(process for started, process in self._started if started is part)
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if process.poll() is not None:
                raise StartError(f"{part.name} ended at once with status {process.returncode}; its last lines say why")
            if _answers(part.health_url):
                return
            time.sleep(0.03)
        raise StartError(f"{part.name} did not answer {part.health_url} within {timeout_s:g} s")

    def ended(self) -> str | None:
        """Name a part that ended by itself; None while all run."""
        return next((part.name for part, process in self._started if process.poll() is not None), None)

    def stop(self) -> None:
        """End every process: politely, then surely."""
        for _, process in reversed(self._started):
            if process.poll() is None:
                _signal_group(process, signal.SIGTERM)
        for _, process in reversed(self._started):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
            _signal_group(process, signal.SIGKILL)
            process.wait()
        self._started.clear()


def free_port(host: str, wanted: int) -> int:
    """Give the wanted port if nobody listens there, else a free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StartError(f"no free port on {host}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
