"""Count what each deployed model answered, for whoever judges a canary."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from sayso.endpoint.state import State
from sayso.telemetry.metrics import LATENCY_EDGES_MS

ANSWERED = "OK"


class Counters:
    """Hold the metrics of one endpoint process."""

    def __init__(self) -> None:
        """Make a registry of its own."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "endpoint_requests",
            "Predict calls, by the deployed model that took them and the status that came of it (OK where predicted).",
            ["deployed_model_id", "status"],
            registry=self._registry,
        )
        self._latency_ms = Histogram(
            "endpoint_latency_ms",
            "Time that a deployed model took for a call, in milliseconds.",
            ["deployed_model_id"],
            buckets=LATENCY_EDGES_MS,
            registry=self._registry,
        )
        self._traffic_pct = Gauge(
            "endpoint_traffic_percent",
            "Share of calls that a deployed model is to take, in percent.",
            ["deployed_model_id"],
            registry=self._registry,
        )

    def answered(self, deployed_model_id: str, status: str, elapsed_s: float) -> None:
        """Count one call."""
        self._requests.labels(deployed_model_id, status).inc()
        self._latency_ms.labels(deployed_model_id).observe(elapsed_s * 1000)

    def deployed(self, state: State) -> None:
        """Show the split of a state, and zeros for models that took no call yet."""
        self._traffic_pct.clear()
        for model in state.deployed_models:
            self._traffic_pct.labels(model.id).set(state.traffic_split.get(model.id, 0))
            self._requests.labels(model.id, ANSWERED)

    def exposition(self) -> bytes:
        """Write the text format that Prometheus scrapes."""
        return generate_latest(self._registry)
