"""Read a ledger without being one of its writers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sayso.ledger import log_lines, period, reading, recorded, registry, search, spending
from sayso.ledger.audit import Audit, audit
from sayso.ledger.chain import Head
from sayso.ledger.database import Database, database_at
from sayso.ledger.entries import Entry, stamp
from sayso.ledger.faults import named
from sayso.ledger.reconcile import Books
from sayso.ledger.stored import StoredInteraction, StoredProposals
from sayso.wire import JSON

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

    def has_conversation(self, conversation_id: str) -> bool:
        """Say whether anything belongs to a conversation."""
        with named(self.database.name), self.database.reading() as connection:
            return reading.has_conversation(connection, conversation_id)

    def proposals(self, conversation_id: str) -> tuple[StoredProposals, ...]:
        """Give what the answers of a conversation asked to confirm."""
        with named(self.database.name), self.database.reading() as connection:
            return tuple(reading.proposals(connection, conversation_id))

    def latest(self, count: int) -> list[StoredInteraction]:
        """Give the interactions that began last, oldest first."""
        with named(self.database.name), self.database.reading() as connection:
            return reading.latest(connection, count)

    def last(self) -> int:
        """Give the id of the last entry there is; 0 where there is none."""
        with named(self.database.name), self.database.reading() as connection:
            return reading.last(connection)

    def after(self, entry_id: int) -> tuple[list[StoredInteraction], int]:
        """Give the interactions that ended after an entry, and the id of the last entry seen."""
        with named(self.database.name), self.database.reading() as connection:
            return reading.ended_after(connection, entry_id)

    def ended(self, since: datetime) -> list[period.Ended]:
        """Give how the asks ended from a time on, oldest first; the latest `period.MOST` where there are more."""
        with named(self.database.name), self.database.reading() as connection:
            return period.ended(connection, stamp(since))

    def operations(self, count: int) -> list[Entry]:
        """Give the latest events of the operators' side, latest first."""
        with named(self.database.name), self.database.reading() as connection:
            return list(period.operations(connection, count))

    def search(self, words: str, outcomes: frozenset[str], count: int) -> list[StoredInteraction]:
        """Give the interactions that fit, latest first."""
        with named(self.database.name), self.database.reading() as connection:
            return search.search(connection, words, outcomes, count)

    def export(self, since: datetime | None, until: datetime | None) -> Iterator[Mapping[str, JSON]]:
        """Give every entry of a time, in the order in which they were written."""
        with named(self.database.name), self.database.reading() as connection:
            yield from reading.export(connection, stamp(since) if since else None, stamp(until) if until else None)

    def audit(self, against: Mapping[str, Head] | None = None) -> Audit:
        """Recompute every chain."""
        with named(self.database.name), self.database.reading() as connection:
            return audit(connection, against=against)

    def totals(self, start_id: str) -> Counter[tuple[str, str]]:
        """Count the answered asks of one process start by outcome and failure class."""
        with named(self.database.name), self.database.reading() as connection:
            return recorded.totals(connection, start_id)

    def tokens_charged(self, since: datetime) -> int:
        """Sum what extractors were charged for since a time."""
        with named(self.database.name), self.database.reading() as connection:
            return spending.tokens_charged(connection, stamp(since))

    def books(self, since: datetime, logs: Sequence[Path], now: datetime) -> Books:
        """Read what ledger and log say from a time on.

        First who lives, then the ledger, then the log: a row is older than its line, so a line whose row is missing
        can be looked up once more, and a row whose line is missing was given time to get one.
        """
        with named(self.database.name):
            starts, living = self._starts()
            with self.database.reading() as connection:
                ends = recorded.since(connection, stamp(since))
                unended = recorded.unended(connection)
            interrupted = {end.interaction_id for end in ends if end.interrupted}
            log = log_lines.read(logs, log_lines.wanted(stamp(since), interrupted))
            named_there = {end.interaction_id for end in log.ends} | {*log.last.values()}
            with self.database.reading() as connection:
                ends += recorded.of_interactions(connection, named_there - {end.interaction_id for end in ends})
        return Books(ends, unended, starts, living, log, now)

    def _starts(self) -> tuple[dict[str, recorded.Start], set[str]]:
        with self.database.reading() as connection:
            starts = recorded.starts(connection)
        suspects = (start.writer for start in starts.values() if start.ended != registry.CLOSED)
        return starts, {writer for writer in suspects if self.database.lives(writer)}
