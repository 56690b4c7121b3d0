"""Keep the ledger in one PostgreSQL database: synchronous commits, one advisory lock for each living writer.

The lock belongs to the writer's session, so connect to the server itself and not through a pooler that shares sessions.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import URL, Connection, NullPool, create_engine, text

from sayso.failures import LedgerError

DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
}
"""What each server setting must be; with any other, a commit may be lost with the power."""

_SCHEMA_KEY = 0x5A150  # any number that every sayso shares

_CONNECT_TIMEOUT_S = 2

_NOTICE_A_DEAD_PEER = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""Make the server drop a session, and with it the writer's lock, some 10 s after its machine vanished (the usual
setting is two hours)."""


SECRETS = ("password", "sslpassword")
"""What libpq takes in a query, and nobody may read in an error."""


class PostgresqlDatabase:
    """Connect to one PostgreSQL database for reading and for durable writing."""

    def __init__(self, url: URL, patience_s: float) -> None:
        """Take ``postgresql://…``; connects to nothing yet. `patience_s` bounds each statement of the writer."""
        address = url.set(drivername="postgresql+psycopg").difference_update_query(["options"])
        given = str(url.query.get("options", ""))
        self.name = url.difference_update_query(SECRETS).render_as_string(hide_password=True)
        bounds = {"statement_timeout": f"{patience_s:g}s", "lock_timeout": f"{patience_s:g}s"}
        durable = {"synchronous_commit": "on"}
        self._write_engine = create_engine(
            address,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=_connect_args("sayso writer", given, {**bounds, **durable, **_NOTICE_A_DEAD_PEER}),
        )
        self._read_engine = create_engine(
            address,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=_connect_args("sayso reader", given, {}),
            isolation_level="REPEATABLE READ",
        )

    def create(self) -> None:
        """Do nothing: the operator makes the database."""

    def connect(self) -> Connection:
        """Connect the writer, and assert that a commit will be durable."""
        connection = self._write_engine.connect()
        with connection.begin():
            for setting, allowed in DURABLE.items():
                actual = connection.scalar(text(f"SHOW {setting}"))
                if actual not in allowed:
                    raise LedgerError(f"{self.name}: {setting} is {actual}, not {allowed[0]}: not durable")
        return connection

    @contextmanager
    def writing(self, connection: Connection) -> Iterator[None]:
        """Write in one transaction."""
        with connection.begin():
            yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one snapshot."""
        with self._read_engine.connect() as connection, connection.begin():
            yield connection

    def hold(self, connection: Connection, writer: str) -> None:
        """Take the writer's advisory lock; the server frees it when the session ends, however it ends."""
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _key(writer)})

    def release(self, connection: Connection, writer: str) -> None:
        """Free the writer's lock."""
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _key(writer)})

    def seize(self, connection: Connection, writer: str) -> bool:
        """Take a dead writer's lock, if nobody has it."""
        with connection.begin():
            return bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(writer)}))

    def lives(self, writer: str) -> bool:
        """Try the writer's lock without keeping it."""
        with self.reading() as connection:
            free = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(writer)})
            if free:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _key(writer)})
        return not free

    def lock_schema(self, connection: Connection) -> None:
        """Let one process at a time change the tables, for as long as that takes."""
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_KEY})

    def erase(self) -> None:
        """Free the space of old row versions for reuse."""
        with self._read_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM entries"))

    def close(self) -> None:
        """Close the connections that were kept for reading."""
        self._read_engine.dispose()


def _connect_args(application_name: str, given: str, settings: Mapping[str, str]) -> dict[str, object]:
    """Add our settings to the address's own ``options``; ours come last, and so win."""
    return {
        "application_name": application_name,
        "connect_timeout": _CONNECT_TIMEOUT_S,
        "options": " ".join([given, *(f"-c {name}={value}" for name, value in settings.items())]),
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }


def _key(writer: str) -> int:
    """Give the writer's 64-bit lock number."""
    digest = hashlib.sha256(f"sayso writer {writer}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
