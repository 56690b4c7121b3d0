"""Bound what a count of successes says about a share: exact, one-sided, never the normal approximation.

Clopper & Pearson, Biometrika 26 (1934): the bound is a quantile of a beta distribution. With 300 cases it asks for at
most 8 failures to claim 95 %; with 59 cases, for none.
"""

from dataclasses import dataclass

from scipy.special import betaincinv

CONFIDENCE = 0.95
"""How sure a bound is; one-sided."""


def lower_bound(successes: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Give the share that the true one is at least, this surely; 0 where nothing succeeded or was tried."""
    if successes == 0:
        return 0.0
    return float(betaincinv(successes, trials - successes + 1, 1 - confidence))


def upper_bound(failures: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Give the share that the true one is at most, this surely; 1 where nothing was tried."""
    if failures == trials:
        return 1.0
    return float(betaincinv(failures + 1, trials - failures, confidence))


@dataclass(frozen=True, slots=True)
class Share:
    """Hold how many of how many, and give what that proves."""

    count: int
    of: int

    @property
    def observed(self) -> float:
        """Give the share that was seen; 0 of nothing."""
        return self.count / self.of if self.of else 0.0

    @property
    def at_least(self) -> float:
        """Give the one-sided 95 % lower bound."""
        return lower_bound(self.count, self.of)

    @property
    def at_most(self) -> float:
        """Give the one-sided 95 % upper bound."""
        return upper_bound(self.count, self.of)

    def __str__(self) -> str:
        return f"{self.count} of {self.of}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Compare a judge with labels: how often it passes what is bad, and fails what is good."""

    false_passes: Share
    """Of the bad items, those that it did not fail."""
    false_fails: Share
    """Of the good items, those that it did not pass."""

    @property
    def kappa(self) -> float:
        """Give Cohen's kappa (Educational and Psychological Measurement 20, 1960): agreement beyond chance."""
        return _kappa(self.false_passes.of, self.false_fails.of, self.false_passes.observed, self.false_fails.observed)

    @property
    def kappa_at_least(self) -> float:
        """Give a 95 % lower bound on kappa: both error rates at their exact upper bounds of 97.5 % (Bonferroni).

        The usual standard error is 0 for a judge without an error, however few items it saw; this is not.
        """
        bad, good = self.false_passes, self.false_fails
        worst = (upper_bound(rate.count, rate.of, 0.975) for rate in (bad, good))
        return _kappa(bad.of, good.of, *worst)


def _kappa(bad: int, good: int, false_pass: float, false_fail: float) -> float:
    """Compute kappa of two raters, of whom one is the label, from the error rates by label."""
    total = bad + good
    if not bad or not good:
        return 0.0
    labelled_bad, labelled_good = bad / total, good / total
    judged_good = labelled_good * (1 - false_fail) + labelled_bad * false_pass
    agreed = labelled_good * (1 - false_fail) + labelled_bad * (1 - false_pass)
    by_chance = labelled_good * judged_good + labelled_bad * (1 - judged_good)
    return (agreed - by_chance) / (1 - by_chance)
