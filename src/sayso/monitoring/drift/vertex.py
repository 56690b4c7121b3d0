"""Compute the figures that Vertex AI Model Monitoring reports, to the digit.

It uses TensorFlow Data Validation (``anomalies/metrics.cc``): the Jensen-Shannon *divergence* to base 2, not its
square root, over both sides' own bins cut at the union of their edges; L-infinity for categories. What scipy,
Evidently and NannyML call ``jensenshannon`` is another figure: the distance, to base e, over common bins.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from sayso.monitoring.drift.histogram import Bucket, Histogram, Values

Counts = Mapping[str, float]


def divergence(ours: Histogram, theirs: Histogram) -> float:
    """Give the Jensen-Shannon divergence of two histograms, 0 to 1.

    Mass lies evenly inside a bucket. Point masses match only the same point; infinities and NaN match nothing.

    Raises:
        ValueError: one side is empty.
    """
    both = (ours, theirs)
    spans = [[b for b in side.buckets if _is_finite(b) and b.low < b.high] for side in both]
    points = [_points(side) for side in both]
    edges = np.array(sorted({end for bucket in (*spans[0], *spans[1]) for end in (bucket.low, bucket.high)}))
    places = sorted({*points[0], *points[1]})
    infinite = [sum(b.count for b in side.buckets if not _is_finite(b)) for side in both]
    unmatched = [[infinite[0], 0.0, 0.0, ours.nan], [0.0, infinite[1], theirs.nan, 0.0]]
    masses = [
        np.concatenate([_spread(span, edges), [point.get(place, 0.0) for place in places], apart])
        for span, point, apart in zip(spans, points, unmatched, strict=True)
    ]
    return jensen_shannon(masses[0], masses[1])


def category_divergence(ours: Counts, theirs: Counts) -> float:
    """Give the Jensen-Shannon divergence of two tables of counts, 0 to 1; raises ValueError where one is empty."""
    names = sorted({*ours, *theirs})
    masses = [np.array([float(side.get(name, 0)) for name in names]) for side in (ours, theirs)]
    return jensen_shannon(masses[0], masses[1])


def l_infinity(ours: Counts, theirs: Counts) -> float:
    """Give the largest difference of a value's share, 0 to 1; raises ValueError where one side is empty."""
    totals = [sum(side.values()) for side in (ours, theirs)]
    if not all(totals):
        raise ValueError("a side without values has no shares")
    return max(abs(ours.get(n, 0) / totals[0] - theirs.get(n, 0) / totals[1]) for n in {*ours, *theirs})


def jensen_shannon(ours: Values, theirs: Values) -> float:
    """Give the divergence of two aligned masses, to base 2, at most 1; raises ValueError where one is empty."""
    if not (ours.sum() > 0 and theirs.sum() > 0):
        raise ValueError("a side without values has no shares")
    p, q = ours / ours.sum(), theirs / theirs.sum()
    middle = (p + q) / 2
    return min((_relative(p, middle) + _relative(q, middle)) / 2, 1.0)


def _relative(share: Values, middle: Values) -> float:
    there = share > 0
    return float(np.sum(share[there] * np.log2(share[there] / middle[there])))


def _is_finite(bucket: Bucket) -> bool:
    return bool(np.isfinite(bucket.low) and np.isfinite(bucket.high))


def _points(side: Histogram) -> dict[float, float]:
    found: dict[float, float] = defaultdict(float)
    for bucket in side.buckets:
        if _is_finite(bucket) and bucket.low == bucket.high:
            found[bucket.low] += bucket.count
    return found


def _spread(spans: Sequence[Bucket], edges: Values) -> Values:
    out = np.zeros(max(len(edges) - 1, 0))
    for bucket in spans:
        low, high = np.maximum(edges[:-1], bucket.low), np.minimum(edges[1:], bucket.high)
        out += np.clip(high - low, 0, None) / (bucket.high - bucket.low) * bucket.count
    return out
