"""The shipped rules over three synthetic days: healthy ones page nobody, a breach pages within its hour, and ends.

Prometheus' own tool runs them. They are evaluated every two minutes here, which changes no expression.
"""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from tests.monitoring.reference import reference_slo

from sayso.monitoring.prometheus import rules_yaml
from sayso.monitoring.rules import rules
from sayso.monitoring.slo import Severity
from sayso.wire import JSON

EVERY_MIN = 2
MINUTES = 3 * 24 * 60
BREACH, RECOVERY = 30 * 60, 32 * 60
"""The second day at 06:00, and two hours later."""

NIGHT, DAY = 2.0, 20.0
"""Interactions a minute."""


class Breach(NamedTuple):
    """Change what happens a minute between breach and recovery."""

    failed: float = 0.0
    """Share that ends as `timeout`."""
    slow: float = 0.01
    """Share above two seconds."""
    broken: int = 0
    """Replies of another shape, once."""
    silent: int = 0
    is_gone: bool = False


HEALTHY = Breach(failed=0.0002)


def _counted(per_minute: list[float]) -> str:
    """Write a counter in promtool's notation, run by run."""
    written, total, index = ["0"], 0.0, 0
    while index < len(per_minute):
        rate, run = per_minute[index], 1
        while index + run < len(per_minute) and per_minute[index + run] == rate:
            run += 1
        written.append(f"{total + rate:.6f}+{rate:.6f}x{run - 1}")
        total, index = total + rate * run, index + run
    return " ".join(written)


def _rates(breach: Breach) -> tuple[list[float], list[Breach]]:
    """Give the interactions of each two minutes, and what goes wrong in them."""
    times = range(0, MINUTES, EVERY_MIN)
    traffic = [EVERY_MIN * (NIGHT if minute // 60 % 24 in (0, 1, 2, 3, 4, 23) else DAY) for minute in times]
    state = [breach if BREACH <= minute < RECOVERY else HEALTHY for minute in times]
    return traffic, state


def _gauge(values: list[int]) -> str:
    return " ".join(str(value) for value in values)


def _series(breach: Breach) -> list[JSON]:
    traffic, state = _rates(breach)
    alive = [not now.is_gone for now in state]
    moving = [rate * is_alive for rate, is_alive in zip(traffic, alive, strict=True)]
    broken = [float(breach.broken) if index * EVERY_MIN == BREACH else 0.0 for index in range(len(state))]
    found = {
        'interactions_total{outcome="predicted",failure_class="none"}': _counted(moving),
        'interactions_total{outcome="failed",failure_class="timeout"}': _counted(
            [rate * now.failed for rate, now in zip(moving, state, strict=True)]
        ),
        'interactions_total{outcome="failed",failure_class="payload_error"}': _counted(broken),
        'total_latency_ms_bucket{le="1000.0"}': _counted(
            [rate * (1 - now.slow) * 0.9 for rate, now in zip(moving, state, strict=True)]
        ),
        'total_latency_ms_bucket{le="2000.0"}': _counted(
            [rate * (1 - now.slow) for rate, now in zip(moving, state, strict=True)]
        ),
        'total_latency_ms_bucket{le="5000.0"}': _counted(moving),
        'total_latency_ms_bucket{le="+Inf"}': _counted(moving),
        "total_latency_ms_count": _counted(moving),
        "silent_failures": _gauge([now.silent for now in state]),
        'process_start_info{start_id="s1"}': " ".join("1" if is_alive else "_" for is_alive in alive),
        'telemetry_dropped_total{observer="log"}': _gauge([0] * len(state)),
        'drift_found{feature="x"}': _gauge([0] * len(state)),
    }
    return [{"series": name, "values": values} for name, values in found.items()]


def _expected(name: str, labels: dict[str, str], value: str) -> JSON:
    (rule,) = [
        r
        for r in rules(reference_slo())
        if r.alert == name and (r.window or "") == labels.get("window", "") and r.slo == labels.get("slo", r.slo)
    ]
    summary = rule.summary.replace('{{ $value | printf "%.0f" }}', value).replace("{{ $value }}", value)
    for label, text in labels.items():
        summary = summary.replace(f"{{{{ $labels.{label} }}}}", text)
    slo = reference_slo()
    return {
        "exp_labels": {"severity": rule.severity.value, "slo": rule.slo, "service": slo.service.name, **labels},
        "exp_annotations": {"summary": summary, "runbook": f"{slo.service.runbook}#{name.lower()}"},
    }


PAGES = sorted({rule.alert for rule in rules(reference_slo()) if rule.severity is Severity.PAGE})


def _at(minute: int, names: list[str], fired: Mapping[str, list[JSON]] | None = None) -> list[JSON]:
    return [{"eval_time": f"{minute}m", "alertname": name, "exp_alerts": (fired or {}).get(name, [])} for name in names]


def _run(folder: Path, breach: Breach, checks: list[JSON]) -> None:
    test: JSON = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": f"{EVERY_MIN}m",
        "tests": [{"interval": f"{EVERY_MIN}m", "input_series": _series(breach), "alert_rule_test": checks}],
    }
    (folder / "rules.yml").write_text(rules_yaml(reference_slo(), every=f"{EVERY_MIN}m"))
    (folder / "days.yml").write_text(yaml.safe_dump(test, width=10**9))
    run = subprocess.run(
        ["promtool", "test", "rules", "days.yml"], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert run.returncode == 0, (run.stdout + run.stderr)[-3000:]


needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="needs Debian's prometheus")


@needs_promtool
@pytest.mark.slow
def test_three_healthy_days_tell_nobody(tmp_path: Path) -> None:
    """No page and no ticket at any hour of day and night."""
    names = sorted({rule.alert for rule in rules(reference_slo())})
    checks = [check for hour in range(1, 72) for check in _at(hour * 60, names)]

    _run(tmp_path, HEALTHY, checks)


class Case(NamedTuple):
    """Say what a breach must lead to."""

    breach: Breach
    minute: int
    """When it must have paged: within the hour."""
    name: str
    fired: list[JSON]
    tickets: Mapping[int, list[JSON]] = {}
    """What is open of the same name at a later hour, for the morning."""


def _burning(window: str) -> JSON:
    return _expected("ErrorBudgetBurn", {"window": window, "slo": "availability"}, "")


CASES = {
    "2 % of interactions fail": Case(
        Breach(failed=0.02),
        BREACH + 58,
        "ErrorBudgetBurn",
        [_burning("1h"), _burning("6h")],
        {hour: [_burning("3d")] for hour in (34, 35, 36, 37)},
    ),
    "a tenth is slower than two seconds": Case(
        Breach(slow=0.1), BREACH + 20, "LatencyP95High", [_expected("LatencyP95High", {}, "3500")]
    ),
    "one reply of another shape": Case(
        Breach(broken=1),
        BREACH + 2,
        "SchemaBroken",
        [_expected("SchemaBroken", {"failure_class": "payload_error"}, "")],
    ),
    "one silent failure": Case(Breach(silent=1), BREACH + 2, "SilentFailure", [_expected("SilentFailure", {}, "1")]),
    "nothing is there": Case(Breach(is_gone=True), BREACH + 16, "Down", [_expected("Down", {}, "")]),
}


@needs_promtool
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_breach_pages_within_its_hour_and_is_silent_after_recovery(case: Case, tmp_path: Path) -> None:
    """Nobody before it, the right page in it, and no page an hour after the recovery or ever later."""
    before = [check for back in (2, 60, 600) for check in _at(BREACH - back, PAGES)]
    after = [
        check
        for hour in range(RECOVERY // 60 + 1, 72)
        for check in _at(hour * 60, PAGES, {case.name: case.tickets.get(hour, [])})
    ]

    _run(tmp_path, case.breach, [*before, *_at(case.minute, [case.name], {case.name: case.fired}), *after])
