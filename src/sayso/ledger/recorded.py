"""Read from the ledger how interactions ended, and which have not."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, literal_column, select

from sayso.failures import FailureClass
from sayso.ledger.entries import Kind, facts_of
from sayso.ledger.records import Purpose
from sayso.ledger.tables import ENTRIES, OPEN, WRITERS

_E = ENTRIES.c
_AT_ONCE = 500
"""Ids in one query; SQLite takes 32,766 parameters at most, and a list this long is no slower."""


class Recorded(NamedTuple):
    """Hold one end of an interaction as its caller was told, or would have been."""

    interaction_id: str
    outcome: str
    failure_class: str | None
    writer: str
    """The process start whose chain holds the end; of an interrupted one, the one that closed it."""
    position: int
    at: str

    @property
    def interrupted(self) -> bool:
        """Say whether no caller got this: its process died, or told its caller that it can't be recorded."""
        return self.failure_class == FailureClass.INTERRUPTED.label


class Unended(NamedTuple):
    """Hold one interaction that has begun and not ended."""

    interaction_id: str
    writer: str
    at: str


class Start(NamedTuple):
    """Hold one process start."""

    writer: str
    ended: str | None
    last_at: str
    """When it wrote its last entry."""


def since(connection: Connection, time: str) -> list[Recorded]:
    """Give every end that was recorded from a time on."""
    return list(_ends(connection, _E.at >= time))


def of_interactions(connection: Connection, ids: Iterable[str]) -> list[Recorded]:
    """Give every end of some interactions."""
    wanted = sorted(set(ids))
    parts = (wanted[first : first + _AT_ONCE] for first in range(0, len(wanted), _AT_ONCE))
    return [end for part in parts for end in _ends(connection, _E.interaction_id.in_(part))]


def unended(connection: Connection) -> list[Unended]:
    """Give every interaction that has begun and not ended."""
    query = select(OPEN.c.interaction_id, OPEN.c.writer, _E.at).join(
        ENTRIES, (_E.interaction_id == OPEN.c.interaction_id) & (_E.kind == Kind.STARTED.value)
    )
    return [Unended(*row) for row in connection.execute(query)]


def starts(connection: Connection) -> dict[str, Start]:
    """Give every process start, and when it last wrote."""
    query = select(WRITERS.c.writer, WRITERS.c.ended, _E.at).join(
        ENTRIES, (_E.writer == WRITERS.c.writer) & (_E.position == WRITERS.c.length)
    )
    return {row.writer: Start(*row) for row in connection.execute(query)}


def totals(connection: Connection, writer: str) -> Counter[tuple[str, str]]:
    """Count the answered asks of one process start by outcome and failure class, as its metrics do."""
    begun = ENTRIES.alias()
    query = (
        select(_E.interaction_id, _E.public, begun.c.public.label("start"))
        .join(begun, (begun.c.interaction_id == _E.interaction_id) & (begun.c.kind == Kind.STARTED.value))
        .where(_E.writer == writer, _E.kind == Kind.FINISHED.value)
    )
    withdrawn = _withdrawn(connection)
    counted: Counter[tuple[str, str]] = Counter()
    for row in connection.execute(query):
        facts = facts_of(row.public)
        asked = facts_of(row.start)["purpose"] == Purpose.ASK.value
        if asked and row.interaction_id not in withdrawn and facts["failure_class"] != FailureClass.INTERRUPTED.label:
            counted[str(facts["outcome"]), str(facts["failure_class"] or "none")] += 1
    return counted


def _ends(connection: Connection, *where: ColumnElement[bool]) -> Iterator[Recorded]:
    columns = select(_E.interaction_id, _E.public, _E.writer, _E.position, _E.at)
    query = columns.where(_E.kind == Kind.FINISHED.value, *where).order_by(_E.id)
    withdrawn = _withdrawn(connection)
    for row in connection.execute(query):
        facts = facts_of(row.public)
        outcome, failure_class = facts["outcome"], facts["failure_class"]
        if row.interaction_id in withdrawn:
            outcome, failure_class = FailureClass.INTERRUPTED.outcome.value, FailureClass.INTERRUPTED.label
        label = None if failure_class is None else str(failure_class)
        yield Recorded(row.interaction_id, str(outcome), label, row.writer, row.position, row.at)


def _withdrawn(connection: Connection) -> set[str]:
    """Give the interactions whose recorded outcome never reached its caller: a handful for each outage."""
    # A literal: with a parameter SQLite can't tell that its partial index holds all of them.
    withdrawn: ColumnElement[str] = literal_column(f"'{Kind.WITHDRAWN.value}'")
    return set(connection.scalars(select(_E.interaction_id).where(_E.kind == withdrawn)))
