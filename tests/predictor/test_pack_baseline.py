"""The baseline describes what the model learned from, the same on every CPU."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.predictor.packing.baseline import of_numbers


def test_a_feature_is_described_by_its_values() -> None:
    """Extent, mean, population spread, ten bins of equal width and twenty of equal share."""
    described = of_numbers(np.arange(101.0))

    assert (described.count, described.minimum, described.maximum) == (101, 0.0, 100.0)
    assert (described.mean, described.standard_deviation) == (50.0, 29.15475947)
    assert described.histogram_edges == [10.0 * edge for edge in range(11)]
    assert described.histogram_counts == [10] * 9 + [11]
    assert described.quantile_edges == [5.0 * edge for edge in range(21)]


def test_a_feature_that_never_changes_is_described_too() -> None:
    """A constant column has an extent of nothing and bins around it."""
    described = of_numbers(np.full(5, 3.0))

    assert (described.minimum, described.maximum, described.standard_deviation) == (3.0, 3.0, 0.0)
    assert sum(described.histogram_counts) == 5


@pytest.mark.parametrize("values", [[1e20, 1e20], [0.0, 5e-324], [1.0, float(np.nextafter(1.0, 2.0))]])
def test_values_that_float32_can_not_tell_apart_are_described_too(values: list[float]) -> None:
    """The bins reach beyond them, since ten do not fit between."""
    assert sum(of_numbers(np.array(values)).histogram_counts) == 2


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_the_order_of_rows_changes_nothing(values: list[float]) -> None:
    """Sums are exact, so no order of summation shows."""
    assert of_numbers(np.array(values)) == of_numbers(np.array(values[::-1]))


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_every_value_is_counted_once(values: list[float]) -> None:
    """The bins hold all values, and their edges ascend."""
    described = of_numbers(np.array(values))

    assert sum(described.histogram_counts) == described.count == len(values)
    assert described.quantile_edges == sorted(described.quantile_edges)
