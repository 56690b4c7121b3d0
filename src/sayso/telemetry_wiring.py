"""Make everyone who watches interactions from the settings: log and metrics always, exporters where they are set."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from sayso import google_host
from sayso.failures import SettingsError
from sayso.settings import Settings
from sayso.telemetry import series
from sayso.telemetry.logs import Log, LogObserver
from sayso.telemetry.metrics import Metrics
from sayso.telemetry.observer import Observer, Observers
from sayso.telemetry.outflow import Outflow, Pulse

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPORT_TIMEOUT_S = 4.0
"""For one export, its retries included: less than a process that ends waits for it."""


class _Carrier(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...


class Telemetry:
    """Hold who watches, and what carries it elsewhere."""

    def __init__(self, observer: Observer, carriers: Sequence[_Carrier]) -> None:
        """Take what `make` made; nothing is carried before `start`."""
        self.observer = observer
        self._carriers = carriers

    def start(self) -> None:
        """Begin to export."""
        for carrier in self._carriers:
            carrier.start()

    def close(self) -> None:
        """Send what waits, for a few seconds at most."""
        for carrier in self._carriers:
            carrier.stop()
        for carrier in self._carriers:
            carrier.close()


def make(settings: Settings, start_id: str, metrics: Metrics, log: Log) -> Telemetry:
    """Make the deployment's telemetry.

    Raises:
        SettingsError: a setting can't be used, or needs an extra that is not installed.
    """
    observers: list[Observer] = [LogObserver(log), metrics]
    carriers: list[_Carrier] = []
    if settings.telemetry.otlp_url is not None:
        _otlp(settings, settings.telemetry.otlp_url, start_id, metrics, observers, carriers)
    if settings.cloud.project:
        carriers.append(_cloud(settings, start_id, metrics))
    return Telemetry(Observers(observers, metrics.dropped), carriers)


def _otlp(
    settings: Settings,
    url: str,
    start_id: str,
    metrics: Metrics,
    observers: list[Observer],
    carriers: list[_Carrier],
) -> None:
    try:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra

        from sayso.telemetry import otlp_metrics, traces  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError("[telemetry] otlp_url needs the extra otel: pip install 'sayso[otel]'") from error
    # What can't be sent is counted; the client's own lines of plain text would stand in the middle of our JSON.
    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    logging.getLogger("opentelemetry").propagate = False
    resource = Resource({"service.name": "sayso", "service.instance.id": start_id})
    outflow = Outflow(
        traces.TraceObserver.name,
        traces.sender(traces.exporter(url, EXPORT_TIMEOUT_S), resource),
        metrics.dropped,
    )
    pushed = otlp_metrics.OtlpMetrics(otlp_metrics.exporter(url, EXPORT_TIMEOUT_S), resource)
    observers.append(traces.TraceObserver(outflow.put))
    carriers.extend((outflow, _pulse("otlp-metrics", pushed.push, settings, metrics)))


def _cloud(settings: Settings, start_id: str, metrics: Metrics) -> Pulse:
    cloud = settings.cloud
    where = google_host.host(
        "cloud",
        cloud.api_endpoint,
        credentials=cloud.credentials,
        ca=cloud.ca,
        insecure=cloud.insecure,
        root=settings.root,
    )
    try:
        from sayso.telemetry.cloud_client import metric_client  # noqa: PLC0415 - an extra
        from sayso.telemetry.cloud_monitoring import CloudMonitoring  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsError("[cloud] project needs the extra gcp: pip install 'sayso[gcp]'") from error
    pushed = CloudMonitoring(metric_client(where), cloud.project, start_id, EXPORT_TIMEOUT_S)
    return _pulse("cloud-monitoring", pushed.push, settings, metrics)


def _pulse(
    name: str, push: "Callable[[Iterable[series.Series], float], bool]", settings: Settings, metrics: Metrics
) -> Pulse:
    def beat() -> bool:
        return push(series.read(metrics.registry), time.time())

    return Pulse(name, beat, metrics.dropped, settings.telemetry.export_every_s)
