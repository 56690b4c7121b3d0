"""Register the processes that write, close what dead ones left open, and sign off.

A dead writer is one that has not signed off and whose lock nobody holds (`Database.seize`). Its open interactions get
their end in the chain of whoever finds it. A writer that only lost its connection can be taken for dead; its own
attempt to end those interactions is then refused by the database (one end each), and its caller hears
``ledger_unavailable``: an allowed pair.
"""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from sayso.ledger.append import append
from sayso.ledger.chain import EMPTY, Head
from sayso.ledger.database import Database
from sayso.ledger.entries import Entry, Kind, encode, facts_of, stamp
from sayso.ledger.notice import LEFT_OPEN_CLOSED, Notice
from sayso.ledger.records import Interrupted, Operation, Record
from sayso.ledger.tables import ENTRIES, OPEN, WRITERS
from sayso.ledger.text import TextPolicy
from sayso.wire import JSON

CLOSED, RECOVERED = "closed", "recovered"
"""How a writer ended: it signed off, or another one closed its interactions."""


def sign_on(
    database: Database, connection: Connection, writer: str, text: TextPolicy, clock: Callable[[], datetime]
) -> Head:
    """Register a writer and anchor the chains that ended before it: its first entry names their heads."""
    database.hold(connection, writer)
    with database.writing(connection):
        connection.execute(
            insert(WRITERS).values(
                writer=writer,
                host=socket.gethostname(),
                pid=os.getpid(),
                started_at=stamp(clock()),
                length=EMPTY.length,
                head=EMPTY.hash,
            )
        )
        opened = Operation(clock(), "opened", {"text": text.value, "chains": list(_anchored(connection, writer))})
        return append(connection, writer, EMPTY, [_entry(opened)])


def recover(
    database: Database,
    connection: Connection,
    writer: str,
    head: Head,
    *,
    clock: Callable[[], datetime],
    notice: Notice,
) -> Head:
    """Close what dead writers left open, each in one transaction; give the new head."""
    with connection.begin():
        unended = select(WRITERS.c.writer).where(WRITERS.c.ended_at.is_(None), WRITERS.c.writer != writer)
        suspects = list(connection.scalars(unended))
    for suspect in suspects:
        if database.seize(connection, suspect):
            with database.writing(connection):
                head, interrupted = _close(connection, suspect, writer, head, clock())
            database.release(connection, suspect)
            if interrupted is not None:
                notice(LEFT_OPEN_CLOSED, {"writer": suspect, "interrupted": interrupted})
    return head


def sign_off(connection: Connection, writer: str, head: Head, at: datetime) -> Head:
    """End a chain in order, inside the caller's transaction."""
    head = append(connection, writer, head, [_entry(Operation(at, "closed"))])
    _ended(connection, writer, CLOSED, at)
    return head


def _close(connection: Connection, dead: str, writer: str, head: Head, at: datetime) -> tuple[Head, int | None]:
    """Give each open interaction of a dead writer its end; None where somebody closed it meanwhile."""
    if not _ended(connection, dead, RECOVERED, at):
        return head, None
    ends = [_entry(interrupted) for interrupted in _left_open(connection, dead, at)]
    noted = Operation(at, "recovered", {"writer": dead, "interrupted": len(ends)})
    return append(connection, writer, head, [*ends, _entry(noted)]), len(ends)


def _left_open(connection: Connection, dead: str, at: datetime) -> list[Interrupted]:
    started = (
        select(ENTRIES.c.interaction_id, ENTRIES.c.conversation_id, ENTRIES.c.public)
        .join(OPEN, OPEN.c.interaction_id == ENTRIES.c.interaction_id)
        .where(OPEN.c.writer == dead, ENTRIES.c.kind == Kind.STARTED.value)
    )
    return [
        interruption(row.interaction_id, row.conversation_id, row.public, at) for row in connection.execute(started)
    ]


def interruption(interaction_id: str, conversation_id: str | None, public: str, at: datetime) -> Interrupted:
    """Make the end of an interaction from the public part of its start, or of the end it could not record."""
    facts = facts_of(public)
    revision = facts["revision"]
    return Interrupted(
        interaction_id=interaction_id,
        conversation_id=conversation_id,
        at=at,
        contract=str(facts["contract"]),
        revision=None if revision is None else str(revision),
    )


def _anchored(connection: Connection, writer: str) -> Iterator[JSON]:
    anchor = (
        update(WRITERS)
        .where(WRITERS.c.ended_at.is_not(None), WRITERS.c.anchored_by.is_(None))
        .values(anchored_by=writer)
        .returning(WRITERS.c.writer, WRITERS.c.length, WRITERS.c.head)
    )
    for row in sorted(connection.execute(anchor).all()):
        yield {"writer": row.writer, "length": row.length, "head": row.head}


def _ended(connection: Connection, writer: str, how: str, at: datetime) -> bool:
    """Mark a writer's end; False where that was done before."""
    done = connection.execute(
        update(WRITERS)
        .where(WRITERS.c.writer == writer, WRITERS.c.ended_at.is_(None))
        .values(ended_at=stamp(at), ended=how)
    )
    return done.rowcount == 1


def _entry(record: Record) -> Entry:
    """Encode a record of ours, which has nothing private."""
    return encode(record, TextPolicy.NONE, "")
