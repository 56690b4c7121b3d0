"""Real Prometheus and Alertmanager scrape a running service; a fault reaches a webhook, and so does its end."""

import sys
import time
from pathlib import Path
from statistics import median

import pytest
from tests.monitoring.alerting import HAS_BOTH, stack

TRIALS = 3
SLOW_S = 2.1


@pytest.mark.slow
@pytest.mark.skipif(not HAS_BOTH, reason="needs Debian's prometheus and prometheus-alertmanager")
def test_a_slow_predictor_pages_and_its_recovery_resolves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The P95 alert fires at a webhook and resolves there, each time; how long it took is printed."""
    fired, resolved = [], []
    with stack(tmp_path) as there:
        for _ in range(TRIALS):
            there.settle()
            begin = time.monotonic()
            there.predictor.after_s = SLOW_S
            fired.append(there.inbox.wait_for("LatencyP95High", "firing", begin))
            begin = time.monotonic()
            there.predictor.after_s = 0.0
            resolved.append(there.inbox.wait_for("LatencyP95High", "resolved", begin))

    with capsys.disabled():
        sys.stdout.write(f"\nfault to webhook {median(fired):.2f} s, recovery {median(resolved):.2f} s (medians)\n")
    assert (len(fired), len(resolved)) == (TRIALS, TRIALS)
