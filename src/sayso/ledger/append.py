"""Append entries to one writer's chain, inside the caller's transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from sayso.ledger.chain import EMPTY, Head, extend
from sayso.ledger.entries import Entry, Kind
from sayso.ledger.rows import Row, Writing, write
from sayso.ledger.tables import WRITERS


def append(connection: Connection, writer: str, head: Head, entries: Sequence[Entry]) -> Head:
    """Insert entries after the head, and give the new head; it counts only once the transaction is committed."""
    rows = []
    for entry in entries:
        head = extend(head, writer, entry)
        rows.append(_row(writer, head, entry))
    began, ended = _of(entries, Kind.STARTED), _of(entries, Kind.FINISHED)
    opened, closed = [one for one in began if one not in ended], [one for one in ended if one not in began]
    write(connection, Writing(writer, head, rows, opened, closed))
    return head


def stored_head(connection: Connection, writer: str) -> Head:
    """Read the head of a writer's chain."""
    found = connection.execute(select(WRITERS.c.length, WRITERS.c.head).where(WRITERS.c.writer == writer)).first()
    return Head(found.length, found.head) if found else EMPTY


def _of(entries: Sequence[Entry], kind: Kind) -> dict[str, None]:
    """Give the interactions with an entry of this kind, in order."""
    return dict.fromkeys(entry.interaction_id for entry in entries if entry.kind is kind and entry.interaction_id)


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
