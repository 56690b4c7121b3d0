"""Say what the ledger needs of a database, and pick one by its address."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import NoSuchModuleError

from sayso.ledger.faults import named


class Database(Protocol):
    """Connect so that a commit is durable, and know which writers live."""

    name: str
    """The address without password, for messages."""

    def create(self) -> None:
        """Make what an embedded database needs before its first connection."""
        ...

    def connect(self) -> Connection:
        """Connect the writer, and prove that its commits will be durable."""
        ...

    def writing(self, connection: Connection) -> AbstractContextManager[None]:
        """Run one durable transaction on the writer's connection; no other writer may interleave with its checks."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """Read one consistent state."""
        ...

    def hold(self, connection: Connection, writer: str) -> None:
        """Show for as long as this process lives and is connected that the writer does."""
        ...

    def release(self, connection: Connection, writer: str) -> None:
        """Show that the writer has ended."""
        ...

    def seize(self, connection: Connection, writer: str) -> bool:
        """Hold a writer that nobody holds; False where it lives or somebody else closes it just now."""
        ...

    def lives(self, writer: str) -> bool:
        """Say whether somebody holds a writer; for readers, which hold none."""
        ...

    def lock_schema(self, connection: Connection) -> None:
        """Wait, inside a transaction, until no other process changes the tables."""
        ...

    def erase(self) -> None:
        """Give up the space of purged words, so that they can't be read from it."""
        ...

    def close(self) -> None:
        """Close what is open for reading."""
        ...


def database_at(url: str, patience_s: float) -> Database:
    """Give the database at an address; connects to nothing yet.

    Raises:
        LedgerError: the address names no kind of database that we know.
    """
    with named(url.partition(":")[0]):
        parsed = make_url(url)
        match parsed.get_backend_name():
            case "sqlite":
                from sayso.ledger.sqlite import SqliteDatabase  # noqa: PLC0415 - one driver is loaded, not both

                return SqliteDatabase(parsed, patience_s)
            case "postgresql":
                from sayso.ledger.postgresql import PostgresqlDatabase  # noqa: PLC0415

                return PostgresqlDatabase(parsed, patience_s)
            case other:
                raise NoSuchModuleError(other)
