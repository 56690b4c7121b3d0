"""Turn what databases and files raise into `LedgerError`, by one table for each.

Messages name the ledger without its password and never hold a row: SQLAlchemy's own texts quote parameters, which are
people's words.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy.exc

from sayso.failures import LedgerError

FOREIGN = (sqlalchemy.exc.SQLAlchemyError, sqlite3.Error, OSError)
"""What using a database can raise."""

NO_LEDGER = "no ledger in it yet; `sayso ledger recover`, or any start of sayso, makes one"
"""What a reader is told that came before the first writer."""

SQLITE: Mapping[str, str] = {
    "SQLITE_AUTH": "access is refused",
    "SQLITE_BUSY": "another process holds its lock",
    "SQLITE_CANTOPEN": "the file can't be opened",
    "SQLITE_CORRUPT": "the file is damaged; restore it from a backup",
    "SQLITE_ERROR": "the database refused a statement",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_INTERNAL": "SQLite has a fault",
    "SQLITE_INTERRUPT": "the statement was interrupted",
    "SQLITE_IOERR": "the disk can't be read or written",
    "SQLITE_LOCKED": "another connection of this process holds its lock",
    "SQLITE_NOLFS": "the file is larger than this system allows",
    "SQLITE_NOMEM": "there is no memory left",
    "SQLITE_NOTADB": "the file is no SQLite database",
    "SQLITE_PERM": "access is refused",
    "SQLITE_PROTOCOL": "another process holds its lock",
    "SQLITE_READONLY": "the file is read-only",
    "SQLITE_SCHEMA": "the tables changed meanwhile",
    "SQLITE_TOOBIG": "a row is too large",
    "SQLITE_CONSTRAINT": "a row is already there",
    "SQLITE_ABORT": "the transaction was rolled back",
    "SQLITE_EMPTY": "the database is empty",
    "SQLITE_FORMAT": "the file is of another format",
    "SQLITE_MISMATCH": "a value has the wrong type",
    "SQLITE_MISUSE": "the database was used wrongly",
    "SQLITE_NOTFOUND": "the database does not know this operation",
    "SQLITE_RANGE": "the database was used wrongly",
}
"""By SQLite's primary result code (https://www.sqlite.org/rescode.html)."""

POSTGRESQL: Mapping[str, str] = {
    "08": "the connection to the server broke",
    "22": "a value can't be stored",
    "23": "a row is already there",
    "25006": "the database is read-only",
    "25": "the transaction is not usable",
    "28": "the server refused the user or password",
    "3D": "the server has no such database",
    "3F": "the database has no such schema",
    "40": "the transaction was rolled back",
    "42501": "the user may not do this",
    "42P01": NO_LEDGER,
    "42": "the database refused a statement",
    "53100": "the server's disk is full",
    "53200": "the server has no memory left",
    "53300": "the server has too many connections",
    "53": "the server has no resources left",
    "54": "a row is too large",
    "55P03": "another session holds the lock",
    "55": "the object is not in a usable state",
    "57014": "the statement took too long",
    "57P": "the server is stopping or starting",
    "57": "the server intervened",
    "58": "the server's disk can't be read or written",
    "72": "the snapshot is too old; read again",
    "XX001": "the data is damaged; restore it from a backup",
    "XX002": "an index is damaged; run REINDEX",
    "XX": "PostgreSQL has a fault",
}
"""By SQLSTATE or its beginning, the longest first (PostgreSQL 15, appendix A)."""


@contextmanager
def named(ledger: str) -> Iterator[None]:
    """Raise LedgerError, with the ledger's name and the reason, instead of what the database raises."""
    try:
        yield
    except FOREIGN as error:
        raise ledger_error(ledger, error) from error


def ledger_error(ledger: str, error: BaseException) -> LedgerError:
    """Make the LedgerError for a foreign error."""
    return LedgerError(f"{ledger}: {meaning(error)}")


def meaning(error: BaseException) -> str:
    """Say what a foreign error means, without any row of the ledger."""
    match error:
        case sqlalchemy.exc.DBAPIError(orig=sqlite3.Error() as original) | (sqlite3.Error() as original):
            return sqlite_meaning(getattr(original, "sqlite_errorname", None), str(original))
        case sqlalchemy.exc.DBAPIError(orig=original):
            return postgresql_meaning(getattr(original, "sqlstate", None), str(original))
        case sqlalchemy.exc.NoSuchModuleError() | sqlalchemy.exc.ArgumentError():
            return "no such kind of ledger; use sqlite:///PATH or postgresql://USER@HOST/DATABASE"
        case OSError():
            return error.strerror or type(error).__name__
        case _:
            return type(error).__name__


def sqlite_meaning(name: str | None, text: str) -> str:
    """Say what a SQLite result code means; extended codes begin with their primary one."""
    if name is None:
        return text
    if text.startswith("no such table"):
        return NO_LEDGER
    primary = "_".join(name.split("_")[:2])
    return f"{SQLITE[primary]} ({name})" if primary in SQLITE else name


def postgresql_meaning(sqlstate: str | None, text: str) -> str:
    """Say what a SQLSTATE means; without one, no server answered, and the driver's first line says why."""
    if sqlstate is None:
        return text.partition("\n")[0] or "the server can't be reached"
    for length in (5, 3, 2):
        if found := POSTGRESQL.get(sqlstate[:length]):
            return f"{found} (SQLSTATE {sqlstate})"
    return f"SQLSTATE {sqlstate}"
