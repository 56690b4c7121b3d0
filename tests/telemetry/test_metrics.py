"""Metrics count each outcome once, under the names of the plan."""

from prometheus_client.parser import text_string_to_metric_families
from tests.telemetry.records import finished, started

from sayso.failures import FailureClass
from sayso.ledger.records import Purpose
from sayso.telemetry.metrics import Metrics


def _samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_an_outcome_is_counted_by_class() -> None:
    """interactions_total and prediction_success_total rise by one."""
    metrics = Metrics("s1")
    metrics.interaction_finished(finished(FailureClass.MISSING_FEATURE, ("a",)))

    samples = _samples(metrics)

    labels = (("failure_class", "missing_feature"), ("outcome", "needs_input"))
    assert samples["interactions_total", labels] == 1
    assert samples["prediction_success_total", (("outcome", "needs_input"),)] == 1


def test_missing_is_a_percentage_and_latency_is_in_milliseconds() -> None:
    """One of four features missing is 25 percent; the SLO's 2000 ms is an edge."""
    metrics = Metrics("s1")
    metrics.interaction_finished(finished(FailureClass.MISSING_FEATURE, ("a",)))

    samples = _samples(metrics)

    assert samples["missing_pct_sum", ()] == 25
    assert samples["total_latency_ms_sum", ()] == 12.5
    assert samples["total_latency_ms_bucket", (("le", "2000.0"),)] == 1


def test_a_sweep_is_not_counted() -> None:
    """Only asks count in outcomes."""
    metrics = Metrics("s1")
    metrics.interaction_started(started(Purpose.SWEEP))
    metrics.interaction_finished(finished())

    assert not [key for key, count in _samples(metrics).items() if key[0] == "interactions_total" and count]


def test_a_process_names_its_start() -> None:
    """The start id tells one process's counts from another's."""
    assert _samples(Metrics("s1"))["process_start_info", (("start_id", "s1"),)] == 1


def test_every_outcome_is_there_from_the_beginning() -> None:
    """A series that were born with its first event would have no rate, and no alert."""
    samples = _samples(Metrics("s1"))

    assert samples["interactions_total", (("failure_class", "bug"), ("outcome", "failed"))] == 0
    assert len([key for key in samples if key[0] == "interactions_total"]) == len(FailureClass) + 1
