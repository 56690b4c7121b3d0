"""A split-conformal interval covers what it promises on exchangeable cases."""

import numpy as np
import pytest

from sayso.predictor.conformal import split_conformal
from sayso.predictor.manifest import Conformal


def test_the_half_width_is_the_ranked_error() -> None:
    """Of nine errors at 80 %, the eighth smallest: ceil(10 * 0.8)."""
    errors = [0.9, -0.8, 0.7, -0.6, 0.5, 0.4, 0.3, 0.2, -0.1]

    assert split_conformal(errors, level=0.8, calibration="window") == Conformal(0.8, 0.8, "window", 9)


def test_too_few_rows_for_a_level_are_refused() -> None:
    """Eight errors can't speak for 90 %: the rank would be the ninth."""
    with pytest.raises(ValueError, match="8 calibration rows are too few"):
        split_conformal([0.1] * 8, level=0.9, calibration="window")


def test_new_cases_are_covered_at_the_level() -> None:
    """Over many draws, a new error lies within at least as often as the level says."""
    draws = np.abs(np.random.default_rng(0).normal(size=(2000, 31)))

    covered = [draw[30] <= split_conformal(draw[:30].tolist(), level=0.9, calibration="w").half_width for draw in draws]

    assert 0.89 <= np.mean(covered) <= 0.95
