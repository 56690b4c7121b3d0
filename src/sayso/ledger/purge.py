"""Take words out of the ledger, and leave its rows, outcomes and chains.

What goes: prompts, quotes, evidence, values, answers, comments, and the salt without which no guess can be tested
against what stays, their hash. Each step of a purge is an entry of its own that says how many rows it emptied, so that
`verify` can tell a purge from a theft.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from sayso.ledger.entries import Entry, encode, stamp
from sayso.ledger.records import Operation
from sayso.ledger.tables import ENTRIES
from sayso.ledger.text import TextPolicy
from sayso.wire import JSON

EVENT = "purged"
"""The `Operation` that records one step."""

STEP_ROWS = 500
"""Rows of one transaction: some milliseconds in which other processes wait."""

_HAS_SALT = ENTRIES.c.salt.is_not(None)


class Purge:
    """Choose what is purged; `step` empties some of it and says so, until `left` is false."""

    def __init__(self, which: ColumnElement[bool], why: Mapping[str, JSON], clock: Callable[[], datetime]) -> None:
        """Take the rows and what the entry says of them."""
        self.rows = 0
        """How many rows the last step emptied."""
        self._which = which
        self._why = why
        self._clock = clock

    @property
    def left(self) -> bool:
        """Say whether another step may find something."""
        return self.rows == STEP_ROWS

    def step(self, connection: Connection) -> Sequence[Entry]:
        """Empty at most STEP_ROWS rows inside the writer's transaction; give the entry that says so."""
        columns = select(ENTRIES.c.id, ENTRIES.c.private_hash)
        some = connection.execute(columns.where(self._which, _HAS_SALT).order_by(ENTRIES.c.at).limit(STEP_ROWS)).all()
        self.rows = len(some)
        if not some:
            return ()
        ids = [row.id for row in some]
        connection.execute(update(ENTRIES).where(ENTRIES.c.id.in_(ids)).values(private=None, salt=None))
        hashed = sum(row.private_hash is not None for row in some)
        said = Operation(self._clock(), EVENT, {"rows": hashed, **self._why})
        return (encode(said, TextPolicy.NONE, ""),)


def older_than(time: datetime, clock: Callable[[], datetime]) -> Purge:
    """Choose everything that was recorded before a time."""
    return Purge(ENTRIES.c.at < stamp(time), {"older_than": stamp(time)}, clock)


def of_conversation(conversation_id: str, clock: Callable[[], datetime]) -> Purge:
    """Choose one conversation: its interactions, their stages and what was said of them."""
    theirs = select(ENTRIES.c.interaction_id).where(ENTRIES.c.conversation_id == conversation_id)
    return Purge(ENTRIES.c.interaction_id.in_(theirs), {"conversation_id": conversation_id}, clock)
