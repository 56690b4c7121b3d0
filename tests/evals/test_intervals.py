"""Bounds are exact: they agree with published tables and with another library's."""

import pytest
from statsmodels.stats.proportion import proportion_confint

from sayso.evals.intervals import Agreement, Share, lower_bound, upper_bound


@pytest.mark.parametrize(("failures", "cases"), [(0, 59), (1, 93), (2, 124), (3, 153), (5, 208), (8, 286), (10, 336)])
def test_so_many_cases_prove_95_percent(failures: int, cases: int) -> None:
    """With one case fewer they do not."""
    assert lower_bound(cases - failures, cases) >= 0.95
    assert lower_bound(cases - 1 - failures, cases - 1) < 0.95


@pytest.mark.parametrize(("count", "of"), [(0, 10), (1, 10), (9, 10), (10, 10), (285, 300), (359, 367)])
def test_bounds_agree_with_statsmodels(count: int, of: int) -> None:
    """One-sided 95 % is one end of a two-sided 90 % interval, and at the edges of a two-sided one by half."""
    low, high = proportion_confint(count, of, alpha=0.1, method="beta")

    assert lower_bound(count, of) == pytest.approx(low, abs=1e-12)
    assert upper_bound(count, of) == pytest.approx(high, abs=1e-12)


def test_kappa_of_a_perfect_judge_is_bounded_by_what_it_saw() -> None:
    """No error on 20 items proves less than no error on 200."""
    few, many = (Agreement(Share(0, count // 2), Share(0, count // 2)) for count in (20, 200))

    assert (few.kappa, many.kappa) == (1.0, 1.0)
    assert few.kappa_at_least < 0.8 < many.kappa_at_least


def test_kappa_of_a_judge_that_passes_everything_is_zero() -> None:
    """What it agrees with, it agrees with by chance."""
    assert Agreement(Share(85, 85), Share(0, 58)).kappa == pytest.approx(0.0)


def test_nothing_proves_nothing() -> None:
    """Without a single case a share can be anything."""
    assert (Share(0, 0).at_least, Share(0, 0).at_most) == (0.0, 1.0)
