"""Keep the ledger in one SQLite file: WAL, synchronous=FULL, one flock(2) file for each living writer.

All processes must run on the machine that holds the file: WAL shares memory, and the kernel frees a dead process's
lock. The folder ``NAME-writers`` beside the file holds the locks.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import ArgumentError

from sayso.failures import LedgerError
from sayso.ledger.faults import NO_LEDGER

DURABLE = {"journal_mode": "wal", "synchronous": 2}
"""What each connection must answer to PRAGMA: 2 is FULL, an fsync of the WAL at every commit."""

_BUSY_MS = 2000
"""How long one statement waits for another process's lock; the writer tries again within its patience."""


class SqliteDatabase:
    """Open one SQLite file for reading and for durable writing."""

    def __init__(self, url: URL, patience_s: float) -> None:
        """Take ``sqlite:///PATH``; opens nothing yet. `patience_s` bounds the wait for another process at opening."""
        if not url.database or url.database == ":memory:" or url.query:
            raise ArgumentError(str(url))
        self._path = Path(url.database).absolute()
        self.name = f"sqlite:///{self._path}"
        self._patience_s = patience_s
        self._held: dict[str, int] = {}
        self._identity: tuple[int, int] | None = None
        self._write_engine = self._engine("BEGIN IMMEDIATE")
        self._read_engine = self._engine("BEGIN")

    def create(self) -> None:
        """Make the folder and the file, in WAL mode."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _guarding(self._path.with_name(f"{self._path.name}-opening")):
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=self._patience_s)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            finally:
                connection.close()

    def connect(self) -> Connection:
        """Connect the writer; never makes a file, so that a ledger that was taken away is noticed."""
        connection = self._write_engine.connect()
        self._identity = _identity(self._path)
        return connection

    @contextmanager
    def writing(self, connection: Connection) -> Iterator[None]:
        """Write under SQLite's one write lock; a file that was moved away meanwhile holds nothing for us."""
        with connection.begin():
            yield
        if _identity(self._path) != self._identity:
            raise FileNotFoundError(2, "the file was taken away or replaced while in use")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one snapshot; writers are not held up."""
        with self._read_engine.connect() as connection, connection.begin():
            yield connection

    def hold(self, connection: Connection, writer: str) -> None:
        """Lock the writer's file; the kernel frees it when this process ends, however it ends."""
        path = self._lock_path(writer)
        held = self._held.get(writer)
        if held is not None and _is_at(held, path):
            return
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if held is not None:
            os.close(held)
        self._held[writer] = descriptor

    def release(self, connection: Connection, writer: str) -> None:
        """Remove the writer's lock file."""
        with suppress(FileNotFoundError):
            self._lock_path(writer).unlink()
        os.close(self._held.pop(writer))

    def seize(self, connection: Connection, writer: str) -> bool:
        """Lock a dead writer's file; one that has none is dead too (the ledger was copied or moved)."""
        try:
            self.hold(connection, writer)
        except BlockingIOError:
            return False
        return True

    def lives(self, writer: str) -> bool:
        """Try the writer's lock file without keeping it."""
        try:
            descriptor = os.open(self._lock_path(writer), os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def lock_schema(self, connection: Connection) -> None:
        """Do nothing: BEGIN IMMEDIATE has locked the whole file."""

    def erase(self) -> None:
        """Empty the WAL, which still holds pages from before the purge; the file's own pages were zeroed."""
        connection = self._open()
        try:
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        if busy:
            raise LedgerError(
                f"{self.name}: the rows are emptied, but a reader keeps old pages in the WAL; purge again"
            )

    def close(self) -> None:
        """Close nothing: connections live as long as their use."""

    def _engine(self, begin: str) -> Engine:
        engine = create_engine("sqlite://", creator=self._open, poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _open(self) -> sqlite3.Connection:
        """Open the file that is there, and assert that a commit will be durable."""
        if not self._path.exists():
            raise LedgerError(f"{self.name}: No such file: {NO_LEDGER}")
        if not self._path.stat().st_size:
            raise LedgerError(f"{self.name}: {NO_LEDGER}")
        address = f"file:{quote(str(self._path))}?mode=rw"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        for pragma, expected in DURABLE.items():
            (actual,) = connection.execute(f"PRAGMA {pragma}").fetchone()
            if actual != expected:
                connection.close()
                raise LedgerError(f"{self.name}: PRAGMA {pragma} is {actual!r}, not {expected!r}: not durable")
        return connection

    def _lock_path(self, writer: str) -> Path:
        return self._path.with_name(f"{self._path.name}-writers") / f"{writer}.lock"


@contextmanager
def _guarding(path: Path) -> Iterator[None]:
    """Let one process at a time do what SQLite does not queue for: the change to WAL mode."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _is_at(descriptor: int, path: Path) -> bool:
    found = os.fstat(descriptor)
    with suppress(OSError):
        return _identity(path) == (found.st_dev, found.st_ino)
    return False
