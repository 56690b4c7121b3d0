"""A file that is full, locked, read-only or gone is a named failure; the ledger goes on by itself when it is back."""

import asyncio
import os
import pwd
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.faults.ledger.load import CLEAN, Load
from tests.ledger.worlds import World, new_id, predicted, started

from sayso.failures import FailureClass, LedgerError

SMALL = "24m"
"""Room for a WAL, which grows to some 4 MB before it is emptied into the file."""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk; skip where this user may not."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        message = "only root may mount a small disk"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    """Write until nothing more fits; give the file."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


def test_a_full_disk_is_named_and_loses_nothing(small: Path, loop: asyncio.Runner) -> None:
    """Under load the disk fills up, and is emptied again: callers heard the reason, and later a prediction."""
    with World(f"sqlite:///{small / 'ledger.db'}") as world:
        load = Load(world.open(patience_s=0.3))

        async def script() -> None:
            await load.until(100)
            ballast = _fill(small)
            await load.until_unavailable()
            ballast.unlink()
            await load.until(len(load.acknowledged) + 100)

        loop.run(load.run(script()))
        load.ledger.record_now()

        assert any("the disk is full" in reason for reason in load.reasons)
        assert load.against(world.reader) == CLEAN
        assert {event for event, _ in world.notices} == {"ledger_lost", "ledger_returned"}


def test_a_ledger_on_a_full_disk_is_not_opened(small: Path) -> None:
    """The reason is named at once."""
    _fill(small)

    with World(f"sqlite:///{small / 'ledger.db'}") as world, pytest.raises(LedgerError, match=r"full|read or written"):
        world.open()


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lock_of_another_process_is_named_and_waited_for(local: World, tmp_path: Path) -> None:
    """Nothing is recorded meanwhile; afterwards all is, and the interaction that could not end is interrupted."""
    ledger, one, two = local.open(patience_s=0.5), new_id(), new_id()
    ledger.record_now(started(one))
    command = [sys.executable, "-c", HOLD, str(tmp_path / "ledger.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(LedgerError, match=r"does not answer|holds its lock"):
            ledger.record_now(predicted(one))
        other.communicate()

    ledger.record_now(started(two))

    stored = local.reader.interaction(one)
    assert stored is not None
    assert stored.failure_class is FailureClass.INTERRUPTED
    assert local.reader.audit().findings == ()


def test_a_lock_that_is_short_costs_nothing(local: World, tmp_path: Path) -> None:
    """Whoever has patience hears nothing of it."""
    ledger, one = local.open(), new_id()
    with sqlite3.connect(tmp_path / "ledger.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        future = asyncio.run(_begin(ledger.record(started(one)), other))

    other.close()
    assert future is None
    assert local.notices == []


async def _begin(record: object, other: sqlite3.Connection) -> object:
    task = asyncio.ensure_future(record)  # type: ignore[call-overload]
    await asyncio.sleep(0)
    other.execute("ROLLBACK")
    return await task


def test_a_file_that_was_taken_away_is_named(local: World, tmp_path: Path) -> None:
    """Nothing is written into a file that nobody will find again."""
    ledger = local.open(patience_s=0.2)
    (tmp_path / "ledger.db").unlink()

    with pytest.raises(LedgerError, match=r"No such file|taken away|can't be opened"):
        ledger.record_now(started(new_id()))


def test_a_file_that_comes_back_is_used_again(local: World, tmp_path: Path) -> None:
    """What was written meanwhile to the file is settled: its caller was told ledger_unavailable."""
    ledger, one, two = local.open(patience_s=0.2), new_id(), new_id()
    ledger.record_now(started(one))
    (tmp_path / "ledger.db").rename(tmp_path / "away.db")
    with pytest.raises(LedgerError):
        ledger.record_now(predicted(one))

    (tmp_path / "away.db").rename(tmp_path / "ledger.db")
    ledger.record_now(started(two))

    stored = ledger.interaction(one)
    assert stored is not None
    assert stored.failure_class is FailureClass.INTERRUPTED
    assert local.reader.audit().findings == ()


def test_a_file_that_was_replaced_is_not_written(local: World, tmp_path: Path) -> None:
    """Another ledger in its place, such as an old backup, does not hold this process's chain."""
    ledger = local.open(patience_s=0.2)
    ledger.record_now(started(new_id()))
    backup = sqlite3.connect(tmp_path / "backup.db")
    with sqlite3.connect(tmp_path / "ledger.db") as source:
        source.backup(backup)
    source.close()
    backup.close()
    ledger.record_now(started(new_id()))

    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"ledger.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "backup.db").rename(tmp_path / "ledger.db")

    for _ in range(2):
        with pytest.raises(LedgerError):
            ledger.record_now(started(new_id()))
    assert "restart this process" in str(asyncio.run(ledger.ready()))


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Be a user to whom file modes apply."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("mode", [0o555, 0o777], ids=["in a read-only folder", "in a folder"])
def test_a_read_only_file_is_named(mode: int) -> None:
    """A user who may only read it can't record."""
    # Not in tmp_path: nobody may not look into it.
    with tempfile.TemporaryDirectory(prefix="sayso-read-only-") as name:
        folder, path = Path(name), Path(name) / "ledger.db"
        with World(f"sqlite:///{path}") as world:
            world.open()
        path.chmod(0o444)
        folder.chmod(mode)

        with _as_nobody(), World(f"sqlite:///{path}") as world, pytest.raises(LedgerError) as raised:
            world.open()

        folder.chmod(0o777)
        assert str(raised.value).startswith(f"sqlite:///{path}: ")
        assert any(said in str(raised.value) for said in ("read-only", "Permission denied", "can't be opened"))
