"""Describe the training values of each feature: what extrapolation and drift are measured against.

Sums are exact (`math.fsum`) and results rounded, so that every CPU writes the same bytes.
"""

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from sayso.predictor.manifest import FORMAT, Baseline, CategoryBaseline, ContractDigests, FeatureBaseline
from sayso.predictor.packing.rows import TrainingRows

_DIGITS = 10
"""Significant digits kept: the last ones of a float64 depend on the order of summation."""


def describe(rows: TrainingRows, digests: ContractDigests) -> Baseline:
    """Describe every feature."""
    return Baseline(FORMAT, digests, {name: _of(rows, name) for name in rows.contract.names})


def _of(rows: TrainingRows, name: str) -> FeatureBaseline | CategoryBaseline:
    if name not in rows.codings:
        return of_numbers(rows.frame[name].to_numpy(np.float64))
    words = rows.codings[name].words_of(rows.frame[name]).tolist()
    counted = Counter(words)
    return CategoryBaseline(len(words), {word: counted[word] for word in rows.codings[name].codes})


def of_numbers(values: NDArray[np.float64]) -> FeatureBaseline:
    """Describe one numeric feature."""
    numbers = values.tolist()
    mean = math.fsum(numbers) / len(numbers)
    variance = math.fsum((value - mean) ** 2 for value in numbers) / len(numbers)
    counts, edges = np.histogram(values, bins=10, range=_extent(min(numbers), max(numbers)))
    return FeatureBaseline(
        count=len(numbers),
        minimum=min(numbers),
        maximum=max(numbers),
        mean=rounded(mean),
        standard_deviation=rounded(math.sqrt(variance)),
        histogram_edges=[rounded(edge) for edge in edges.tolist()],
        histogram_counts=counts.tolist(),
        quantile_edges=[rounded(edge) for edge in np.quantile(values, np.linspace(0, 1, 21)).tolist()],
    )


def _extent(low: float, high: float) -> tuple[float, float]:
    """Give what the bins span: more than the values where those are one number to float32."""
    size = max(abs(low), abs(high))
    reach = 0.0 if high - low > max(1e-7 * size, 1e-37) else max(0.5, 1e-3 * size)
    return low - reach, high + reach


def rounded(value: float, digits: int = _DIGITS) -> float:
    """Round to significant digits."""
    return float(f"{value:.{digits}g}")
