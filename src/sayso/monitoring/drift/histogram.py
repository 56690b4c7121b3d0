"""Hold a distribution as TensorFlow Data Validation does: buckets, point masses, and NaN apart."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

BINS = 10
"""Equal-width bins over the values' own range: TFDV's standard histogram."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Hold how much mass lies between two ends; a point where they are the same."""

    low: float
    high: float
    count: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Hold every bucket of one side."""

    buckets: tuple[Bucket, ...]
    nan: float = 0.0
    """How many values were no number."""


def standard(values: Values) -> Histogram:
    """Make TFDV's standard histogram of float values; infinities are points of their own."""
    finite = values[np.isfinite(values)]
    infinite = (Bucket(end, end, float(np.sum(values == end))) for end in (-np.inf, np.inf))
    buckets = (*_finite(finite), *(bucket for bucket in infinite if bucket.count))
    return Histogram(buckets, float(np.isnan(values).sum()))


def of_edges(edges: list[float], counts: list[int]) -> Histogram:
    """Make a histogram of bins that were counted before."""
    pairs = zip(edges[:-1], edges[1:], counts, strict=True)
    return Histogram(tuple(Bucket(low, high, float(count)) for low, high, count in pairs))


def _finite(finite: Values) -> Iterator[Bucket]:
    if finite.size == 0:
        return
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        yield Bucket(low, high, float(finite.size))
        return
    counts, edges = np.histogram(finite, BINS, range=(low, high))
    yield from (Bucket(*ends) for ends in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True))
