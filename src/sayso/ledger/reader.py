"""Read a ledger without being one of its writers."""

from sayso.ledger import reading
from sayso.ledger.database import Database, database_at
from sayso.ledger.faults import named
from sayso.ledger.stored import StoredInteraction, StoredProposals

_READ_PATIENCE_S = 5.0


class Reader:
    """Read from one ledger; every method raises LedgerError where that can't be done."""

    def __init__(self, database: Database) -> None:
        """Take the database; connects with each question."""
        self.database = database

    @classmethod
    def at(cls, url: str) -> "Reader":
        """Read the ledger at an address."""
        return cls(database_at(url, _READ_PATIENCE_S))

    def interaction(self, interaction_id: str) -> StoredInteraction | None:
        """Find one interaction."""
        with named(self.database.name), self.database.reading() as connection:
            return reading.interaction(connection, interaction_id)

    def by_idempotency_key(self, key: str) -> StoredInteraction | None:
        """Find the interaction that was asked under a key."""
        with named(self.database.name), self.database.reading() as connection:
            return reading.by_idempotency_key(connection, key)

    def proposals(self, conversation_id: str) -> tuple[StoredProposals, ...]:
        """Give what the answers of a conversation asked to confirm."""
        with named(self.database.name), self.database.reading() as connection:
            return tuple(reading.proposals(connection, conversation_id))

    def latest(self, count: int) -> list[StoredInteraction]:
        """Give the interactions that began last, oldest first."""
        with named(self.database.name), self.database.reading() as connection:
            return reading.latest(connection, count)
