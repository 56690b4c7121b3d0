"""Name the ledger's tables. `migrations` makes them; a test holds the two together.

Times are text in UTC with microseconds and hashes are hexadecimal, so that both databases sort and show them alike.
"""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint, text
from sqlalchemy.types import BigInteger

METADATA = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows up in INTEGER columns only

ENTRIES = Table(
    "entries",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("writer", String(36), nullable=False),
    Column("position", _NUMBER, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", String(27), nullable=False),
    Column("interaction_id", Text),
    Column("conversation_id", Text),
    Column("idempotency_key", Text),
    Column("public", Text, nullable=False),
    Column("private", Text),
    Column("salt", String(32)),
    Column("private_hash", String(64)),
    Column("hash", String(64), nullable=False),
    # Two ends of one chain can't both be written, whoever tries.
    UniqueConstraint("writer", "position", name="entries_one_at_a_position"),
)
"""Every record, in the order of its writer's chain; only `private` and `salt` ever change, to nothing."""

Index("entries_by_interaction", ENTRIES.c.interaction_id)
Index("entries_by_conversation", ENTRIES.c.conversation_id)
Index("entries_by_time", ENTRIES.c.at)
Index(
    "entries_with_words",
    ENTRIES.c.at,
    sqlite_where=text("salt IS NOT NULL"),
    postgresql_where=text("salt IS NOT NULL"),
)


def _only_one(name: str, column: str, where: str) -> None:
    Index(name, ENTRIES.c[column], unique=True, sqlite_where=text(where), postgresql_where=text(where))


_only_one("entries_one_start", "interaction_id", "kind = 'started'")
_only_one("entries_one_end", "interaction_id", "kind = 'finished'")
_only_one("entries_one_withdrawal", "interaction_id", "kind = 'withdrawn'")
_only_one("entries_one_key", "idempotency_key", "idempotency_key IS NOT NULL")

WRITERS = Table(
    "writers",
    METADATA,
    Column("writer", String(36), primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", String(27), nullable=False),
    Column("ended_at", String(27)),
    Column("ended", String(16)),
    Column("length", _NUMBER, nullable=False),
    Column("head", String(64), nullable=False),
    Column("anchored_by", String(36)),
)
"""Each process start that wrote, the head of its chain, how it ended, and which later chain names that head."""

OPEN = Table(
    "open_interactions",
    METADATA,
    Column("interaction_id", Text, primary_key=True),
    Column("writer", String(36), nullable=False),
)
"""What has begun and not ended: as many rows as there are interactions under way, however long the ledger."""
