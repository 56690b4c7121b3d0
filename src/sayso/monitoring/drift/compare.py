"""Lay a window of questions over the training data that a model package describes, feature by feature."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sayso.monitoring.drift import vertex
from sayso.monitoring.drift.histogram import of_edges, standard
from sayso.monitoring.drift.robust import Bins, Judgement, Verdict, bins_of_histogram, bins_of_quantiles, judge
from sayso.monitoring.slo import Drift
from sayso.predictor.manifest import Baseline, CategoryBaseline, FeatureBaseline

Row = Mapping[str, float | str]
"""The values of one question that reached the model, by feature."""

SEED = 20260101
"""The thresholds are drawn; with one seed, the same window is always judged the same."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Hold what one feature came to."""

    feature: str
    count: int
    vertex_figure: float | None
    """Vertex AI's: Jensen-Shannon divergence, or L-infinity of a category; None without values."""
    vertex_threshold: float
    robust: Judgement
    bins: tuple[str, ...]
    learned: tuple[float, ...]
    now: tuple[float, ...]
    """Shares of training data and window by bin."""

    @property
    def vertex_verdict(self) -> Verdict:
        """Say what Vertex AI would."""
        if self.vertex_figure is None or self.robust.verdict is Verdict.TOO_FEW:
            return Verdict.TOO_FEW
        return Verdict.DRIFTED if self.vertex_figure > self.vertex_threshold else Verdict.SAME


def compare(rows: Iterable[Row], baseline: Baseline, limits: Drift) -> list[Comparison]:
    """Compare every feature of a baseline with a window of rows."""
    window = list(rows)
    return [_feature(name, described, window, limits) for name, described in baseline.features.items()]


def _feature(
    name: str, described: FeatureBaseline | CategoryBaseline, window: Sequence[Row], limits: Drift
) -> Comparison:
    found = [row[name] for row in window if name in row]
    match described:
        case CategoryBaseline():
            return _category(name, described, [str(value) for value in found], limits)
        case FeatureBaseline():
            return _number(name, described, [value for value in found if isinstance(value, int | float)], limits)


def _number(name: str, described: FeatureBaseline, found: Sequence[float], limits: Drift) -> Comparison:
    values = np.array(found, dtype=np.float64)
    bins = _bins(described)
    learned, now = np.array(bins.counts, dtype=np.int64), bins.count(values)
    trained = of_edges(described.histogram_edges, described.histogram_counts)
    edges = [f"{edge:.4g}" for edge in bins.edges]
    between = (f"{low} to {high}" for low, high in pairwise(edges))
    return Comparison(
        feature=name,
        count=len(found),
        vertex_figure=vertex.divergence(trained, standard(values)) if found else None,
        vertex_threshold=limits.vertex_thresholds.get(name, limits.vertex_threshold),
        robust=_judged(learned, now, limits),
        bins=(f"below {edges[0]}", *between, f"above {edges[-1]}"),
        learned=_shares(learned.tolist()),
        now=_shares(now.tolist()),
    )


def _bins(described: FeatureBaseline) -> Bins:
    """Take the quantiles; where values tie, shares between quantiles aren't equal, and the counted bins are taken."""
    edges = described.quantile_edges
    tie = len(set(edges)) < len(edges) or all(edge == round(edge) for edge in edges)
    if tie:
        return bins_of_histogram(described.histogram_edges, described.histogram_counts)
    return bins_of_quantiles(edges, described.count)


def _category(name: str, described: CategoryBaseline, found: Sequence[str], limits: Drift) -> Comparison:
    counted = Counter(found)
    values = tuple(dict.fromkeys((*described.counts, *sorted(counted))))
    learned = [described.counts.get(value, 0) for value in values]
    now = [counted[value] for value in values]
    return Comparison(
        feature=name,
        count=len(found),
        vertex_figure=vertex.l_infinity(described.counts, counted) if found else None,
        vertex_threshold=limits.vertex_thresholds.get(name, limits.vertex_threshold),
        robust=_judged(np.array(learned, dtype=np.int64), np.array(now, dtype=np.int64), limits),
        bins=values,
        learned=_shares(learned),
        now=_shares(now),
    )


def _judged(learned: "np.typing.NDArray[np.int64]", now: "np.typing.NDArray[np.int64]", limits: Drift) -> Judgement:
    return judge(
        learned,
        now,
        min_count=limits.min_interactions,
        false_alarm_pct=limits.false_alarm_pct,
        rng=np.random.default_rng(SEED),
    )


def _shares(counts: Sequence[int]) -> tuple[float, ...]:
    total = sum(counts)
    return tuple(count / total for count in counts) if total else (0.0,) * len(counts)
