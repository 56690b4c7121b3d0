"""Measure durable interactions a second beside bare appends with fdatasync on the same disk in the same run.

An interaction is two commits: its start, and its stages with its end. 32 callers ask at once, in one process, each its
next one as soon as the last is durable; the p99 is of one whole interaction. Target: at least 0.5 interactions for one
bare append, on either database.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uuid_utils
from tests.postgresql import binaries, running

from sayso.failures import Outcome
from sayso.ledger.records import Finished, Purpose, Stage, Started
from sayso.ledger.store import Ledger
from sayso.ledger.text import TextPolicy
from sayso.wire import JSON

TARGET = 0.5
CALLERS = 32
ROUNDS = 3
ROUND_S = 3.0
APPENDED = b"x" * 4096
"""A page: about what one interaction adds to a database's log."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONTRACT = "short-rate@1.0.0+sha256:" + 64 * "0"
QUESTION = "Inflation is 3.1%, unemployment 4.7%, real GDP grew 1.2% and the T-bill is at 4.2% - where next quarter?"
FEATURES = ("Inflation Rate", "Unemployment Rate", "Real GDP Growth", "T-Bill Rate")
EVIDENCE: JSON = {
    "value": 3.1,
    "unit": "percent",
    "quote": "Inflation is 3.1%",
    "turn": 0,
    "start": 0,
    "end": 17,
    "kind": "stated",
}
ANSWER: JSON = {
    "outcome": "predicted",
    "prediction": {"value": 4.05, "unit": "percent", "interval": None},
    "features": dict.fromkeys(FEATURES, EVIDENCE),
    "missing_features": [],
    "unused": [],
    "violations": [],
}
STAGES = ("extraction", "verification", "admission", "inference")
WORDS: JSON = [{"role": "user", "text": QUESTION, "asks": [], "proposes": {}}]
FACTS: Mapping[str, JSON] = {"grounded": 4, "missing": 0, "open": [], "unused": 0}


def started(one: str) -> Started:
    """Make the record of a beginning."""
    return Started(one, "c-1", NOW, CONTRACT, "r-1", "grammar", Purpose.ASK, None, WORDS)


def ended(one: str) -> Iterator[Stage | Finished]:
    """Make the records of four stages and of a prediction."""
    for name in STAGES:
        yield Stage(one, NOW, name, 3.0, FACTS, None)
    yield Finished(
        interaction_id=one,
        conversation_id="c-1",
        at=NOW,
        outcome=Outcome.PREDICTED,
        code=None,
        failure_class=None,
        contract=CONTRACT,
        revision="r-1",
        missing_features=(),
        contract_features=4,
        prediction={"value": 4.05, "unit": "percent", "interval": None},
        extrapolated=(),
        total_latency_ms=12.5,
        stages_ms=dict.fromkeys(STAGES, 3.0),
        values=dict.fromkeys(FEATURES, 3.1),
        proposes={},
        private=ANSWER,
    )


@dataclass(frozen=True)
class Speed:
    """Hold what was measured of one ledger in one round."""

    per_s: float
    p99_ms: float


def bare_appends_per_s(folder: Path) -> float:
    """Append a page and flush it, again and again."""
    descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    begin, count = time.monotonic(), 0
    while (elapsed_s := time.monotonic() - begin) < ROUND_S:
        os.write(descriptor, APPENDED)
        os.fdatasync(descriptor)
        count += 1
    os.close(descriptor)
    return count / elapsed_s


def speed(url: str) -> Speed:
    """Let 32 callers ask one ledger."""
    ledger = Ledger.open(url, text=TextPolicy.FULL, clock=lambda: NOW, writer=str(uuid_utils.uuid7()))
    try:
        return asyncio.run(_asked(ledger))
    finally:
        ledger.close()


async def _asked(ledger: Ledger) -> Speed:
    took_s: list[float] = []
    begin_s = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(CALLERS):
            group.create_task(_ask_until(ledger, begin_s + ROUND_S, took_s))
    elapsed_s = time.monotonic() - begin_s
    took_s.sort()
    return Speed(len(took_s) / elapsed_s, took_s[int(len(took_s) * 0.99)] * 1000)


async def _ask_until(ledger: Ledger, end_s: float, took_s: list[float]) -> None:
    while (begin_s := time.monotonic()) < end_s:
        one = str(uuid_utils.uuid7())
        await ledger.record(started(one))
        await ledger.record(*ended(one))
        took_s.append(time.monotonic() - begin_s)


@contextmanager
def _addresses(folder: Path) -> Iterator[dict[str, str]]:
    """Give an empty ledger of each kind that is there."""
    addresses = {"sqlite": f"sqlite:///{folder / 'ledger.db'}"}
    try:
        binaries()
    except FileNotFoundError:
        print("ledger: PostgreSQL is not installed here, and not measured")
        yield addresses
        return
    with running(folder.parent) as server:
        yield {**addresses, "postgresql": server.schema()}


def main() -> Mapping[str, float]:
    """Print each database's speed beside that of bare appends, the median of some interleaved rounds."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="sayso-bench-") as name, _addresses(Path(name)) as addresses:
        bare: list[float] = []
        found: dict[str, list[Speed]] = {database: [] for database in addresses}
        for _ in range(ROUNDS):
            bare.append(bare_appends_per_s(Path(name)))
            for database, url in addresses.items():
                found[database].append(speed(url))
    figures["bare appends a second"] = appends = sorted(bare)[ROUNDS // 2]
    print(f"ledger: {appends:.0f} bare appends with fdatasync a second")
    for database, speeds in found.items():
        middle = sorted(speeds, key=lambda one: one.per_s)[ROUNDS // 2]
        ratio = middle.per_s / appends
        met = "met" if ratio >= TARGET else "MISSED"
        print(
            f"ledger: {database}: {middle.per_s:.0f} durable interactions a second with {CALLERS} callers, "
            f"p99 {middle.p99_ms:.0f} ms; {ratio:.2f} of bare appends (target {TARGET}: {met})"
        )
        figures[f"{database}, interactions a second"] = middle.per_s
        figures[f"{database}, p99 in ms"] = middle.p99_ms
        figures[f"{database}, ratio to bare appends"] = ratio
    return figures


if __name__ == "__main__":
    main()
