"""Be the ledger that the rest of sayso sees: record durably, read back, say whether it can be written."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta

from sayso.failures import LedgerError
from sayso.ledger import purge, registry
from sayso.ledger.database import Database, database_at
from sayso.ledger.entries import encode
from sayso.ledger.faults import named
from sayso.ledger.notice import Notice, silent
from sayso.ledger.purge import Purge
from sayso.ledger.reader import Reader
from sayso.ledger.records import Finished, Interrupted, Record
from sayso.ledger.retention import Retention
from sayso.ledger.schema import bring_up_to_date
from sayso.ledger.stored import StoredInteraction, StoredProposals
from sayso.ledger.text import TextPolicy
from sayso.ledger.writer import Request, Writer

PATIENCE_S = 5.0
"""How long a caller waits for durability: long enough for a database that restarts, short within a 20 s deadline."""


class Ledger:
    """Hold one process's place in the ledger."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        *,
        text: TextPolicy,
        clock: Callable[[], datetime],
        patience_s: float,
    ) -> None:
        """Take what `open` made."""
        self._clock = clock
        self._retention: Retention | None = None
        self._database = database
        self._reader = Reader(database)
        self._writer = writer
        self._text = text
        self._patience_s = patience_s

    @classmethod
    def open(
        cls,
        url: str,
        *,
        text: TextPolicy,
        clock: Callable[[], datetime],
        writer: str,
        keep: timedelta | None = None,
        patience_s: float = PATIENCE_S,
        notice: Notice = silent,
    ) -> "Ledger":
        """Open the ledger for one writer: make or migrate its tables, and close what dead writers left open.

        Args:
            url: ``sqlite:///PATH`` or ``postgresql://USER@HOST/DATABASE``.
            text: what is kept of people's words.
            clock: gives aware UTC time.
            writer: an id that no other start of any process has.
            keep: how long words are kept; None keeps them until somebody purges them.
            patience_s: how long a caller waits for durability.
            notice: is told when the ledger is lost, returns, is recovered or purged.

        Raises:
            LedgerError: the ledger can't be opened, or would not be durable.
        """
        database = database_at(url, patience_s)
        with named(database.name):
            database.create()
            connection = database.connect()
            try:
                bring_up_to_date(database, connection)
                head = registry.sign_on(database, connection, writer, text, clock)
                head = registry.recover(database, connection, writer, head, clock=clock, notice=notice)
            except BaseException:
                connection.close()
                raise
        thread = Writer(database, connection, writer, head, clock=clock, patience_s=patience_s, notice=notice)
        ledger = cls(database, thread, text=text, clock=clock, patience_s=patience_s)
        if keep is not None:
            ledger.retain(keep, notice)
        return ledger

    async def record(self, *records: Record) -> None:
        """Return when all records are durable, in one commit.

        Raises:
            LedgerError: they are not, or nobody knows; the ledger then ends their interactions as interrupted.
            KeyTakenError: another interaction has the idempotency key; nothing was recorded.
        """
        future = self._submit(records)
        timer = asyncio.get_running_loop().call_later(self._patience_s, future.cancel)
        try:
            await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise self._impatient() from None
        finally:
            timer.cancel()

    def record_now(self, *records: Record) -> None:
        """Do as `record` does, for callers outside an event loop."""
        self._wait(self._submit(records))

    async def ready(self) -> LedgerError | None:
        """Say why nothing can be recorded now; None where a write just went through."""
        try:
            await self.record()
        except LedgerError as error:
            return error
        return None

    def interaction(self, interaction_id: str) -> StoredInteraction | None:
        """Find one interaction; raises LedgerError."""
        return self._reader.interaction(interaction_id)

    def by_idempotency_key(self, key: str) -> StoredInteraction | None:
        """Find the interaction that was asked under a key; raises LedgerError."""
        return self._reader.by_idempotency_key(key)

    def proposals(self, conversation_id: str) -> tuple[StoredProposals, ...]:
        """Give what the answers of a conversation asked to confirm; raises LedgerError."""
        return self._reader.proposals(conversation_id)

    def tokens_charged(self, since: datetime) -> int:
        """Sum what extractors were charged for since a time; raises LedgerError."""
        return self._reader.tokens_charged(since)

    def purge_older_than(self, time: datetime) -> int:
        """Purge the words of everything recorded before a time; give the number of rows; raises LedgerError."""
        return self._purge(purge.older_than(time, self._clock))

    def purge_conversation(self, conversation_id: str) -> int:
        """Purge the words of one conversation; give the number of rows; raises LedgerError."""
        return self._purge(purge.of_conversation(conversation_id, self._clock))

    def retain(self, keep: timedelta, notice: Notice) -> None:
        """Purge from now on what is older than that."""
        self._retention = Retention(lambda: self.purge_older_than(self._clock() - keep), notice)

    def close(self) -> None:
        """Write what waits, sign off, and close."""
        if self._retention is not None:
            self._retention.stop()
        self._writer.stop()
        self._database.close()

    def _purge(self, chosen: Purge) -> int:
        rows = 0
        while True:
            self._wait(self._writer.submit(Request(work=chosen.step)))
            rows += chosen.rows
            if not chosen.left:
                break
        if rows:
            with named(self._database.name):
                self._database.erase()
        return rows

    def _submit(self, records: tuple[Record, ...]) -> "Future[None]":
        try:
            entries = [
                encode(record, self._text, salt) for record, salt in zip(records, _salts(len(records)), strict=True)
            ]
        except (TypeError, ValueError, RecursionError) as error:
            self._interrupt(records)
            raise LedgerError(f"{self._database.name}: a record can't be written as JSON: {error}") from error
        return self._writer.submit(Request(entries))

    def _interrupt(self, records: tuple[Record, ...]) -> None:
        """End what can't be recorded as it ended."""
        for record in records:
            if isinstance(record, Finished):
                end = Interrupted(
                    record.interaction_id, record.conversation_id, self._clock(), record.contract, record.revision
                )
                self._writer.submit(Request([encode(end, self._text, "")]))

    def _wait(self, future: "Future[None]") -> None:
        try:
            future.result(self._patience_s)
        except TimeoutError:
            if future.cancel():
                raise self._impatient() from None
            future.result()

    def _impatient(self) -> LedgerError:
        reason = self._writer.fault or LedgerError(f"{self._database.name}: it does not answer")
        return LedgerError(f"{reason} (waited {self._patience_s:g} s)")


def _salts(count: int) -> list[str]:
    """Make so many salts by one call of the system's randomness, which costs more than an entry's hash."""
    digits = secrets.token_hex(16 * count)
    return [digits[start : start + 32] for start in range(0, len(digits), 32)]
