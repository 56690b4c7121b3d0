"""Run ``sayso serve`` so that it can be killed at any moment, with all its processes."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.end_to_end.conftest import ROOT, free_port

_READY_WITHIN_S = 30.0


class Service:
    """Start and kill one service; each start takes a port of its own."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Take the environment; nothing runs yet."""
        self.port = 0
        self._env = dict(env)
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it, and don't wait."""
        self.port = free_port()
        command = [sys.executable, "-m", "sayso", "serve", "--port", str(self.port)]
        null = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, env=self._env, cwd=ROOT, stdout=null, stderr=null, start_new_session=True
        )

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.launch()
        assert self._process is not None
        end_s = time.monotonic() + _READY_WITHIN_S
        while not self._is_ready():
            assert self._process.poll() is None, "the service ended by itself"
            assert time.monotonic() < end_s, "the service did not get ready"
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill all its processes with signal 9, and wait until the kernel has ended them."""
        process, self._process = self._process, None
        if process is None:
            return
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        while any(_lives(pid) for pid in _members(process.pid)):
            time.sleep(0.005)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def _members(group: int) -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if _group(int(path.name)) == group]


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _lives(pid: int) -> bool:
    """Say whether a process holds anything; one that only waits to be reaped holds no lock and no file."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
