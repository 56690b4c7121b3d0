"""Read the ledger: interactions by id, key and conversation, the latest ones, and entries by time."""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Row, func, select

from sayso.ledger.entries import Entry, Kind, facts_of
from sayso.ledger.stored import StoredInteraction, StoredProposals
from sayso.ledger.tables import ENTRIES
from sayso.wire import JSON

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


def has_conversation(connection: Connection, conversation_id: str) -> bool:
    """Say whether anything belongs to a conversation."""
    query = select(_E.id).where(_E.conversation_id == conversation_id).limit(1)
    return connection.scalar(query) is not None


def proposals(connection: Connection, conversation_id: str) -> Iterator[StoredProposals]:
    """Give what the answers of one conversation proposed."""
    finished = select(_E.salt, _E.public).where(
        _E.conversation_id == conversation_id, _E.kind == Kind.FINISHED.value, _E.salt.is_not(None)
    )
    for row in connection.execute(finished):
        proposes_hash = facts_of(row.public)["proposes_hash"]
        if isinstance(proposes_hash, str):
            yield StoredProposals(row.salt, proposes_hash)


def latest(connection: Connection, count: int) -> list[StoredInteraction]:
    """Give the interactions that began last, oldest first."""
    newest = select(_E.interaction_id).where(_E.kind == Kind.STARTED.value).order_by(_E.id.desc()).limit(count)
    found = (interaction(connection, interaction_id) for interaction_id in connection.scalars(newest).all())
    return [stored for stored in found if stored is not None][::-1]


def ended_after(connection: Connection, entry_id: int) -> tuple[list[StoredInteraction], int]:
    """Give the interactions whose end came after an entry, and the id of the last entry there is."""
    until = last(connection)
    query = select(_E.interaction_id).where(_E.kind == Kind.FINISHED.value, _E.id > entry_id, _E.id <= until)
    found = (interaction(connection, one) for one in connection.scalars(query.order_by(_E.id)).all())
    return [stored for stored in found if stored is not None], until


def last(connection: Connection) -> int:
    """Give the id of the last entry there is; 0 where there is none."""
    return connection.scalar(select(func.max(_E.id))) or 0


def export(connection: Connection, since: str | None, until: str | None) -> Iterator[Mapping[str, JSON]]:
    """Stream entries as JSON objects, in the order in which they were written."""
    query = select(ENTRIES).order_by(_E.id).execution_options(yield_per=1000)
    if since is not None:
        query = query.where(_E.at >= since)
    if until is not None:
        query = query.where(_E.at < until)
    for row in connection.execute(query):
        private = None if row.private is None else json.loads(row.private)
        yield {**row._asdict(), "public": facts_of(row.public), "private": private}


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
