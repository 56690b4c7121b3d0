"""Make the first tables: entries, writers, open interactions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables and what keeps starts, ends and keys single."""
    op.create_table(
        "entries",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("writer", sa.String(36), nullable=False),
        sa.Column("position", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("interaction_id", sa.Text),
        sa.Column("conversation_id", sa.Text),
        sa.Column("idempotency_key", sa.Text),
        sa.Column("public", sa.Text, nullable=False),
        sa.Column("private", sa.Text),
        sa.Column("salt", sa.String(32)),
        sa.Column("private_hash", sa.String(64)),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("writer", "position", name="entries_one_at_a_position"),
    )
    op.create_index("entries_by_interaction", "entries", ["interaction_id"])
    op.create_index("entries_by_conversation", "entries", ["conversation_id"])
    op.create_index("entries_by_time", "entries", ["at"])
    _partial("entries_with_words", "at", "salt IS NOT NULL", unique=False)
    _partial("entries_one_start", "interaction_id", "kind = 'started'", unique=True)
    _partial("entries_one_end", "interaction_id", "kind = 'finished'", unique=True)
    _partial("entries_one_withdrawal", "interaction_id", "kind = 'withdrawn'", unique=True)
    _partial("entries_one_key", "idempotency_key", "idempotency_key IS NOT NULL", unique=True)
    op.create_table(
        "writers",
        sa.Column("writer", sa.String(36), primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("ended", sa.String(16)),
        sa.Column("length", _NUMBER, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("anchored_by", sa.String(36)),
    )
    op.create_table(
        "open_interactions",
        sa.Column("interaction_id", sa.Text, primary_key=True),
        sa.Column("writer", sa.String(36), nullable=False),
    )


def _partial(name: str, column: str, where: str, *, unique: bool) -> None:
    condition = sa.text(where)
    op.create_index(name, "entries", [column], unique=unique, sqlite_where=condition, postgresql_where=condition)
