"""Look at ledger and log again and again, and expose for Prometheus what no single process of `serve` can know.

Silent failures show only where ledger and log are laid side by side, drift only over many interactions. What could not
be looked at is not exposed at all: an old figure would hide it, and an absent one has a rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sayso.failures import LedgerError
from sayso.ledger.reader import Reader
from sayso.ledger.reconcile import reconcile
from sayso.monitoring.drift.compare import compare
from sayso.monitoring.drift.robust import Verdict
from sayso.monitoring.slo import Drift, seconds
from sayso.predictor.manifest import Baseline

RECONCILED = timedelta(days=1)
"""How far back interactions are paired: a day, as `sayso ledger reconcile` does."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what one look found."""

    silent_failures: int
    drifted: Mapping[str, bool] = field(default_factory=dict)
    """By feature; those with too little to judge are left out."""


def look(reader: Reader, logs: Sequence[Path], baseline: Baseline, limits: Drift, now: datetime) -> Seen:
    """Pair ledger and log, and compare what was asked with what was learned; raises LedgerError."""
    findings = reconcile(reader.books(now - RECONCILED, logs, now)).findings
    window = timedelta(seconds=seconds(limits.window))
    rows = [ended.values for ended in reader.ended(now - window) if ended.values]
    judged = {one.feature: one.robust.verdict for one in compare(rows, baseline, limits)}
    return Seen(
        silent_failures=len(findings),
        drifted={
            name: verdict is Verdict.DRIFTED for name, verdict in judged.items() if verdict is not Verdict.TOO_FEW
        },
    )


class Gauges(Collector):
    """Expose the last look; nothing where it failed."""

    def __init__(self) -> None:
        """Begin with nothing seen, in a registry of its own."""
        self.seen: Seen | None = None
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give the gauges."""
        if self.seen is None:
            return
        silent = "Interactions that differ between ledger and log, within a day."
        yield GaugeMetricFamily("silent_failures", silent, value=self.seen.silent_failures)
        drift = GaugeMetricFamily("drift_found", "1 where a feature has drifted, 0 where not.", labels=["feature"])
        for feature, is_drifted in self.seen.drifted.items():
            drift.add_metric([feature], float(is_drifted))
        yield drift

    def renew(
        self, reader: Reader, logs: Sequence[Path], baseline: Baseline, limits: Drift, now: datetime
    ) -> str | None:
        """Look once more; gives what stood in the way, and None where nothing did."""
        try:
            self.seen = look(reader, logs, baseline, limits, now)
        except (LedgerError, OSError) as error:
            self.seen = None
            return str(error)
        return None
