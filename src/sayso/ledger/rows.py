"""Insert and delete many rows at once, as each database does it best.

SQLite runs one statement for each row; it is compiled here once, because SQLAlchemy would look at every parameter of
every row (40 of some 300 µs an interaction). PostgreSQL would have to be sent each row on its own, so it gets all of
them as one JSON document (190 of 490 µs).
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import (
    JSON,
    Connection,
    Insert,
    Table,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from sayso.ledger.tables import ENTRIES, OPEN

Row = dict[str, str | int | None]

_DOCUMENT = cast(bindparam("document", type_=Text), JSON)


def _insert_document(table: Table) -> Insert:
    """Make the statement that inserts every row of a JSON array of objects."""
    filled = [one for one in table.c if one.name != "id"]
    typed = [column(one.name, one.type) for one in filled]
    rows = func.json_to_recordset(_DOCUMENT).table_valued(*typed).render_derived(name="given", with_types=True)
    return insert(table).from_select([one.name for one in filled], select(*rows.c))


def _insert_row(table: Table) -> str:
    """Make SQLite's statement that inserts one row, given by name."""
    names = [one.name for one in table.c if one.name != "id"]
    return str(insert(table).compile(dialect=SQLiteDialect(paramstyle="named"), column_keys=names))


_INSERT_ROW, _INSERT_DOCUMENT = _insert_row(ENTRIES), _insert_document(ENTRIES)
_OPEN_ROW, _OPEN_DOCUMENT = _insert_row(OPEN), _insert_document(OPEN)
_END = delete(OPEN).where(OPEN.c.interaction_id == bindparam("ended"))
_END_DOCUMENT = delete(OPEN).where(OPEN.c.interaction_id.in_(select(func.json_array_elements_text(_DOCUMENT))))


def insert_entries(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert entries."""
    if not rows:
        return
    if _takes_documents(connection):
        connection.execute(_INSERT_DOCUMENT, _document(rows))
    else:
        connection.exec_driver_sql(_INSERT_ROW, rows)


def open_interactions(connection: Connection, writer: str, ids: Sequence[str | None]) -> None:
    """Note interactions that have begun."""
    rows = [{"interaction_id": one, "writer": writer} for one in ids]
    if not rows:
        return
    if _takes_documents(connection):
        connection.execute(_OPEN_DOCUMENT, _document(rows))
    else:
        connection.exec_driver_sql(_OPEN_ROW, rows)


def end_interactions(connection: Connection, ids: Sequence[str | None]) -> None:
    """Forget interactions that have ended."""
    if not ids:
        return
    if _takes_documents(connection):
        connection.execute(_END_DOCUMENT, _document(ids))
    else:
        connection.execute(_END, [{"ended": one} for one in ids])


def _takes_documents(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _document(value: Sequence[object]) -> dict[str, str]:
    return {"document": msgspec.json.encode(value).decode()}
