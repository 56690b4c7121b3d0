"""Work out what operators want to know of a time: outcomes, burn, latency, failures over time, drift.

Pure: rows of the ledger in, figures out.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sayso.failures import FailureClass, Outcome
from sayso.ledger.entries import stamp
from sayso.ledger.period import Ended
from sayso.predictor.manifest import Baseline, CategoryBaseline, FeatureBaseline

BINS = 24
"""Bars over time: one an hour in a day."""
FEWEST_FOR_DRIFT = 30
"""Below it a histogram of ten bins shows chance and nothing else."""

NONE = "none"
"""Where there is no failure class."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """Hold what is promised."""

    available_pct: float
    slow_ms: float
    in_time_pct: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Hold the figures of one time; None where there is nothing to work out."""

    count: int
    outcomes: Mapping[Outcome, int]
    available_pct: float | None
    burn: float | None
    """How many times faster than promised the budget of failures is used up; 1 is just as promised."""
    in_time_pct: float | None
    slow_burn: float | None
    missing_pct: float | None
    """The mean share of features that a question left out."""
    latency_ms: Mapping[int, float]
    """By percentile: 50, 95, 99; empty where nothing was measured."""
    revisions: Mapping[str, int]


def figures(rows: Sequence[Ended], objectives: Objectives) -> Figures:
    """Work out all figures."""
    latencies = sorted(row.latency_ms for row in rows if row.latency_ms is not None)
    missing = [row.missing_pct for row in rows if row.missing_pct is not None]
    failed = sum(_counts(row) for row in rows)
    slow = sum(latency > objectives.slow_ms for latency in latencies)
    return Figures(
        count=len(rows),
        outcomes={outcome: sum(row.outcome == outcome.value for row in rows) for outcome in Outcome},
        available_pct=_share(len(rows) - failed, len(rows)),
        burn=_burn(failed, len(rows), objectives.available_pct),
        in_time_pct=_share(len(latencies) - slow, len(latencies)),
        slow_burn=_burn(slow, len(latencies), objectives.in_time_pct),
        missing_pct=sum(missing) / len(missing) if missing else None,
        latency_ms={percent: percentile(latencies, percent) for percent in (50, 95, 99)} if latencies else {},
        revisions=Counter(row.revision or NONE for row in rows),
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Give the smallest value that so many percent do not exceed."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, rank - 1)]


def over_time(rows: Sequence[Ended], since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    """Count failure classes in each part of a time: (its beginning, class or outcome, count), zeros left out."""
    step = (until - since) / BINS
    edges = [stamp(since + step * index) for index in range(BINS)]
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        place = max(0, bisect_right(edges, row.at) - 1)
        counted[edges[place], row.failure_class or row.outcome] += 1
    return [(edge, named, count) for (edge, named), count in sorted(counted.items())]


@dataclass(frozen=True, slots=True)
class Drift:
    """Hold how one feature is spread, in training and now."""

    feature: str
    bins: tuple[str, ...]
    learned: tuple[float, ...]
    """Shares; they sum to 1."""
    now: tuple[float, ...]
    """Shares; empty where there are too few."""
    count: int


def drifts(rows: Sequence[Ended], baseline: Baseline) -> list[Drift]:
    """Lay the values that the model was sent over those that it learned from."""
    return [_drift(name, of, rows) for name, of in baseline.features.items()]


def _drift(name: str, of: FeatureBaseline | CategoryBaseline, rows: Sequence[Ended]) -> Drift:
    values = [row.values[name] for row in rows if name in row.values]
    if isinstance(of, CategoryBaseline):
        bins, learned = tuple(of.counts), list(of.counts.values())
        live = [sum(value == word for value in values) for word in bins]
    else:
        numbers = [value for value in values if isinstance(value, int | float)]
        bins, learned, live = _laid(of, numbers)
    return Drift(name, bins, _shares(learned), _shares(live) if len(values) >= FEWEST_FOR_DRIFT else (), len(values))


def _laid(of: FeatureBaseline, values: Sequence[float]) -> tuple[tuple[str, ...], list[int], list[int]]:
    """Count values in the baseline's bins, with one more on each side for what it never saw."""
    edges = of.histogram_edges
    counted = Counter(
        0 if value < edges[0] else len(edges) if value > edges[-1] else min(bisect_right(edges, value), len(edges) - 1)
        for value in values
    )
    inner = (f"{low:.3g} to {high:.3g}" for low, high in pairwise(edges))
    names = (f"below {edges[0]:.3g}", *inner, f"above {edges[-1]:.3g}")
    return names, [0, *of.histogram_counts, 0], [counted[index] for index in range(len(edges) + 1)]


def _shares(counts: Sequence[int]) -> tuple[float, ...]:
    total = sum(counts)
    return tuple(count / total for count in counts) if total else tuple(0.0 for _ in counts)


def _counts(row: Ended) -> bool:
    """Say whether an end counts against the service."""
    found = FailureClass.of_label(row.failure_class) if row.failure_class else None
    return found is not None and found.value.counts_against_availability


def _share(good: int, all_: int) -> float | None:
    return 100 * good / all_ if all_ else None


def _burn(bad: int, all_: int, promised_pct: float) -> float | None:
    allowed = 1 - promised_pct / 100
    return bad / all_ / allowed if all_ and allowed > 0 else None


PERIODS: Mapping[str, timedelta] = {
    "1 hour": timedelta(hours=1),
    "24 hours": timedelta(days=1),
    "7 days": timedelta(days=7),
    "30 days": timedelta(days=30),
}
"""What can be looked at, by its name."""
