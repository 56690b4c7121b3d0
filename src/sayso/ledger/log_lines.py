"""Read from log files how interactions ended.

A log line is a JSON object with ``event``, ``timestamp``, ``start_id`` and, for an end, ``interaction_id``,
``outcome`` and ``failure_class``. Lines of other events pass; a line that is no JSON object is named, because it may
have been an end.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sayso.ledger.entries import stamp
from sayso.ledger.records import Purpose
from sayso.wire import JSON


class Logged(NamedTuple):
    """Hold one line that says how an interaction ended."""

    interaction_id: str
    outcome: str
    failure_class: str | None
    start_id: str
    """The process start that wrote the line."""
    at: str


@dataclass(slots=True)
class Log:
    """Hold what a reading of log files found."""

    ends: list[Logged] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)
    """The interaction whose end each process start logged last."""
    no_asks: set[str] = field(default_factory=set)
    """Interactions that ran for another purpose than to answer somebody."""
    unreadable: list[str] = field(default_factory=list)
    """``FILE:LINE`` of lines that are no JSON object, or an end without its keys."""


def read(paths: Iterable[Path], keep: Callable[[Logged], bool]) -> Log:
    """Read log files, oldest first, keeping the ends that `keep` wants; raises OSError."""
    log = Log()
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            _take(log, line, f"{path}:{number}", keep)
    return log


def wanted(since: str, also: Collection[str]) -> Callable[[Logged], bool]:
    """Keep ends from a time on, those of some interactions, and all that could not be recorded."""
    return lambda end: end.at >= since or end.interaction_id in also or end.failure_class == "ledger_unavailable"


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        yield from lines


def _take(log: Log, line: str, place: str, keep: Callable[[Logged], bool]) -> None:
    event = _event(line)
    if event is None:
        log.unreadable.append(place)
        return
    match event:
        case {"event": "interaction_finished"}:
            end = _end(event)
            if end is None:
                log.unreadable.append(place)
                return
            log.last[end.start_id] = end.interaction_id
            if keep(end):
                log.ends.append(end)
        case {"event": "interaction_started", "purpose": purpose} if purpose != Purpose.ASK.value:
            log.no_asks.add(str(event["interaction_id"]))
        case _:
            pass


def _event(line: str) -> Mapping[str, JSON] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _end(event: Mapping[str, JSON]) -> Logged | None:
    """Read an end; None where the line does not have the shape of one."""
    match event:
        case {
            "interaction_id": str(interaction_id),
            "outcome": str(outcome),
            "failure_class": (str() | None) as failure_class,
            "start_id": str(start_id),
            "timestamp": str(timestamp),
        } if at := _time(timestamp):
            return Logged(interaction_id, outcome, failure_class, start_id, at)
        case _:
            return None


def _time(text: str) -> str | None:
    """Write a log's time as the ledger does; None where it is none."""
    try:
        return stamp(datetime.fromisoformat(text))
    except ValueError:
        return None
