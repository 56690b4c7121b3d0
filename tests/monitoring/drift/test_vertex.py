"""The figures are Vertex AI's own: TFDV's published test vectors come out, to five decimals."""

import math

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from sayso.monitoring.drift.histogram import Bucket, Histogram, standard
from sayso.monitoring.drift.vertex import category_divergence, divergence, l_infinity

INF = math.inf
Vector = tuple[list[tuple[float, float, float]], list[tuple[float, float, float]], float, float, float]

VECTORS: dict[str, Vector] = {
    "different bucket boundaries": ([(1, 2, 2), (2, 3, 2)], [(2, 4, 2), (4, 6, 2)], 0, 0, 0.65563906222),
    "no overlap": ([(0, 1, 2), (1, 2, 2)], [(3, 4, 2), (4, 6, 2)], 0, 0, 1.0),
    "one has all values in one bucket": ([(1, 1, 4)], [(2, 4, 2), (4, 6, 2)], 0, 0, 1.0),
    "both have all values in one bucket": ([(1, 1, 4)], [(2.33, 2.33, 4)], 0, 0, 1.0),
    "one bucket against many": ([(10, 10, 21)], [(0, 4, 150), (4, 12, 200), (12, 20, 20)], 0, 0, 1.0),
    "with NaN": ([(1, 2, 3)], [(1, 2, 4)], 1, 0, 0.13792538096),
    "point bins that overlap in part": ([(0, 0, 1), (1, 1, 1)], [(0, 0, 1), (2, 2, 1)], 0, 0, 0.5),
    "points and spans": ([(0, 0, 1), (1, 2, 1)], [(1, 1, 1), (2, 2, 1)], 0, 0, 1.0),
    "infinite boundaries": ([(-INF, 0, 1), (INF, INF, 1)], [(-INF, 0, 1), (INF, INF, 1)], 0, 0, 1.0),
    "NaN is not itself": ([], [], 3, 3, 1.0),
}
"""Names and numbers of tensorflow/data-validation, anomalies/metrics_test.cc (Apache-2.0)."""


def _histogram(buckets: list[tuple[float, float, float]], nan: float) -> Histogram:
    return Histogram(tuple(Bucket(*bucket) for bucket in buckets), nan)


@pytest.mark.parametrize(("ours", "theirs", "our_nan", "their_nan", "expected"), VECTORS.values(), ids=VECTORS)
def test_a_vector_of_tfdv_comes_out(
    ours: list[tuple[float, float, float]],
    theirs: list[tuple[float, float, float]],
    our_nan: float,
    their_nan: float,
    expected: float,
) -> None:
    """As its own test asserts it, and the same the other way round."""
    left, right = _histogram(ours, our_nan), _histogram(theirs, their_nan)

    assert divergence(left, right) == pytest.approx(expected, abs=1e-5)
    assert divergence(right, left) == pytest.approx(expected, abs=1e-5)


def test_the_vector_of_rank_histograms_comes_out() -> None:
    """A divergence over categories."""
    assert category_divergence({"b": 2, "a": 2, "c": 1}, {"a": 2, "Z": 1, "Y": 1, "X": 1}) == pytest.approx(0.6)


def test_categories_differ_by_their_largest_share() -> None:
    """L-infinity; a value that one side lacks counts as 0."""
    assert l_infinity({"a": 3, "b": 1}, {"a": 1, "c": 1}) == pytest.approx(0.5)


def test_one_outlier_is_nearly_everything() -> None:
    """TFDV's own test asserts above 0.99, which is why the robust figure stands beside it."""
    values = np.random.default_rng(44).standard_normal(10_000)

    assert divergence(standard(values), standard(np.append(values, 1e8))) > 0.99


def test_it_is_not_what_scipy_calls_so() -> None:
    """A divergence to base 2, over each side's own bins; not a distance to base e over common ones."""
    rng = np.random.default_rng(44)
    one, other = rng.normal(0, 1, 5000), rng.normal(0.5, 1, 5000)
    edges = np.histogram_bin_edges(np.append(one, other), 10)
    distance = jensenshannon(np.histogram(one, edges)[0], np.histogram(other, edges)[0])

    assert divergence(standard(one), standard(other)) == pytest.approx(0.059, abs=0.01)
    assert distance == pytest.approx(0.17, abs=0.02)


def test_an_empty_side_has_no_figure() -> None:
    """0 would say that nothing has changed."""
    with pytest.raises(ValueError, match="without values"):
        divergence(standard(np.array([])), standard(np.array([1.0])))
    with pytest.raises(ValueError, match="without values"):
        l_infinity({}, {"a": 1})


def test_values_that_are_all_the_same_are_a_point() -> None:
    """Two equal points agree, two others don't."""
    ones, twos = standard(np.ones(5)), standard(np.full(5, 2.0))

    assert (divergence(ones, standard(np.ones(9))), divergence(ones, twos)) == (0.0, 1.0)
