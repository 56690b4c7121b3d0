"""Append entries to one writer's chain, inside the caller's transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from sayso.ledger.chain import EMPTY, Head, extend
from sayso.ledger.entries import Entry, Kind
from sayso.ledger.rows import Row, end_interactions, insert_entries, open_interactions
from sayso.ledger.tables import WRITERS

# Whoever writes lives, also where another process took it for dead; its longer chain is anchored anew.
_HEAD = (
    update(WRITERS)
    .where(WRITERS.c.writer == bindparam("of"))
    .values(length=bindparam("to"), head=bindparam("hash"), ended_at=None, ended=None, anchored_by=None)
)


def append(connection: Connection, writer: str, head: Head, entries: Sequence[Entry]) -> Head:
    """Insert entries after the head, and give the new head; it counts only once the transaction is committed."""
    rows = []
    for entry in entries:
        head = extend(head, writer, entry)
        rows.append(_row(writer, head, entry))
    insert_entries(connection, rows)
    open_interactions(connection, writer, [entry.interaction_id for entry in entries if entry.kind is Kind.STARTED])
    end_interactions(connection, [entry.interaction_id for entry in entries if entry.kind is Kind.FINISHED])
    connection.execute(_HEAD, {"of": writer, "to": head.length, "hash": head.hash})
    return head


def stored_head(connection: Connection, writer: str) -> Head:
    """Read the head of a writer's chain."""
    found = connection.execute(select(WRITERS.c.length, WRITERS.c.head).where(WRITERS.c.writer == writer)).first()
    return Head(found.length, found.head) if found else EMPTY


def _row(writer: str, head: Head, entry: Entry) -> Row:
    return {
        "writer": writer,
        "position": head.length,
        "kind": entry.kind.value,
        "at": entry.at,
        "interaction_id": entry.interaction_id,
        "conversation_id": entry.conversation_id,
        "idempotency_key": entry.idempotency_key,
        "public": entry.public,
        "private": entry.private,
        "salt": entry.salt,
        "private_hash": entry.private_hash,
        "hash": head.hash,
    }
