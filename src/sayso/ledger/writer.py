"""Commit what callers hand in, in groups, by one thread; know after every fault what holds.

Whatever waits when a commit begins goes into one transaction: with 32 callers one flush serves many. The chain's head
moves only after COMMIT. When a commit fails, nobody knows whether it holds: the thread connects anew, takes the
writer's lock (so no older session of ours is left) and reads the head, which says it. Until then nothing else is
written, and callers wait for as long as their patience lasts.

Whoever was told ``ledger_unavailable`` must not have another outcome in the ledger; what that takes (`owed_for`) is
written as soon as the database is back.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from sayso.failures import KeyTakenError, LedgerError
from sayso.ledger.append import append, stored_head
from sayso.ledger.chain import Head
from sayso.ledger.database import Database
from sayso.ledger.entries import Entry
from sayso.ledger.faults import FOREIGN, ledger_error
from sayso.ledger.notice import LOST, RETURNED, Notice
from sayso.ledger.owed import owed_for
from sayso.ledger.registry import sign_off
from sayso.ledger.tables import ENTRIES

_MAX_GROUP = 256
"""Requests in one commit; beyond some dozens the flush no longer dominates."""

_RETRY_S = 0.05
_PROBE_S = 1.0
"""How often a ledger that is away is tried while nobody asks."""

Work = Callable[[Connection], Sequence[Entry]]
"""Change rows inside the writer's transaction, and give the entries that say so; may run again after a fault."""


@dataclass(eq=False, slots=True)
class Request:
    """Hold what becomes durable together, and whoever waits for that."""

    entries: Sequence[Entry] = ()
    work: Work | None = None
    future: "Future[None]" = field(default_factory=Future)
    """Cancelling it means: the caller was told that this can't be recorded."""
    durable: bool = False
    settled: bool = False
    """Whether what is owed for it was noted."""


class _Doubt(NamedTuple):
    """Hold a commit of which nobody knows whether it holds."""

    head: Head
    requests: Sequence[Request]
    owed: Sequence[Entry]


class Writer:
    """Own the writing connection and the chain of one process."""

    def __init__(
        self,
        database: Database,
        connection: Connection,
        writer: str,
        head: Head,
        *,
        clock: Callable[[], datetime],
        patience_s: float,
        notice: Notice,
    ) -> None:
        """Start the thread; from now on it alone uses the connection."""
        self.fault: LedgerError | None = None
        """Why the last commit failed; None while the ledger can be written."""
        self._database = database
        self._connection: Connection | None = connection
        self._writer = writer
        self._head = head
        self._clock = clock
        self._patience_s = patience_s
        self._notice = notice
        self._queue: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._owed: list[Entry] = []
        self._doubt: _Doubt | None = None
        self._away_since_s = 0.0
        # A daemon: a database that hangs must not keep a process from ending; recovery closes what that leaves.
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> "Future[None]":
        """Hand a request in; its future is done when it is durable."""
        self._queue.put(request)
        return request.future

    def stop(self) -> None:
        """Write what waits, sign off and end the thread, if the database lets it."""
        self._queue.put(None)
        self._thread.join(self._patience_s)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            group, stopping = self._take()
            if group or self._owed or self.fault:
                self._settle(group)
        self._sign_off()

    def _take(self) -> tuple[list[Request], bool]:
        """Wait for requests and take all that are there; the second is whether this is the end."""
        group: list[Request] = []
        with suppress(queue.Empty):
            request = self._queue.get(timeout=_PROBE_S if self.fault or self._owed else None)
            while request is not None:
                group.append(request)
                if len(group) == _MAX_GROUP:
                    return group, False
                request = self._queue.get_nowait()
            return group, True
        return group, False

    def _settle(self, group: Sequence[Request]) -> None:
        """Try until the group is durable, or nobody waits for it any more."""
        while True:
            group = self._awaited(group)
            try:
                self._commit(group)
            except IntegrityError:
                self._settle_each(group)
                return
            except Exception as error:  # noqa: BLE001 - the thread's outermost edge: no fault may end it
                if self._lost(error) or not group:
                    self._refuse(group)
                    return
                time.sleep(_RETRY_S)
            else:
                self._deliver(group)
                return

    def _settle_each(self, group: Sequence[Request]) -> None:
        """Find the request that the database refuses, so that its neighbours are not."""
        self._doubt = None
        owed, self._owed = self._owed, []
        singles = [*(Request((entry,)) for entry in owed), *group]
        if len(singles) == 1:
            self._conflict(singles[0])
            return
        for single in singles:
            self._settle([single])

    def _commit(self, group: Sequence[Request]) -> None:
        connection = self._connected()
        fresh = [request for request in group if not request.durable]
        owed = tuple(self._owed)
        with self._database.writing(connection):
            entries = [*owed, *(entry for request in fresh for entry in _entries(request, connection))]
            head = append(connection, self._writer, self._head, entries)
            self._doubt = _Doubt(head, fresh, owed)
        self._believe(head)
        if self.fault is not None:
            self.fault = None
            self._notice(RETURNED, {"away_s": round(time.monotonic() - self._away_since_s, 3)})

    def _connected(self) -> Connection:
        """Give the connection; a new one first finds out what became of the last commit."""
        if self._connection is None:
            connection = self._database.connect()
            try:
                self._database.hold(connection, self._writer)
                with connection.begin():
                    self._believe(stored_head(connection, self._writer))
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _believe(self, head: Head) -> None:
        """Take a head that the database holds for true, and settle the commit in doubt by it."""
        doubt = self._doubt
        if doubt is not None and head == doubt.head:
            for request in doubt.requests:
                request.durable = True
            self._owed = [entry for entry in self._owed if entry not in doubt.owed]
        elif head != self._head:
            raise LedgerError(
                f"{self._database.name}: it no longer holds what this process wrote (was it restored from a backup, or "
                "replaced?); restart this process"
            )
        self._head, self._doubt = head, None
        for request in doubt.requests if doubt else ():
            if request.future.done():
                self._owe(request)

    def _lost(self, error: Exception) -> bool:
        """Note a fault and drop the connection; say whether it lasts for longer than anyone should wait."""
        now_s = time.monotonic()
        known, self.fault = self.fault, _as_ledger_error(self._database.name, error)
        if known is None:
            self._away_since_s = now_s
            self._notice(LOST, {"reason": str(self.fault)})
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*FOREIGN):
                connection.invalidate()
                connection.close()
        return now_s - self._away_since_s >= self._patience_s

    def _awaited(self, group: Iterable[Request]) -> list[Request]:
        """Drop requests whose callers gave up."""
        waiting = []
        for request in group:
            if request.future.cancelled():
                self._owe(request)
            else:
                waiting.append(request)
        return waiting

    def _deliver(self, group: Iterable[Request]) -> None:
        """Tell the callers; one that gave up at this very moment is owed an end."""
        for request in group:
            request.durable = True
            try:
                request.future.set_result(None)
            except InvalidStateError:
                self._owe(request)

    def _refuse(self, group: Iterable[Request]) -> None:
        for request in group:
            with suppress(InvalidStateError):
                request.future.set_exception(LedgerError(str(self.fault)))
            self._owe(request)

    def _conflict(self, request: Request) -> None:
        """Say why the database took everything but this request."""
        error: Exception = LedgerError(f"{self._database.name}: another process took this one for dead and ended this")
        key = next((entry.idempotency_key for entry in request.entries if entry.idempotency_key), None)
        with suppress(*FOREIGN, LedgerError):
            if key is not None and (holder := self._holder(key)):
                error = KeyTakenError(holder)
        with suppress(InvalidStateError):
            request.future.set_exception(error)

    def _holder(self, key: str) -> str | None:
        connection = self._connected()
        with connection.begin():
            query = select(ENTRIES.c.interaction_id).where(ENTRIES.c.idempotency_key == key)
            found: str | None = connection.scalar(query)
        return found

    def _owe(self, request: Request) -> None:
        """Note what the ledger must still say, once it is known whether the request is in it."""
        if request.settled or (self._doubt and request in self._doubt.requests):
            return
        request.settled = True
        owed = (owed_for(entry, self._clock(), durable=request.durable) for entry in request.entries)
        self._owed += [entry for entry in owed if entry is not None]

    def _sign_off(self) -> None:
        with suppress(*FOREIGN, LedgerError):
            connection = self._connected()
            with self._database.writing(connection):
                sign_off(connection, self._writer, self._head, self._clock())
            self._database.release(connection, self._writer)
            connection.close()


def _entries(request: Request, connection: Connection) -> Sequence[Entry]:
    return [*request.entries, *request.work(connection)] if request.work else request.entries


def _as_ledger_error(ledger: str, error: Exception) -> LedgerError:
    return error if isinstance(error, LedgerError) else ledger_error(ledger, error)
