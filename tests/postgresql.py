"""Run a PostgreSQL server of the test's own: a temporary folder, a private port, an unprivileged user."""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
    "restart_after_crash": "on",
}
"""Durability stays as PostgreSQL ships it: fsync, full_page_writes and synchronous_commit are on."""


class Server:
    """Start, stop and kill one server, and make databases on it."""

    def __init__(self, folder: Path) -> None:
        """Make the data folder; nothing runs yet."""
        self.port = _free_port()
        self._folder = folder
        self._data = folder / "data"
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        # A process started with --pdeathsig ends with the thread that started it: this one lives as long as we do.
        self._parent = ThreadPoolExecutor(1)
        folder.chmod(0o700)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        options = ["-U", "sayso", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", "-D", str(self._data), *options)

    def start(self) -> None:
        """Start the server as a child of ours, and wait until it takes connections."""
        settings = {**_SETTINGS, "port": str(self.port), "unix_socket_directories": str(self._folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*_unprivileged(self._folder), str(binaries() / "postgres"), "-D", str(self._data), *options]
        self._process = self._parent.submit(self._spawn, command).result()
        self._wait_ready(30)

    def stop(self) -> None:
        """Stop the server at once, as for a restart: sessions are ended."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill the postmaster with signal 9, and wait until its children noticed."""
        self._end(signal.SIGKILL)
        end_s = time.monotonic() + 20
        while _lives_in(self._data) and time.monotonic() < end_s:
            time.sleep(0.02)

    def close(self) -> None:
        """End the server if it runs."""
        if self._process is not None:
            self._end(signal.SIGQUIT)
        self._parent.shutdown()

    def schema(self) -> str:
        """Make a schema of its own, which costs nothing beside a database, and give its address."""
        name = f"ledger_{next(self._numbers)}"
        self.execute(f"CREATE SCHEMA {name}")
        return f"{self.url('postgres')}?options=-csearch_path%3D{name}"

    def url(self, database: str) -> str:
        """Give the address of a database."""
        return f"postgresql://sayso@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the administrator, also where everyone else may only read."""
        options = "-c default_transaction_read_only=off"
        with psycopg.connect(self.url(database), autocommit=True, options=options) as connection:
            connection.execute(statement.encode())

    def _wait_ready(self, timeout_s: float) -> None:
        end_s = time.monotonic() + timeout_s
        while time.monotonic() < end_s:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=1).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError((self._folder / "log").read_text())

    def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(30)
        self._process = None

    def _spawn(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*_unprivileged(self._folder), str(binaries() / program), *arguments]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


MEMORY = Path("/dev/shm")
"""Where a server's files may lie when no test asks whether they survive the power."""


@contextmanager
def running(parent: Path | None = None) -> Iterator[Server]:
    """Run a server with its files in a folder of its own, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="sayso-postgresql-", dir=parent))
    try:
        server = Server(folder)
        try:
            server.start()
            yield server
        finally:
            server.close()
    finally:
        shutil.rmtree(folder)


def binaries() -> Path:
    """Give the folder of the newest PostgreSQL; raises FileNotFoundError where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    return Path(on_path).parent


def _unprivileged(folder: Path) -> Sequence[str]:
    """Give what to put before a command: initdb refuses root, and no server may outlive the tests."""
    user = ("--reuid=nobody", "--regid=nogroup", "--clear-groups") if os.geteuid() == 0 else ()
    return ("setpriv", "--pdeathsig", "SIGINT", *user, "env", f"HOME={folder}")


def _lives_in(folder: Path) -> bool:
    """Say whether a process of a killed server still lives: a new server would refuse to start beside it."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == folder:
                return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
