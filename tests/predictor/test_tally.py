"""Counts add up, in one worker and over several."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sayso.failures import Code, FailureClass
from sayso.predictor.tally import CLASSES, PREDICTOR_CODES, Tally

MILLISECOND = 1_000_000


def _samples(tally: Tally) -> dict[str, float]:
    families = text_string_to_metric_families(tally.exposition().decode())
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


def _nonzero(tally: Tally, prefix: str) -> dict[str, float]:
    return {name.removeprefix(prefix): n for name, n in _samples(tally).items() if name.startswith(prefix) and n}


def test_requests_are_counted_by_outcome_and_class() -> None:
    """A prediction has the class none."""
    tally = Tally("start", ready=True)
    tally.predicted(5, MILLISECOND)
    tally.predicted(2, MILLISECOND)
    tally.failed(FailureClass.OUT_OF_RANGE, MILLISECOND)

    assert _nonzero(tally, "predict_requests_total/") == {"none/predicted": 2, "out_of_range/refused": 1}
    assert _nonzero(tally, "predict_instances_total") == {"": 7}


@pytest.mark.parametrize("failure_class", CLASSES, ids=lambda failure_class: failure_class.label)
def test_every_class_of_a_predictor_has_its_counter(failure_class: FailureClass) -> None:
    """No failure goes uncounted, and none under another's name."""
    tally = Tally("start", ready=True)
    tally.failed(failure_class, 1)

    assert _nonzero(tally, "predict_requests_total/") == {f"{failure_class.label}/{failure_class.outcome.value}": 1}


def test_the_classes_are_those_of_the_predictors_codes() -> None:
    """A code that is not a predictor's has no counter here."""
    assert {failure_class.code for failure_class in CLASSES} == set(PREDICTOR_CODES)
    assert set(Code) - set(PREDICTOR_CODES) == {Code.NEEDS_INPUT, Code.EXTRACTION_FAILED, Code.INTERNAL}


def test_latencies_fall_into_cumulative_buckets_up_to_and_with_their_edge() -> None:
    """2 s counts as within 2000 ms; the sum is exact."""
    tally = Tally("start", ready=True)
    for elapsed_ns in (MILLISECOND // 10, 2000 * MILLISECOND, 2000 * MILLISECOND + 1, 60_000 * MILLISECOND):
        tally.predicted(1, elapsed_ns)

    samples = _samples(tally)
    counts = {
        edge: samples[f"predict_latency_ms_bucket/{edge}"] for edge in ("0.1", "1000.0", "2000.0", "5000.0", "+Inf")
    }
    assert counts == {"0.1": 1, "1000.0": 1, "2000.0": 2, "5000.0": 3, "+Inf": 4}
    assert samples["predict_latency_ms_sum"] == pytest.approx(64_000.100001)


def test_several_workers_are_added_up_whichever_is_asked(tmp_path: Path) -> None:
    """A worker that ended still counts, so that counters never fall."""
    ended, first, second = (Tally("start", ready=True, folder=tmp_path) for _ in range(3))
    for tally in (ended, first, first, second):
        tally.predicted(1, MILLISECOND)
    del ended

    assert [_nonzero(tally, "predict_requests_total/") for tally in (first, second)] == [{"none/predicted": 4}] * 2


def test_a_row_that_is_just_being_made_is_left_out(tmp_path: Path) -> None:
    """Another worker's half-made file breaks nothing."""
    tally = Tally("start", ready=True, folder=tmp_path)
    tally.predicted(1, MILLISECOND)
    (tmp_path / "half").write_bytes(b"")

    assert _nonzero(tally, "predict_requests_total/") == {"none/predicted": 1}


@pytest.mark.parametrize("ready", [True, False])
def test_readiness_and_the_start_are_gauges(ready: bool) -> None:
    """The start's name ties counts to a log."""
    samples = _samples(Tally("start-7", ready=ready))

    assert samples["predictor_ready"] == ready
    assert samples["process_start_info/start-7"] == 1
