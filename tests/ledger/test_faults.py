"""Every error of a database or a file has a meaning of ours, and no message quotes a row."""

import sqlite3

import psycopg.errors
import pytest
import sqlalchemy.exc
from sqlalchemy import create_engine, text

from sayso.failures import LedgerError
from sayso.ledger.faults import NO_LEDGER, SQLITE, meaning, named, postgresql_meaning, sqlite_meaning


def test_every_result_code_of_sqlite_has_a_meaning() -> None:
    """The primary codes are numbered from 1 to 26, and the table has them all."""
    assert sorted(getattr(sqlite3, name) for name in SQLITE) == list(range(1, 27))


def test_an_extended_code_means_what_its_primary_one_means() -> None:
    """SQLITE_IOERR_FSYNC is a disk that can't be written."""
    assert sqlite_meaning("SQLITE_IOERR_FSYNC", "") == f"{SQLITE['SQLITE_IOERR']} (SQLITE_IOERR_FSYNC)"


_NEVER_HERE = {
    *("00", "01", "02", "03"),  # no errors
    *("09", "0A", "0B", "0F", "0L", "0P", "0Z", "20", "21", "24", "26", "27", "2B", "2D", "2F", "34", "38", "39", "3B"),
    *("44", "F0", "HV", "P0", "10"),  # cursors, stored routines, grants, savepoints, foreign data, XQuery
}
"""SQLSTATE classes that the statements of a ledger can't cause."""


def test_every_sqlstate_that_a_ledger_can_meet_has_a_meaning() -> None:
    """The table has a beginning of each."""
    stated = (getattr(error, "sqlstate", None) for error in vars(psycopg.errors).values())
    known = {sqlstate for sqlstate in stated if isinstance(sqlstate, str)}
    possible = {sqlstate for sqlstate in known if sqlstate[:2] not in _NEVER_HERE}

    assert len(possible) > 100
    assert [state for state in possible if postgresql_meaning(state, "") == f"SQLSTATE {state}"] == []


def test_a_message_never_quotes_a_row() -> None:
    """What SQLAlchemy says of a failed statement holds its parameters; what we say does not."""
    engine = create_engine("sqlite://")
    with pytest.raises(LedgerError) as raised, named("sqlite:///x"), engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM sqlite_schema WHERE :words"), {"words": "my secret"})

    assert str(raised.value) == "sqlite:///x: the database refused a statement (SQLITE_ERROR)"


def test_a_database_without_tables_is_named_with_the_remedy() -> None:
    """Whoever reads before the first writer is told what makes the ledger; the same for both databases."""
    engine = create_engine("sqlite://")
    with pytest.raises(LedgerError) as raised, named("sqlite:///x"), engine.connect() as connection:
        connection.execute(text("SELECT * FROM entries"))

    assert str(raised.value) == f"sqlite:///x: {NO_LEDGER}"
    assert postgresql_meaning("42P01", "") == f"{NO_LEDGER} (SQLSTATE 42P01)"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (sqlalchemy.exc.TimeoutError("the pool"), "TimeoutError"),
        (sqlalchemy.exc.ArgumentError("bad"), "no such kind of ledger; use sqlite:///PATH or postgresql://USER@HOST/DATABASE"),
    ],
)  # fmt: skip
def test_other_errors_are_named_too(error: Exception, expected: str) -> None:
    """Files, pools and addresses have their own meanings."""
    assert meaning(error) == expected
