"""Prove the ledger from itself: recompute every chain, and name each row that was changed, removed or moved.

What it can't see: somebody who may write the database and rebuilds a whole chain with all that follows. Against that,
keep the heads of an earlier audit elsewhere and compare (`against`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, select

from sayso.ledger.chain import EMPTY, Head, extend
from sayso.ledger.entries import Entry, Kind, facts_of
from sayso.ledger.purge import EVENT as PURGED
from sayso.ledger.reading import entry_of
from sayso.ledger.tables import ENTRIES, OPEN, WRITERS
from sayso.ledger.text import TextPolicy, digest
from sayso.wire import JSON

_E = ENTRIES.c
_KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Audit:
    """Hold what an audit saw."""

    entries: int
    heads: Mapping[str, Head]
    """The end of each writer's chain, as stored."""
    findings: tuple[str, ...]
    """What is not as it was written, one line each; empty where all is."""


def audit(connection: Connection, *, against: Mapping[str, Head] | None = None) -> Audit:
    """Recompute every chain.

    Args:
        connection: reads one snapshot.
        against: heads of an earlier audit that must still be part of their chains.

    Returns:
        The findings, by writer and position.
    """
    heads = {
        row.writer: Head(row.length, row.head)
        for row in connection.execute(select(WRITERS).order_by(WRITERS.c.started_at, WRITERS.c.writer))
    }
    book = _Book()
    findings = [*_chains(connection, heads, book)]
    findings += _ends(connection, heads, book)
    findings += _anchors(connection, {**book.anchors}, "an entry of a later process")
    findings += _anchors(connection, against or {}, "the earlier audit")
    return Audit(book.entries, heads, tuple(findings))


@dataclass
class _Book:
    """Collect over all chains what has to balance."""

    entries: int = 0
    emptied: int = 0
    """Rows without words whose hash says that they had some."""
    purged: int = 0
    """Rows that recorded purges say they emptied."""
    balance: dict[str, int] = field(default_factory=dict)
    """Starts minus ends of each interaction where that is not 0."""
    tails: dict[str, Head] = field(default_factory=dict)
    """The last entry found of each chain."""
    anchors: dict[str, Head] = field(default_factory=dict)
    """Heads of chains that other chains name."""
    policies: dict[str, TextPolicy] = field(default_factory=dict)

    def count(self, entry: Entry, writer: str, *, intact: bool) -> None:
        """Take one entry in; what a changed one says counts for nothing."""
        self.entries += 1
        match entry.kind:
            case Kind.STARTED | Kind.FINISHED:
                assert entry.interaction_id is not None
                step = 1 if entry.kind is Kind.STARTED else -1
                total = self.balance.pop(entry.interaction_id, 0) + step
                if total:
                    self.balance[entry.interaction_id] = total
            case Kind.OPERATION if intact:
                self._operation(facts_of(entry.public), writer)
            case Kind.OPERATION | Kind.STAGE | Kind.WITHDRAWN | Kind.FEEDBACK:
                pass

    def _operation(self, public: Mapping[str, JSON], writer: str) -> None:
        facts = public["facts"]
        assert isinstance(facts, dict)
        match public["event"], facts:
            case "opened", {"text": str(policy), "chains": list(chains)}:
                self.policies[writer] = TextPolicy(policy)
                for chain in chains:
                    assert isinstance(chain, dict)
                    self.anchors[str(chain["writer"])] = Head(int(str(chain["length"])), str(chain["head"]))
            case event, {"rows": int(rows)} if event == PURGED:
                self.purged += rows
            case _:
                pass


def _chains(connection: Connection, heads: Mapping[str, Head], book: _Book) -> Iterator[str]:
    """Walk every chain from its beginning."""
    query = select(ENTRIES).order_by(_E.writer, _E.position).execution_options(yield_per=1000)
    tail = EMPTY
    writer = ""
    for row in connection.execute(query):
        if row.writer != writer:
            writer, tail = row.writer, EMPTY
            if writer not in heads:
                yield f"writer {writer} is not registered any more; its entries are still there"
        yield from _entry(row, tail, book)
        tail = book.tails[writer] = Head(row.position, row.hash)


def _entry(row: "Row[tuple[object, ...]]", tail: Head, book: _Book) -> Iterator[str]:
    """Hold one stored row against the one before it and against its own hashes."""
    place = _place(row)
    if row.kind not in _KINDS:
        yield f"changed: {place}"
        return
    entry = entry_of(row)
    intact = row.position != tail.length + 1 or extend(tail, row.writer, entry).hash == row.hash
    if row.position != tail.length + 1:
        yield f"removed: {_span(tail.length + 1, row.position - 1)} of writer {row.writer}"
    elif not intact:
        yield f"changed or moved: {place}"
    if entry.private is not None and digest(entry.private, entry.salt or "") != entry.private_hash:
        yield f"words changed: {place}"
    if entry.private is None and entry.private_hash is not None:
        if entry.salt is None:
            book.emptied += 1
        elif book.policies.get(row.writer) is TextPolicy.FULL:
            yield f"words removed, and not by a purge: {place}"
    book.count(entry, row.writer, intact=intact)


def _ends(connection: Connection, heads: Mapping[str, Head], book: _Book) -> Iterator[str]:
    """Hold the ends of chains, and the balance of all, against what was noted elsewhere."""
    for writer, head in heads.items():
        tail = book.tails.get(writer, EMPTY)
        if tail.length < head.length:
            yield f"removed: {_span(tail.length + 1, head.length)} of writer {writer}, the end of its chain"
        elif tail != head:
            yield f"changed: the head noted for writer {writer} is not the last entry of its chain"
    listed = set(connection.scalars(select(OPEN.c.interaction_id)))
    for interaction_id, total in book.balance.items():
        if total < 0:
            yield f"ended more often than begun: interaction {interaction_id}"
        elif interaction_id not in listed:
            yield f"began, has no end, and is not listed as open: interaction {interaction_id}"
    for interaction_id in sorted(listed - book.balance.keys()):
        yield f"listed as open, and has an end or no beginning: interaction {interaction_id}"
    if book.emptied != book.purged:
        yield f"{book.emptied} rows lost their words, and recorded purges account for {book.purged}"


def _anchors(connection: Connection, anchors: Mapping[str, Head], where: str) -> Iterator[str]:
    """Hold the chains against heads that somebody else wrote down."""
    for writer, head in anchors.items():
        found = connection.scalar(select(_E.hash).where(_E.writer == writer, _E.position == head.length))
        if found is None:
            yield f"removed: writer {writer}'s chain of {head.length}, or its end; {where} names it"
        elif found != head.hash:
            yield f"changed: entry {head.length} of writer {writer} is not what {where} says"


def heads_of(document: Iterable[tuple[str, JSON]]) -> dict[str, Head]:
    """Read the heads that an earlier audit printed; raises ValueError where it is none."""
    heads = {}
    for writer, head in document:
        match head:
            case {"length": int(length), "hash": str(text)}:
                heads[writer] = Head(length, text)
            case _:
                raise ValueError(writer)
    return heads


def _place(row: "Row[tuple[object, ...]]") -> str:
    about = f", interaction {row.interaction_id}" if row.interaction_id else ""
    return f"entry {row.position} of writer {row.writer} ({row.kind} at {row.at}{about})"


def _span(first: int, last: int) -> str:
    return f"entry {first}" if first == last else f"entries {first} to {last}"
