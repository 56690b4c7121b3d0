"""Bring the ledger's tables to the revision that this sayso speaks.

The revision is read first; Alembic, whose import costs more than opening a ledger, is loaded only where something has
to change.
"""

from sqlalchemy import Connection, inspect, text

from sayso.failures import LedgerError
from sayso.ledger.database import Database

REVISION = "0001"
"""The newest migration; a test compares it with `migrations`."""


def bring_up_to_date(database: Database, connection: Connection) -> None:
    """Make or migrate the tables in one transaction; whoever comes second finds it done.

    Raises:
        LedgerError: the ledger is of a newer sayso.
    """
    with connection.begin():
        found = revision(connection)
    if found == REVISION:
        return
    with database.writing(connection):
        database.lock_schema(connection)
        found = revision(connection)
        if found != REVISION:
            _upgrade(database, connection, found)


def revision(connection: Connection) -> str | None:
    """Read which migration was the last; None where the database is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(database: Database, connection: Connection, found: str | None) -> None:
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    if found is not None and found > REVISION:
        raise LedgerError(
            f"{database.name}: its tables are of revision {found}; this sayso knows {REVISION}: update it"
        )
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "sayso.ledger:migrations")
    command.upgrade(config, REVISION)
