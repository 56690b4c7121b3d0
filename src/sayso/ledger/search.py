"""Find interactions by what is known of them: an id, a conversation, a word, an outcome, a failure class."""

import json

from sqlalchemy import ColumnElement, Connection, or_, select

from sayso.ledger.entries import Kind
from sayso.ledger.reading import interaction
from sayso.ledger.stored import StoredInteraction
from sayso.ledger.tables import ENTRIES

_E = ENTRIES.c

READ_AT_MOST = 2000
"""Interactions that one search reads; whatever lies further back is found by its id."""


def search(connection: Connection, words: str, outcomes: frozenset[str], count: int) -> list[StoredInteraction]:
    """Give the interactions that began last and fit, latest first.

    Args:
        connection: to the ledger.
        words: part of an id or of what was said, or a whole conversation id or failure class; empty for all.
        outcomes: those that are wanted; empty for all.
        count: how many at most.
    """
    query = select(_E.interaction_id).where(_E.kind == Kind.STARTED.value).order_by(_E.id.desc()).limit(READ_AT_MOST)
    if words:
        query = query.where(or_(*_matches(words)))
    found: list[StoredInteraction] = []
    for interaction_id in connection.scalars(query).all():
        stored = interaction(connection, interaction_id)
        if stored is not None and (not outcomes or (stored.outcome or "under way") in outcomes):
            found.append(stored)
        if len(found) == count:
            break
    return found


def _matches(words: str) -> list[ColumnElement[bool]]:
    """Match ids, what was said (as JSON in ASCII holds it), and failure classes."""
    as_stored = json.dumps(words)[1:-1]
    failed = select(_E.interaction_id).where(
        _E.kind == Kind.FINISHED.value, _E.public.contains(f'"failure_class":"{words}"', autoescape=True)
    )
    return [
        _E.interaction_id.startswith(words, autoescape=True),
        _E.conversation_id == words,
        _E.private.icontains(as_stored, autoescape=True),
        _E.interaction_id.in_(failed),
    ]
