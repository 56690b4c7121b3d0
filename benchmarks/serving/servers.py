"""Run one server at a time on one processor, and say how much of it was used."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE.parent.parent / ".venv-peers"
START_WITHIN_S = 60.0
DIES_WITH_US = ("setpriv", "--pdeathsig", "TERM")
"""What goes before a command so that it ends with whoever started it, however that ends (prctl(2))."""


@dataclass(frozen=True, slots=True)
class Running:
    """Hold a server that runs in a session of its own."""

    url: str
    pid: int

    def cpu_s(self) -> float:
        """Give the processor time so far of every process of its session, in seconds."""
        ticks = sum(_ticks(int(entry.name), self.pid) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return ticks / os.sysconf("SC_CLK_TCK")


def commands(package: Path) -> Mapping[str, Sequence[str]]:
    """Give the command line of each server but for its port, which comes last."""
    python = sys.executable
    return {
        "sayso": [python, "-m", "sayso", "predictor", "--model", str(package), "--port"],
        "strict FastAPI": [
            str(PEERS / "fastapi" / "bin" / "python"), str(HERE / "fastapi_server.py"), str(package / "model.onnx"),
        ],
        "hello-world": [python, str(HERE / "hello.py")],
    }  # fmt: skip


@contextmanager
def running(command: Sequence[str], cpu: int, body: bytes) -> Iterator[Running]:
    """Run one server until the block ends; it has answered the body once before."""
    port = _free_port()
    process = subprocess.Popen(
        [*DIES_WITH_US, *pinned(cpu), *command, str(port)], start_new_session=True, stderr=subprocess.DEVNULL, cwd=HERE
    )
    prefer(process.pid)
    found = Running(f"http://127.0.0.1:{port}/v1/predict", process.pid)
    try:
        _wait(found.url, body)
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def pinned(cpu: int) -> list[str]:
    """Give what goes before a command to run it on one processor, before all else where this user may."""
    return ["taskset", "-c", str(cpu), *(["nice", "-n", "-20"] if os.geteuid() == 0 else [])]


def prefer(session: int) -> None:
    """Let a session go before others too where Linux schedules by session (sched(7), autogroup)."""
    group = Path(f"/proc/{session}/autogroup")
    if os.geteuid() == 0 and group.exists():
        group.write_text("-20")


def _wait(url: str, body: bytes) -> None:
    end = time.monotonic() + START_WITHIN_S
    request = urllib.request.Request(url, body, {"content-type": "application/json"})  # noqa: S310 - loopback
    while True:
        try:
            urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def _ticks(pid: int, session: int) -> int:
    """Give user and system ticks of one process where it is of the session (proc(5): fields 6, 14 and 15)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(fields[11]) + int(fields[12]) if int(fields[3]) == session else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
