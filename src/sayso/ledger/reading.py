"""Read the ledger: interactions by id, key and conversation, the latest ones, and entries by time."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Row, select

from sayso.ledger.entries import Entry, Kind
from sayso.ledger.stored import StoredInteraction, StoredProposals, _object
from sayso.ledger.tables import ENTRIES

_E = ENTRIES.c


def interaction(connection: Connection, interaction_id: str) -> StoredInteraction | None:
    """Find one interaction; None where the ledger has no beginning of it."""
    rows = connection.execute(select(ENTRIES).where(_E.interaction_id == interaction_id).order_by(_E.id)).all()
    entries = tuple(entry_of(row) for row in rows)
    if not any(entry.kind is Kind.STARTED for entry in entries):
        return None
    return StoredInteraction(interaction_id, entries)


def by_idempotency_key(connection: Connection, key: str) -> StoredInteraction | None:
    """Find the interaction that a key belongs to."""
    interaction_id = connection.scalar(select(_E.interaction_id).where(_E.idempotency_key == key))
    return None if interaction_id is None else interaction(connection, interaction_id)


def proposals(connection: Connection, conversation_id: str) -> Iterator[StoredProposals]:
    """Give what the answers of one conversation proposed."""
    finished = select(_E.salt, _E.public).where(
        _E.conversation_id == conversation_id, _E.kind == Kind.FINISHED.value, _E.salt.is_not(None)
    )
    for row in connection.execute(finished):
        proposes_hash = _object(row.public)["proposes_hash"]
        if isinstance(proposes_hash, str):
            yield StoredProposals(row.salt, proposes_hash)


def latest(connection: Connection, count: int) -> list[StoredInteraction]:
    """Give the interactions that began last, oldest first."""
    newest = select(_E.interaction_id).where(_E.kind == Kind.STARTED.value).order_by(_E.id.desc()).limit(count)
    found = (interaction(connection, interaction_id) for interaction_id in connection.scalars(newest).all())
    return [stored for stored in found if stored is not None][::-1]


def entries(connection: Connection, *where: ColumnElement[bool]) -> Iterator[Row[tuple[object, ...]]]:
    """Stream stored rows in the order in which they were written."""
    query = select(ENTRIES).where(*where).order_by(_E.id)
    yield from connection.execution_options(yield_per=1000).execute(query)


def entry_of(row: "Row[tuple[object, ...]]") -> Entry:
    """Make the entry of a stored row."""
    return Entry(
        kind=Kind(row.kind),
        at=row.at,
        interaction_id=row.interaction_id,
        conversation_id=row.conversation_id,
        idempotency_key=row.idempotency_key,
        public=row.public,
        private=row.private,
        salt=row.salt,
        private_hash=row.private_hash,
    )
