"""Say in PromQL when which service level is broken: one list, for Prometheus and for Cloud Monitoring.

A series that is born with its first event has no increase over any window, so rules that must fire at one event also
look at series that were not there before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sayso.failures import FailureClass
from sayso.monitoring.slo import BurnWindow, Severity, Slo, seconds

AGAINST_AVAILABILITY = "|".join(sorted(row.label for row in FailureClass if row.value.counts_against_availability))


@dataclass(frozen=True, slots=True)
class Recording:
    """Name a figure that rules share."""

    record: str
    expr: str
    slo: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Say when to tell whom about what."""

    alert: str
    expr: str
    for_: str
    """How long it must hold; ``0s`` where one event is enough."""
    severity: Severity
    slo: str
    summary: str
    window: str | None = None


def recordings(slo: Slo) -> list[Recording]:
    """Give the share of bad events over each window of the burn rates."""
    windows = {window for burn in slo.burn.windows for window in (burn.long, burn.short)}
    return [recording for window in sorted(windows, key=seconds) for recording in (_failed(window), _slow(slo, window))]


def _failed(window: str) -> Recording:
    bad = f'sum(rate(interactions_total{{failure_class=~"{AGAINST_AVAILABILITY}"}}[{window}]))'
    return Recording(_ratio(window), f"{bad} / sum(rate(interactions_total[{window}]))", "availability")


def _slow(slo: Slo, window: str) -> Recording:
    within = f"sum(rate({_bucket(slo)}[{window}]))"
    return Recording(_ratio(window), f"1 - {within} / sum(rate({_histogram(slo, 'count')}[{window}]))", "latency")


def _ratio(window: str) -> str:
    return f"sayso:bad_share:{window}"


def _histogram(slo: Slo, part: str) -> str:
    return f"total_latency_ms_{part}" if slo.latency.of == "total" else f'stage_latency_ms_{part}{{stage="inference"}}'


def _bucket(slo: Slo) -> str:
    edge = f'le="{float(slo.latency.threshold_ms)}"'
    return (
        f"total_latency_ms_bucket{{{edge}}}"
        if slo.latency.of == "total"
        else (f'stage_latency_ms_bucket{{stage="inference",{edge}}}')
    )


def rules(slo: Slo) -> list[Rule]:
    """Give every alert, the most urgent first within each service level."""
    return [
        *_burning(slo, "availability", slo.availability.budget),
        p95(slo),
        *_burning(slo, "latency", slo.latency.budget),
        schema_compliance(slo),
        _silent(),
        *_blind(slo),
    ]


def _burning(slo: Slo, name: str, budget: float) -> Iterator[Rule]:
    for window in slo.burn.windows:
        yield Rule(
            alert="ErrorBudgetBurn",
            expr=_burn_expr(slo, name, window, budget),
            for_=window.for_,
            severity=window.severity,
            slo=name,
            summary=f"The {name} budget burns {window.factor:g} times too fast over {window.long} and {window.short}.",
            window=window.long,
        )


def _burn_expr(slo: Slo, name: str, window: BurnWindow, budget: float) -> str:
    limit = f"{window.limit(budget):.6g}"
    fast = " and ".join(f'{_ratio(length)}{{slo="{name}"}} > {limit}' for length in (window.long, window.short))
    enough = f"sum(increase(interactions_total[{window.long}])) >= {slo.burn.min_interactions}"
    # The minimum is of all interactions, and has no labels to match by.
    return f"({fast}) and on() ({enough})"


def p95(slo: Slo) -> Rule:
    """Say when the percentile is above its threshold."""
    share, limit, over = slo.latency.share_pct / 100, slo.latency.threshold_ms, slo.latency.over
    figure = f"histogram_quantile({share:g}, sum by (le) (rate({_histogram(slo, 'bucket')}[{over}])))"
    enough = f"sum(increase({_histogram(slo, 'count')}[{over}])) >= {slo.latency.min_interactions}"
    return Rule(
        alert="LatencyP95High",
        expr=f"({figure} > {limit}) and on() ({enough})",
        for_=slo.latency.for_,
        severity=Severity.PAGE,
        slo="latency",
        summary=f'P{slo.latency.share_pct} is {{{{ $value | printf "%.0f" }}}} ms; promised is below {limit} ms.',
    )


def schema_compliance(slo: Slo) -> Rule:
    """Say when one reply did not have the agreed shape."""
    series = f'interactions_total{{failure_class=~"{"|".join(sorted(slo.schema_compliance.classes))}"}}'
    return Rule(
        alert="SchemaBroken",
        expr=f"sum by (failure_class) (increase({series}[10m])) > 0"
        f" or sum by (failure_class) ({series} unless {series} offset 10m) > 0",
        for_="0s",
        severity=Severity.PAGE,
        slo="schema_compliance",
        summary="A reply did not have the agreed shape ({{ $labels.failure_class }}).",
    )


def _silent() -> Rule:
    return Rule(
        alert="SilentFailure",
        expr="max(silent_failures) > 0",
        for_="0s",
        severity=Severity.PAGE,
        slo="silent_failures",
        summary="{{ $value }} interactions differ between ledger, log and metrics: run `sayso ledger reconcile`.",
    )


def _blind(slo: Slo) -> Iterator[Rule]:
    """Say when nobody would notice a breach."""
    page, ticket = Severity.PAGE, Severity.TICKET
    yield Rule("Down", "absent(process_start_info)", "5m", page, "availability", "Nothing of sayso is scraped.")
    yield Rule(
        "NotReconciled",
        "absent(silent_failures)",
        "30m",
        ticket,
        "silent_failures",
        "Nobody looks for silent failures: start `sayso monitor watch`.",
    )
    yield Rule(
        "TelemetryDropped",
        "sum by (observer) (increase(telemetry_dropped_total[15m])) > 0",
        "0s",
        ticket,
        "silent_failures",
        "The {{ $labels.observer }} did not take everything that it was told.",
    )
    yield Rule(
        "Drift",
        "max by (feature) (drift_found) > 0",
        "0s",
        ticket,
        "drift",
        "{{ $labels.feature }} is no longer what the model learned from: run `sayso monitor drift --window "
        + f"{slo.drift.window}`.",
    )
