"""Sum what extractors were charged for, from the ledger itself."""

from sqlalchemy import Connection, select

from sayso.ledger.entries import Kind, facts_of
from sayso.ledger.tables import ENTRIES

TOKENS_CHARGED = "tokens_charged"
"""The fact of an extraction stage that counts against the day's budget."""

_E = ENTRIES.c


def tokens_charged(connection: Connection, since: str) -> int:
    """Sum the tokens of every extraction since a time, whoever asked and however it ended."""
    query = select(_E.public).where(
        _E.kind == Kind.STAGE.value, _E.at >= since, _E.public.contains(f'"{TOKENS_CHARGED}":')
    )
    return sum(_charged(public) for public in connection.scalars(query))


def _charged(public: str) -> int:
    facts = facts_of(public).get("facts")
    tokens = facts.get(TOKENS_CHARGED) if isinstance(facts, dict) else None
    return tokens if isinstance(tokens, int) else 0
