"""Write all rows of one commit, as each database does it best.

SQLite runs one statement for each row; it is compiled here once, because SQLAlchemy would look at every parameter of
every row (40 of some 300 µs an interaction). PostgreSQL gets everything as one statement, with the rows as a JSON
document: sent one by one they took another 190 µs, and while one answer is awaited another thread takes its turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import (
    JSON,
    Connection,
    Insert,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from sayso.ledger.chain import Head
from sayso.ledger.tables import ENTRIES, OPEN, WRITERS

Row = dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Writing:
    """Hold what one commit changes."""

    writer: str
    head: Head
    """Of the writer's chain, with these entries."""
    entries: Sequence[Row]
    opened: Sequence[str]
    """Interactions that begin here and do not end here."""
    ended: Sequence[str]
    """Interactions that end here and did not begin here."""


def write(connection: Connection, writing: Writing) -> None:
    """Change the rows, inside the caller's transaction."""
    head = {"of": writing.writer, "to": writing.head.length, "hash": writing.head.hash}
    opened: list[Row] = [{"interaction_id": one, "writer": writing.writer} for one in writing.opened]
    if connection.dialect.name == "postgresql":
        documents = {"entries": writing.entries, "opened": opened, "closed": writing.ended}
        connection.execute(_ALL, {**head, **{name: _document(rows) for name, rows in documents.items()}})
        return
    if writing.entries:
        connection.exec_driver_sql(_INSERT_ENTRY, writing.entries)
    if opened:
        connection.exec_driver_sql(_INSERT_OPEN, opened)
    if writing.ended:
        connection.execute(_DELETE_OPEN, [{"one": one} for one in writing.ended])
    connection.execute(_HEAD, head)


def _document(rows: Sequence[object]) -> str:
    return msgspec.json.encode(rows).decode()


def _insert_one(table: Table) -> str:
    """Make SQLite's statement that inserts one row, given by name."""
    names = [one.name for one in table.c if one.name != "id"]
    return str(insert(table).compile(dialect=SQLiteDialect(paramstyle="named"), column_keys=names))


def _insert_all(table: Table, name: str) -> Insert:
    """Make PostgreSQL's statement that inserts every row of a JSON array of objects."""
    filled = [one for one in table.c if one.name != "id"]
    typed = [column(one.name, one.type) for one in filled]
    document = cast(bindparam(name, type_=Text), JSON)
    rows = func.json_to_recordset(document).table_valued(*typed).render_derived(name=f"given_{name}", with_types=True)
    return insert(table).from_select([one.name for one in filled], select(*rows.c))


def _all_at_once() -> Update:
    """Make PostgreSQL's statement for a whole commit; its parts all see the tables as they were before it."""
    these = select(func.json_array_elements_text(cast(bindparam("closed", type_=Text), JSON)))
    parts = (
        _insert_all(ENTRIES, "entries").cte("entries_written"),
        _insert_all(OPEN, "opened").cte("opened_written"),
        delete(OPEN).where(OPEN.c.interaction_id.in_(these)).cte("ended_deleted"),
    )
    return _HEAD.add_cte(*parts)


# Whoever writes lives, also where another process took it for dead; its longer chain is anchored anew.
_HEAD = (
    update(WRITERS)
    .where(WRITERS.c.writer == bindparam("of"))
    .values(length=bindparam("to"), head=bindparam("hash"), ended_at=None, ended=None, anchored_by=None)
)
_INSERT_ENTRY, _INSERT_OPEN = _insert_one(ENTRIES), _insert_one(OPEN)
_DELETE_OPEN = delete(OPEN).where(OPEN.c.interaction_id == bindparam("one"))
_ALL = _all_at_once()
