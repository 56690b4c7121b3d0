"""Read how the asks of a time ended: one row each, for figures over many."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from sayso.failures import FailureClass
from sayso.ledger.entries import Entry, Kind, facts_of
from sayso.ledger.reading import entry_of
from sayso.ledger.records import Purpose
from sayso.ledger.tables import ENTRIES
from sayso.wire import JSON

_E = ENTRIES.c

MOST = 50_000
"""Rows at once: enough for a plot, and read in about a second."""


class Ended(NamedTuple):
    """Hold how one ask ended."""

    at: str
    outcome: str
    failure_class: str | None
    latency_ms: float | None
    missing_pct: float | None
    """The missing share of the contract's features; None where the reading was not reached."""
    revision: str | None
    values: Mapping[str, float | str]
    """What was sent to the model; empty where nothing was, or where no words are kept."""


def ended(connection: Connection, since: str, most: int = MOST) -> list[Ended]:
    """Give the asks that ended from a time on, oldest first; the latest ones where there are more than `most`."""
    begun = ENTRIES.alias()
    query = (
        select(_E.at, _E.public, _E.private, begun.c.public.label("start"), _E.interaction_id)
        .join(begun, (begun.c.interaction_id == _E.interaction_id) & (begun.c.kind == Kind.STARTED.value))
        .where(_E.kind == Kind.FINISHED.value, _E.at >= since)
        .order_by(_E.id.desc())
        .limit(most)
    )
    withdrawn = set(connection.scalars(select(_E.interaction_id).where(_E.kind == Kind.WITHDRAWN.value)))
    rows = [
        _ended(row.at, facts_of(row.public), row.private, withdrawn=row.interaction_id in withdrawn)
        for row in connection.execute(query)
        if facts_of(row.start)["purpose"] == Purpose.ASK.value
    ]
    return rows[::-1]


def operations(connection: Connection, count: int) -> Iterator[Entry]:
    """Give the latest events of the operators' side, latest first."""
    query = select(ENTRIES).where(_E.kind == Kind.OPERATION.value).order_by(_E.id.desc()).limit(count)
    return (entry_of(row) for row in connection.execute(query).all())


def _ended(at: str, end: Mapping[str, JSON], private: str | None, *, withdrawn: bool) -> Ended:
    if withdrawn:
        lost = FailureClass.INTERRUPTED
        return Ended(at, lost.outcome.value, lost.label, None, None, _text(end.get("revision")), {})
    missing, features, latency = end.get("missing_features"), end.get("contract_features"), end.get("total_latency_ms")
    share = 100 * len(missing) / features if isinstance(missing, list) and isinstance(features, int) else None
    return Ended(
        at=at,
        outcome=str(end["outcome"]),
        failure_class=_text(end.get("failure_class")),
        latency_ms=float(latency) if isinstance(latency, int | float) else None,
        missing_pct=share,
        revision=_text(end.get("revision")),
        values=_values(private),
    )


def _values(private: str | None) -> Mapping[str, float | str]:
    kept = facts_of(private).get("values") if private is not None else None
    if not isinstance(kept, dict):
        return {}
    return {name: value for name, value in kept.items() if isinstance(value, int | float | str)}


def _text(value: JSON) -> str | None:
    return value if isinstance(value, str) else None
