"""The registry's series reach a collector and Cloud Monitoring as they are scraped."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud.monitoring_v3.types import TimeSeries, TypedValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.sdk.resources import Resource
from tests.telemetry.collector import collector
from tests.telemetry.records import finished, stage, started

from sayso.failures import FailureClass
from sayso.google_host import Host, host
from sayso.telemetry import otlp_metrics, series
from sayso.telemetry.cloud_client import metric_client
from sayso.telemetry.cloud_monitoring import CloudMonitoring
from sayso.telemetry.metrics import LATENCY_EDGES_MS, Metrics
from sayso.testing.cloud import CloudMonitoringPeer

NOW_S = 1767225600.0


@pytest.fixture
def metrics() -> Metrics:
    """Count one interaction that timed out with one feature of four missing."""
    metrics = Metrics("s1")
    metrics.interaction_started(started())
    metrics.stage_finished(stage())
    metrics.interaction_finished(finished(FailureClass.TIMEOUT, ("a",)))
    return metrics


def _host(port: int) -> Host:
    return host("cloud", f"127.0.0.1:{port}", credentials="none", ca=None, insecure=True, root=Path())


def _collected(metrics: Metrics) -> Iterator[Metric]:
    with collector() as there:
        client = otlp_metrics.OtlpMetrics(otlp_metrics.exporter(there.url, 2.0), Resource({"service.name": "sayso"}))
        assert client.push(series.read(metrics.registry), NOW_S)
    yield from there.metrics[0].resource_metrics[0].scope_metrics[0].metrics


def _written(metrics: Metrics) -> list[TimeSeries]:
    with CloudMonitoringPeer() as peer:
        client = CloudMonitoring(metric_client(_host(peer.port)), "p", "s1", 5.0)
        assert client.push(series.read(metrics.registry), NOW_S)
    return peer.time_series


def test_a_series_is_what_is_scraped(metrics: Metrics) -> None:
    """Counts by label, histograms by bucket."""
    found = {one.name: one for one in series.read(metrics.registry) if one.value != 0}

    assert (found["interactions"].labels, found["interactions"].value) == (
        {"outcome": "failed", "failure_class": "timeout"},
        1,
    )
    latency = found["total_latency_ms"].value
    assert isinstance(latency, series.Buckets)
    assert (latency.edges, latency.counts[:4], latency.total) == (LATENCY_EDGES_MS, (0, 0, 1, 0), 12.5)


def test_a_collector_gets_sums_and_histograms_since_the_beginning(metrics: Metrics) -> None:
    """With the plan's names, and no unit that would be written behind them."""
    found = {metric.name: metric for metric in _collected(metrics)}

    (count,) = [point for point in found["interactions"].sum.data_points if point.as_int]
    (latency,) = found["total_latency_ms"].histogram.data_points
    assert (count.as_int, found["interactions"].sum.is_monotonic, found["interactions"].unit) == (1, True, "")
    assert (latency.count, latency.sum, list(latency.explicit_bounds)) == (1, 12.5, list(LATENCY_EDGES_MS))
    assert (latency.HasField("min"), latency.HasField("max")) == (False, False)


def test_cloud_monitoring_gets_cumulative_series_of_this_start(metrics: Metrics) -> None:
    """Each process start is a task of its own."""
    counted = [one for one in _written(metrics) if one.points[0].value != TypedValue(int64_value=0)]
    found = {one.metric.type.rpartition("/")[2]: one for one in counted}

    count, latency = found["interactions"], found["total_latency_ms"]
    assert (count.points[0].value.int64_value, dict(count.metric.labels)) == (
        1,
        {"outcome": "failed", "failure_class": "timeout"},
    )
    distribution = latency.points[0].value.distribution_value
    assert (distribution.count, distribution.mean, list(distribution.bucket_counts)[2]) == (1, 12.5, 1)
    assert (count.resource.labels["task_id"], TimeSeries.pb(count).points[0].interval.end_time.seconds) == (
        "s1",
        NOW_S,
    )


def test_cloud_monitoring_is_written_at_most_200_series_a_call(metrics: Metrics) -> None:
    """The service refuses more."""
    one = next(one for one in series.read(metrics.registry) if one.name == "interactions")
    many = [dataclasses.replace(one, labels={"outcome": str(number)}) for number in range(450)]
    with CloudMonitoringPeer() as peer:
        assert CloudMonitoring(metric_client(_host(peer.port)), "p", "s1", 5.0).push(many, NOW_S)

    assert peer.calls == [200, 200, 50]


@pytest.mark.parametrize("status", ["PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "INVALID_ARGUMENT"])
def test_a_refusal_of_cloud_monitoring_is_said(metrics: Metrics, status: str) -> None:
    """It is no error that reaches anybody, and no success either."""
    with CloudMonitoringPeer({"CreateTimeSeries": status}) as peer:
        client = CloudMonitoring(metric_client(_host(peer.port)), "p", "s1", 5.0)

        assert not client.push(series.read(metrics.registry), NOW_S)


def test_a_collector_that_refuses_is_said(metrics: Metrics) -> None:
    """400 is not tried again, and is no success."""
    with collector(status=400) as there:
        client = otlp_metrics.OtlpMetrics(otlp_metrics.exporter(there.url, 2.0), Resource({}))

        assert not client.push(series.read(metrics.registry), NOW_S)
