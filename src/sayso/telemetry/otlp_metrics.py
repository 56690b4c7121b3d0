"""Send the registry's series over OTLP. Needs the extra ``otel``.

Units stay in the names (``total_latency_ms``): an OpenTelemetry unit would be written behind the name once more by
whoever turns it into Prometheus' format.
"""

from collections import defaultdict
from collections.abc import Iterable

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricExporter,
    MetricExportResult,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from sayso.telemetry.series import Buckets, Series


class OtlpMetrics:
    """Push series to one collector."""

    def __init__(self, exporter: MetricExporter, resource: Resource) -> None:
        """Take the client and what names this process."""
        self._exporter = exporter
        self._resource = resource

    def push(self, series: Iterable[Series], now_s: float) -> bool:
        """Send everything as it is now (seconds since 1970); gives whether it was taken."""
        scope = ScopeMetrics(InstrumentationScope("sayso"), metrics(series, now_s), "")
        data = MetricsData([ResourceMetrics(self._resource, [scope], "")])
        return self._exporter.export(data) is MetricExportResult.SUCCESS


def exporter(otlp_url: str, timeout_s: float) -> MetricExporter:
    """Make the client of a collector; headers such as a key come from ``OTEL_EXPORTER_OTLP_HEADERS``."""
    return OTLPMetricExporter(f"{otlp_url.rstrip('/')}/v1/metrics", timeout=timeout_s)


def metrics(series: Iterable[Series], now_s: float) -> list[Metric]:
    """Make one metric of the series of each name: sums and histograms since their beginning."""
    by_name: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        by_name[one.name].append(one)
    return [Metric(name, found[0].description, "", _data(found, round(now_s * 1e9))) for name, found in by_name.items()]


def _data(series: list[Series], now_ns: int) -> Sum | Histogram:
    since_beginning = AggregationTemporality.CUMULATIVE
    histograms = [_histogram(one, one.value, now_ns) for one in series if isinstance(one.value, Buckets)]
    if histograms:
        return Histogram(histograms, since_beginning)
    numbers = [_number(one, one.value, now_ns) for one in series if not isinstance(one.value, Buckets)]
    return Sum(numbers, since_beginning, is_monotonic=True)


def _number(one: Series, value: int, now_ns: int) -> NumberDataPoint:
    return NumberDataPoint(one.labels, round(one.since_s * 1e9), now_ns, value)


def _histogram(one: Series, buckets: Buckets, now_ns: int) -> HistogramDataPoint:
    return HistogramDataPoint(
        attributes=one.labels,
        start_time_unix_nano=round(one.since_s * 1e9),
        time_unix_nano=now_ns,
        count=buckets.count,
        sum=buckets.total,
        bucket_counts=buckets.counts,
        explicit_bounds=buckets.edges,
        # Prometheus' histograms keep neither, and OTLP may leave them out; the SDK's type does not say so.
        min=None,  # type: ignore[arg-type]
        max=None,  # type: ignore[arg-type]
    )
