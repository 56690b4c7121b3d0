"""Judge drift by bins of equal share, against a threshold that is calibrated at the window's own size.

Equal-width bins put nearly all of a skewed feature into one of them, and one outlier moves them all. Bins between the
reference's quantiles do neither. How far two samples of *one* distribution lie apart depends on both their sizes, so
the threshold is drawn: the true shares of the reference's bins are uncertain as a Dirichlet says (exactly so for
spacings of order statistics, if values don't tie), and a window is a multinomial draw of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from sayso.monitoring.drift.histogram import Values

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

QUANTILE_BINS = 20
DRAWS = 20_000
CHUNK = 5_000
SAFETY = 4
"""The threshold is taken at a quarter of the rate of false alarms that is allowed: what is promised is a bound, the
draws are an estimate, and one reference may be an unlucky one."""


class Verdict(StrEnum):
    """Say what a comparison came to."""

    DRIFTED = "drifted"
    SAME = "no drift"
    TOO_FEW = "not enough data"


@dataclass(frozen=True, slots=True)
class Bins:
    """Hold a reference's values by bin: below the first edge, between two, above the last."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    """How many of the reference's values lie in each; one more than edges."""
    edge_belongs: Literal["below", "above"]
    """To which bin a value on an edge belongs."""

    def count(self, values: Values) -> Counts:
        """Count other values by the same bins."""
        side: Literal["left", "right"] = "left" if self.edge_belongs == "below" else "right"
        places = np.searchsorted(np.asarray(self.edges), values, side=side)
        return np.bincount(places, minlength=len(self.counts)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold a figure beside the threshold that it was judged by."""

    figure: float | None
    threshold: float | None
    """None, as the figure, where there was too little to judge."""
    verdict: Verdict


def bins_of(values: Values) -> Bins:
    """Cut a reference between its quantiles; values that tie fall into one bin."""
    inner = np.quantile(values, np.linspace(0, 1, QUANTILE_BINS + 1)[1:-1], method="inverted_cdf")
    edges = np.unique(inner[inner < values.max()])
    empty = Bins(tuple(edges.tolist()), (0,) * (len(edges) + 1), "below")
    return replace(empty, counts=tuple(empty.count(values).tolist()))


def bins_of_histogram(edges: Sequence[float], counts: Sequence[int]) -> Bins:
    """Take bins that were counted before, with one more on each side for what was never seen."""
    # The last bin holds its upper edge, so that the bin above it begins just behind.
    behind = float(np.nextafter(edges[-1], np.inf))
    return Bins((*edges[:-1], behind), (0, *counts, 0), "above")


def bins_of_quantiles(edges: Sequence[float], count: int) -> Bins:
    """Take bins between quantiles that were found before (the first and last edge are the ends), of equal share."""
    inner = edges[1:-1]
    upto = [round(count * index / (len(inner) + 1)) for index in range(len(inner) + 2)]
    return Bins(tuple(inner), tuple(after - before for before, after in pairwise(upto)), "below")


def judge(
    learned: Counts, window: Counts, *, min_count: int, false_alarm_pct: float, rng: np.random.Generator
) -> Judgement:
    """Compare a window's counts with a reference's, bin by bin or category by category.

    Args:
        learned: the reference's counts.
        window: the window's, in the same order.
        min_count: with fewer in the window nothing is judged.
        false_alarm_pct: how many windows in a hundred without drift may be called drifted, at most.
        rng: what the threshold is drawn with.
    """
    size = int(window.sum())
    if size < min_count:
        return Judgement(None, None, Verdict.TOO_FEW)
    figure = float(_divergences(_shares(learned[np.newaxis]), _shares(window[np.newaxis]))[0])
    limit = threshold(learned, size, false_alarm_pct=false_alarm_pct, rng=rng)
    return Judgement(figure, limit, Verdict.DRIFTED if figure > limit else Verdict.SAME)


def threshold(learned: Counts, size: int, *, false_alarm_pct: float, rng: np.random.Generator) -> float:
    """Draw how far a window of this size lies from the reference when nothing has drifted."""
    # One value more in each bin (Laplace's prior): one that the reference left empty is not impossible, and what lies
    # beyond the ends of n values has a share of 1 / (n + 1) on either side.
    drawn = [_drawn(np.asarray(learned + 1, dtype=np.float64), learned, size, rng) for _ in range(DRAWS // CHUNK)]
    return float(np.quantile(np.concatenate(drawn), 1 - false_alarm_pct / 100 / SAFETY))


def _drawn(weights: Shares, learned: Counts, size: int, rng: np.random.Generator) -> Shares:
    windows = rng.multinomial(size, rng.dirichlet(weights, CHUNK))
    return _divergences(_shares(learned[np.newaxis]), _shares(windows))


def _shares(counts: Counts) -> Shares:
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _divergences(reference: Shares, windows: Shares) -> Shares:
    """Give the Jensen-Shannon divergence, to base 2, of each row of windows and the reference."""
    middle = (reference + windows) / 2
    return (_relative(reference, middle) + _relative(windows, middle)) / 2


def _relative(shares: Shares, middle: Shares) -> Shares:
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0, shares * np.log2(shares / middle), 0.0)
    return np.asarray(terms.sum(axis=1))
