"""A PostgreSQL server that stops, is killed, hangs or turns read-only is a named failure, and costs no outcome."""

import asyncio
import os
import signal
from collections.abc import Callable

import psycopg
import pytest
from tests.faults.ledger.load import CLEAN, Load
from tests.ledger.worlds import World, new_id, predicted, started
from tests.postgresql import Server

from sayso.failures import FailureClass, LedgerError


@pytest.mark.parametrize("end", [Server.stop, Server.kill], ids=["restarted", "postmaster killed"])
def test_a_server_that_comes_back_soon_costs_no_outcome(
    server: Server, remote: World, loop: asyncio.Runner, end: Callable[[Server], None]
) -> None:
    """Under load, within the callers' patience: nothing is lost, nothing is there twice, the chain holds."""
    load = Load(remote.open(patience_s=20))

    async def script() -> None:
        for _ in range(2):
            await load.until(len(load.acknowledged) + 100)
            await asyncio.to_thread(end, server)
            await asyncio.to_thread(server.start)
        await load.until(len(load.acknowledged) + 100)

    loop.run(load.run(script()))

    assert load.unavailable == set()
    assert load.against(remote.reader) == CLEAN


def test_a_server_that_stays_away_is_named(server: Server, remote: World, loop: asyncio.Runner) -> None:
    """Callers are told; what they were told holds when the server is back."""
    load = Load(remote.open(patience_s=0.5))

    async def script() -> None:
        await load.until(100)
        await asyncio.to_thread(server.stop)
        await load.until_unavailable()
        await load.until_unavailable()
        await asyncio.to_thread(server.start)
        await load.until(len(load.acknowledged) + 100)

    loop.run(load.run(script()))
    load.ledger.record_now()

    assert load.unavailable != set()
    assert load.against(remote.reader) == CLEAN


def test_a_server_that_hangs_is_named(server: Server, remote: World) -> None:
    """The caller's patience ends although the server says nothing; afterwards the interaction is interrupted."""
    ledger, one = remote.open(patience_s=0.5), new_id()
    ledger.record_now(started(one))
    with psycopg.connect(server.url("postgres")) as connection:
        query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'sayso writer'"
        pids = [row[0] for row in connection.execute(query)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)

    with pytest.raises(LedgerError, match="does not answer"):
        ledger.record_now(predicted(one))

    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    _until_recorded(remote, one)
    stored = remote.reader.interaction(one)
    assert stored is not None
    assert stored.failure_class is FailureClass.INTERRUPTED
    assert remote.reader.audit().findings == ()


def _until_recorded(world: World, one: str) -> None:
    """Wait until what is owed to an interaction is written: its end, and where that held, its withdrawal."""
    while True:
        stored = world.reader.interaction(one)
        if stored is not None and stored.failure_class is FailureClass.INTERRUPTED:
            return


def test_a_database_that_turns_read_only_is_named(server: Server, remote: World) -> None:
    """As after a failover to a standby; it goes on when the database can be written again."""
    ledger, one = remote.open(patience_s=0.3), new_id()
    _set(server, "on")

    with pytest.raises(LedgerError, match="read-only"):
        ledger.record_now(started(one))

    _set(server, "off")
    ledger.record_now(started(one))
    assert remote.reader.interaction(one) is not None


def _set(server: Server, read_only: str) -> None:
    server.execute(f"ALTER ROLE sayso SET default_transaction_read_only = {read_only}")
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sayso writer'")


def test_a_table_lock_of_another_session_is_named(server: Server, remote: World) -> None:
    """Somebody's maintenance holds the table for longer than a caller waits."""
    ledger, one = remote.open(patience_s=0.3), new_id()
    schema = remote.url.rpartition("%3D")[2]
    with psycopg.connect(server.url("postgres")) as other:
        other.execute(f"LOCK TABLE {schema}.entries IN ACCESS EXCLUSIVE MODE".encode())
        with pytest.raises(LedgerError, match=r"holds the lock|took too long|does not answer"):
            ledger.record_now(started(one))

    ledger.record_now(started(new_id()))
    assert remote.reader.audit().findings == ()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_may_lose_commits_is_refused(server: Server, remote: World, setting: str) -> None:
    """Durability is asserted when the ledger is opened."""
    try:
        server.execute(f"ALTER SYSTEM SET {setting} = off")
        server.execute("SELECT pg_reload_conf()")
        _wait_for(server, setting, "off")
        with pytest.raises(LedgerError, match=f"{setting} is off"):
            remote.open()
    finally:
        server.execute(f"ALTER SYSTEM RESET {setting}")
        server.execute("SELECT pg_reload_conf()")
        _wait_for(server, setting, "on")


def _wait_for(server: Server, setting: str, value: str) -> None:
    while True:
        with psycopg.connect(server.url("postgres")) as connection:
            row = connection.execute(f"SHOW {setting}".encode()).fetchone()
        if row is not None and row[0] == value:
            return
