"""Write the registry's series to Google Cloud Monitoring as custom metrics. Needs the extra ``gcp``."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from google.api import distribution_pb2, metric_pb2, monitored_resource_pb2
from google.api_core.exceptions import GoogleAPICallError
from google.cloud.monitoring_v3 import MetricServiceClient
from google.cloud.monitoring_v3.types import Point, TimeInterval, TimeSeries, TypedValue

from sayso.telemetry.series import Buckets, Series

PREFIX = "custom.googleapis.com/sayso"
MOST_PER_CALL = 200
"""Time series that one call may write (Cloud Monitoring, "Quotas and limits", 2026)."""


class CloudMonitoring:
    """Push series under one project; each process start is a task of its own, so that nothing is merged."""

    def __init__(self, client: MetricServiceClient, project: str, start_id: str, timeout_s: float) -> None:
        """Take the client, and what names this process."""
        self._client = client
        self._name = f"projects/{project}"
        self._timeout_s = timeout_s
        self._resource = monitored_resource_pb2.MonitoredResource(
            type="generic_task",
            labels={
                "project_id": project,
                "location": "global",
                "namespace": "sayso",
                "job": "serve",
                "task_id": start_id,
            },
        )

    def push(self, series: Iterable[Series], now_s: float) -> bool:
        """Write everything as it is now (seconds since 1970); gives whether all of it was taken."""
        waiting = self._time_series(series, now_s)
        written = [self._write(batch) for batch in iter(lambda: list(islice(waiting, MOST_PER_CALL)), [])]
        return all(written)

    def _write(self, batch: list[TimeSeries]) -> bool:
        try:
            self._client.create_time_series(name=self._name, time_series=batch, retry=None, timeout=self._timeout_s)
        except GoogleAPICallError:
            return False
        return True

    def _time_series(self, series: Iterable[Series], now_s: float) -> Iterator[TimeSeries]:
        for one in series:
            interval = TimeInterval(start_time=_at(one.since_s), end_time=_at(now_s))
            yield TimeSeries(
                metric=metric_pb2.Metric(type=f"{PREFIX}/{one.name}", labels=dict(one.labels)),
                resource=self._resource,
                metric_kind=metric_pb2.MetricDescriptor.MetricKind.CUMULATIVE,
                points=[Point(interval=interval, value=_value(one.value))],
            )


def _value(value: int | Buckets) -> TypedValue:
    if isinstance(value, int):
        return TypedValue(int64_value=value)
    mean = value.total / value.count if value.count else 0.0
    edges = distribution_pb2.Distribution.BucketOptions.Explicit(bounds=value.edges)
    return TypedValue(
        distribution_value=distribution_pb2.Distribution(
            count=value.count,
            mean=mean,
            bucket_options=distribution_pb2.Distribution.BucketOptions(explicit_buckets=edges),
            bucket_counts=value.counts,
        )
    )


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
