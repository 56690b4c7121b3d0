"""Pair what ledger, log and metrics say of each interaction; any difference is a silent failure, and is named.

Pure: takes what others read (`recorded`, `log_lines`, `counters`) and gives findings. What is allowed, and counted:

- answer ``ledger_unavailable``, ledger ``interrupted``, or nothing where not even the start could be recorded;
- ledger ``interrupted``, log nothing: the process died before there was an outcome;
- ledger an outcome, log nothing, at the very end of the chain of a process that died: it is logged before the caller
  is told, and in the order of the chain, so no caller heard of these;
- the last moments of a living process: on its way from the ledger to the log.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sayso.failures import FailureClass
from sayso.ledger.entries import stamp
from sayso.ledger.log_lines import Log, Logged
from sayso.ledger.recorded import Recorded, Start, Unended

ON_ITS_WAY = timedelta(seconds=10)
"""How long an outcome may be in the ledger and not yet in the log: twice a caller's patience with the ledger."""

UNENDED_FOR = timedelta(seconds=120)
"""How long an interaction of a living process may be under way: several times every deadline together."""

_UNAVAILABLE = FailureClass.LEDGER_UNAVAILABLE.label


class Difference(StrEnum):
    """Name each kind of silent failure."""

    ROW_WITHOUT_LOG = "in the ledger, not in the log"
    LOG_WITHOUT_ROW = "in the log, not in the ledger"
    OUTCOMES_DIFFER = "ledger and log differ"
    ENDED_TWICE = "ended twice"
    NO_END = "no end"
    COUNTER_DIFFERS = "metrics differ"
    UNREADABLE_LINE = "unreadable log line"


@dataclass(frozen=True, slots=True)
class Finding:
    """Name one silent failure."""

    difference: Difference
    about: str
    """An interaction, a process start, or a place in a log file."""
    detail: str


@dataclass(frozen=True, slots=True)
class Books:
    """Hold what ledger and log say."""

    recorded: Sequence[Recorded]
    """The ends in the window, and those of every interaction that the log names."""
    unended: Sequence[Unended]
    starts: Mapping[str, Start]
    living: Collection[str]
    log: Log
    now: datetime


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Hold the result: how many pairs there are of each allowed kind, and every finding."""

    counts: Counter[str]
    findings: tuple[Finding, ...]


def reconcile(books: Books) -> Reconciliation:
    """Pair ledger and log by interaction."""
    counts: Counter[str] = Counter()
    findings = list(_pairs(books, counts))
    findings += _without_end(books, counts)
    findings += [
        Finding(Difference.UNREADABLE_LINE, place, "not the JSON of an event") for place in books.log.unreadable
    ]
    return Reconciliation(counts, tuple(findings))


def compare_counters(
    start_id: str, metered: Counter[tuple[str, str]], before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]
) -> Iterator[Finding]:
    """Hold one process's counters against what was accounted for it before and after they were read."""
    for key in sorted({*metered, *before, *after}):
        if not before[key] <= metered[key] <= after[key]:
            outcome, failure_class = key
            expected = f"{before[key]}" if before[key] == after[key] else f"{before[key]} to {after[key]}"
            detail = f"{outcome}/{failure_class}: counted {metered[key]}, accounted for {expected}"
            yield Finding(Difference.COUNTER_DIFFERS, start_id, detail)


def unavailable(log: Log, start_id: str) -> Counter[tuple[str, str]]:
    """Count the asks that one process could not record: only its log and its metrics know them."""
    return Counter(
        (end.outcome, _UNAVAILABLE)
        for end in log.ends
        if end.start_id == start_id and end.failure_class == _UNAVAILABLE and end.interaction_id not in log.no_asks
    )


def _pairs(books: Books, counts: Counter[str]) -> Iterator[Finding]:
    rows: dict[str, list[Recorded]] = defaultdict(list)
    lines: dict[str, list[Logged]] = defaultdict(list)
    for end in books.recorded:
        rows[end.interaction_id].append(end)
    for logged in books.log.ends:
        lines[logged.interaction_id].append(logged)
    unheard = _unheard(books)
    for interaction_id in sorted({*rows, *lines}):
        mine, theirs = rows.get(interaction_id, []), lines.get(interaction_id, [])
        if len(mine) > 1 or len(theirs) > 1:
            said = ", ".join([f"ledger {_said(end)}" for end in mine] + [f"log {_said(end)}" for end in theirs])
            yield Finding(Difference.ENDED_TWICE, interaction_id, said)
            continue
        row, line = next(iter(mine), None), next(iter(theirs), None)
        match _paired(row, line, books, unheard):
            case Difference() as difference:
                detail = f"ledger {_said(row) if row else 'nothing'}, log {_said(line) if line else 'nothing'}"
                yield Finding(difference, interaction_id, detail)
            case str() as kind:
                counts[kind] += 1


def _paired(row: Recorded | None, line: Logged | None, books: Books, unheard: Collection[str]) -> Difference | str:
    """Name the kind of an allowed pair, or the difference."""
    match row, line:
        case None, Logged(failure_class=failure_class):
            return "unrecorded" if failure_class == _UNAVAILABLE else Difference.LOG_WITHOUT_ROW
        case Recorded(), None:
            if row.interrupted:
                return "interrupted"
            if row.interaction_id in unheard:
                return "unheard"
            return "on its way" if _on_its_way(row, books) else Difference.ROW_WITHOUT_LOG
        case Recorded(), Logged():
            if row.interrupted and line.failure_class == _UNAVAILABLE:
                return "interrupted"
            same = (row.outcome, row.failure_class) == (line.outcome, line.failure_class)
            return "matched" if same else Difference.OUTCOMES_DIFFER
        case _:
            raise AssertionError("an interaction that nobody names")


def _unheard(books: Books) -> set[str]:
    """Give the ends that a dead process recorded, and died before it logged them."""
    positions = {(end.writer, end.interaction_id): end.position for end in books.recorded}
    found = set()
    for end in books.recorded:
        start = books.starts.get(end.writer)
        if start is None or start.ended == "closed" or end.writer in books.living:
            continue
        last_logged = positions.get((end.writer, books.log.last.get(end.writer, "")), 0)
        if end.position > last_logged and _near(end.at, start.last_at):
            found.add(end.interaction_id)
    return found


def _on_its_way(row: Recorded, books: Books) -> bool:
    return row.writer in books.living and row.at >= stamp(books.now - ON_ITS_WAY)


def _near(at: str, end: str) -> bool:
    return datetime.fromisoformat(end) - datetime.fromisoformat(at) <= ON_ITS_WAY


def _without_end(books: Books, counts: Counter[str]) -> Iterator[Finding]:
    for begun in books.unended:
        if begun.writer not in books.living:
            detail = (
                f"began at {begun.at} in a process that died; any start of sayso, or `sayso ledger recover`, ends it"
            )
            yield Finding(Difference.NO_END, begun.interaction_id, detail)
        elif begun.at < stamp(books.now - UNENDED_FOR):
            yield Finding(Difference.NO_END, begun.interaction_id, f"under way since {begun.at}")
        else:
            counts["under way"] += 1


def _said(end: Recorded | Logged) -> str:
    return end.outcome if end.failure_class is None else f"{end.outcome}/{end.failure_class}"
