"""The robust figure calls at most 1 % of windows drifted that are not, and finds a shift of one standard deviation."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from sayso.monitoring.drift.robust import Bins, Verdict, bins_of, bins_of_histogram, bins_of_quantiles, judge, threshold

Rng = np.random.Generator
Floats = npt.NDArray[np.float64]
WINDOW, WINDOWS, REFERENCE = 200, 1000, 5000

SOURCES: dict[str, tuple[Callable[[Rng, int], Floats], float]] = {
    "normal": (lambda rng, n: rng.normal(0, 1, n), 1.0),
    "lognormal": (lambda rng, n: rng.lognormal(0, 1, n), 2.16),
    "integer": (lambda rng, n: rng.poisson(4, n).astype(np.float64), 2.0),
}
"""How a feature is drawn, and its standard deviation."""
SHARES = np.array([0.5, 0.3, 0.15, 0.04, 0.01])


def _bins(reference: Floats, made: str) -> Bins:
    if made == "quantiles":
        return bins_of(reference)
    if made == "baseline's quantiles":
        return bins_of_quantiles(np.quantile(reference, np.linspace(0, 1, 21)).tolist(), reference.size)
    counts, edges = np.histogram(reference, 10)
    return bins_of_histogram(edges.tolist(), counts.tolist())


MADE = [(source, "quantiles") for source in SOURCES] + [
    ("normal", "baseline's quantiles"),
    ("lognormal", "baseline's quantiles"),
    ("integer", "baseline's histogram"),
]
"""How a reference's bins are made: of the values at hand, or of what a package's baseline says of them."""


def _called_drifted(bins: Bins, windows: list[Floats]) -> float:
    """Judge every window by one threshold, which is what each would be given, and give the share."""
    learned = np.array(bins.counts)
    limit = threshold(learned, WINDOW, false_alarm_pct=1.0, rng=np.random.default_rng(1))
    shares = learned / learned.sum()
    return float(np.mean([_figure(shares, bins.count(window)) > limit for window in windows]))


def _figure(shares: Floats, counts: npt.NDArray[np.int64]) -> float:
    other = counts / counts.sum()
    middle = (shares + other) / 2

    def relative(side: Floats) -> float:
        there = side > 0
        return float(np.sum(side[there] * np.log2(side[there] / middle[there])))

    return (relative(shares) + relative(other)) / 2


@pytest.mark.parametrize(("source", "made"), MADE)
def test_windows_without_drift_are_seldom_called_drifted(source: str, made: str) -> None:
    """At most 1 % of 1,000 windows of 200 values."""
    draw, _ = SOURCES[source]
    rng = np.random.default_rng(2)

    alarms = _called_drifted(_bins(draw(rng, REFERENCE), made), [draw(rng, WINDOW) for _ in range(WINDOWS)])

    assert alarms <= 0.01


def test_categories_without_drift_are_seldom_called_drifted() -> None:
    """At most 1 % of 1,000 windows of 200 values."""
    rng = np.random.default_rng(3)
    learned = rng.multinomial(REFERENCE, SHARES)
    limit = threshold(learned, WINDOW, false_alarm_pct=1.0, rng=rng)

    drawn = [_figure(learned / learned.sum(), rng.multinomial(WINDOW, SHARES)) for _ in range(WINDOWS)]

    assert np.mean(np.array(drawn) > limit) <= 0.01


@pytest.mark.parametrize(("source", "made"), MADE)
def test_a_shift_of_one_standard_deviation_is_found(source: str, made: str) -> None:
    """In at least 99 % of 1,000 windows of 200 values."""
    draw, deviation = SOURCES[source]
    rng = np.random.default_rng(4)
    windows = [draw(rng, WINDOW) + deviation for _ in range(WINDOWS)]

    assert _called_drifted(_bins(draw(rng, REFERENCE), made), windows) >= 0.99


def test_one_outlier_moves_nothing() -> None:
    """Unlike Vertex AI's figure."""
    rng = np.random.default_rng(5)
    bins = bins_of(rng.normal(0, 1, REFERENCE))
    window = np.append(rng.normal(0, 1, WINDOW - 1), 1e8)

    judged = judge(np.array(bins.counts), bins.count(window), min_count=100, false_alarm_pct=1.0, rng=rng)

    assert judged.verdict is Verdict.SAME


def test_too_few_values_are_not_judged() -> None:
    """The answer is "not enough data", never "no drift"."""
    judged = judge(
        np.array([50, 50]), np.array([0, 99]), min_count=100, false_alarm_pct=1.0, rng=np.random.default_rng(6)
    )

    assert (judged.verdict, judged.figure, judged.threshold) == (Verdict.TOO_FEW, None, None)


def test_a_small_reference_is_trusted_less() -> None:
    """What 141 rows taught is less certain than what 14,100 did, so more has to differ."""
    limits = [
        threshold(np.array([rows] * 10), WINDOW, false_alarm_pct=1.0, rng=np.random.default_rng(7))
        for rows in (14, 1410)
    ]

    assert limits[0] > 1.5 * limits[1]


def test_every_value_falls_where_it_was_counted() -> None:
    """Bins from quantiles and from numpy's histogram count their own reference alike."""
    reference = np.random.default_rng(8).integers(0, 11, 1000).astype(np.float64)

    for made in ("quantiles", "baseline's histogram"):
        bins = _bins(reference, made)
        assert bins.count(reference).tolist() == list(bins.counts)
