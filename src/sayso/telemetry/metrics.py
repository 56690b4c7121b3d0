"""Count interactions for Prometheus.

One registry for each process, each process scraped on its own (`process_start_info` names the start), so that nothing
is merged and a dead process's counts end with it. Names and units are the plan's: milliseconds, percent.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, generate_latest

from sayso.failures import FailureClass, Outcome
from sayso.ledger.records import Finished, Purpose, Stage, Started
from sayso.telemetry.observer import Observer

LATENCY_EDGES_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10000, 20000)
"""Bucket edges; 2000 is one because the SLO is P95 below 2.0 s."""

MISSING_EDGES_PCT = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)


_OUTCOMES = (
    (Outcome.PREDICTED, "none"),
    *((failure_class.outcome, failure_class.label) for failure_class in FailureClass),
)


class Metrics(Observer):
    """Hold the metrics of one process and count what it sees."""

    name = "metrics"

    def __init__(self, start_id: str) -> None:
        """Make a registry of its own for this process start."""
        self.registry = CollectorRegistry()
        start = Info("process_start", "Names this start of the process.", registry=self.registry)
        start.info({"start_id": start_id})
        self._interactions = Counter(
            "interactions",
            "Interactions that ended, by outcome and failure class ('none' where predicted).",
            ["outcome", "failure_class"],
            registry=self.registry,
        )
        self._success = Counter(
            "prediction_success", "Interactions that ended, by outcome.", ["outcome"], registry=self.registry
        )
        self._missing_pct = Histogram(
            "missing_pct",
            "Share of the contract's features that were missing at the end, in percent.",
            buckets=MISSING_EDGES_PCT,
            registry=self.registry,
        )
        self._total_latency_ms = Histogram(
            "total_latency_ms",
            "Time from the question to its outcome, in milliseconds.",
            buckets=LATENCY_EDGES_MS,
            registry=self.registry,
        )
        self._stage_latency_ms = Histogram(
            "stage_latency_ms",
            "Time of one stage, in milliseconds.",
            ["stage"],
            buckets=LATENCY_EDGES_MS,
            registry=self.registry,
        )
        self._inferences = Counter(
            "inferences",
            "Predictions asked of a backend, by what came of it ('none' where predicted).",
            ["backend", "failure_class"],
            registry=self.registry,
        )
        self._attempts = Counter(
            "inference_attempts",
            "Requests to a backend, by how they failed ('none' where a reply came); retries included.",
            ["backend", "failure_class"],
            registry=self.registry,
        )
        self._extractor_tokens = Counter(
            "extractor_tokens",
            "Tokens of a language model, by the model that was asked; smoke tests included, as they cost too.",
            ["model", "direction"],
            registry=self.registry,
        )
        self._verdicts = Counter(
            "extraction_verdicts",
            "Claims of an extractor, by what verification made of them.",
            ["extractor", "verdict"],
            registry=self.registry,
        )
        self._rejected = Counter(
            "requests_rejected",
            "Requests that were no interactions: refused before they could be parsed.",
            ["failure_class"],
            registry=self.registry,
        )
        self._dropped = Counter(
            "telemetry_dropped", "Events that an observer could not take.", ["observer"], registry=self.registry
        )
        # A series that is born with its first event has no rate: every outcome is there from the beginning.
        for outcome, failure_class in _OUTCOMES:
            self._interactions.labels(outcome.value, failure_class)
            self._success.labels(outcome.value)
        self._purposes: dict[str, Purpose] = {}

    def interaction_started(self, record: Started) -> None:
        """Remember what is no ask, so that its end is not counted."""
        if record.purpose is not Purpose.ASK:
            self._purposes[record.interaction_id] = record.purpose

    def stage_finished(self, record: Stage) -> None:
        """Time a stage of an ask; of inference, count what came of it and of each attempt; of extraction, tokens."""
        self._count_tokens(record)
        if record.interaction_id in self._purposes:
            return
        self._stage_latency_ms.labels(record.stage).observe(record.elapsed_ms)
        match record.public:
            case {"extractor": str(extractor), "verdicts": dict(verdicts)}:
                for verdict, count in verdicts.items():
                    self._verdicts.labels(extractor, verdict).inc(int(str(count)))
            case {"backend": str(backend), "attempts": int(attempts), "attempts_failed": list(failed), **rest}:
                self._inferences.labels(backend, str(rest.get("failure_class", "none"))).inc()
                self._attempts.labels(backend, "none").inc(attempts - len(failed))
                for failure_class in failed:
                    self._attempts.labels(backend, str(failure_class)).inc()
            case _:
                pass

    def _count_tokens(self, record: Stage) -> None:
        match record.public:
            case {"model": str(model), "input_tokens": received, "output_tokens": given}:
                for direction, tokens in (("input", received), ("output", given)):
                    self._extractor_tokens.labels(model, direction).inc(tokens if isinstance(tokens, int) else 0)
            case _:
                pass

    def interaction_finished(self, record: Finished) -> None:
        """Count an outcome."""
        if self._purposes.pop(record.interaction_id, Purpose.ASK) is not Purpose.ASK:
            return
        failure_class = record.failure_class.label if record.failure_class else "none"
        self._interactions.labels(record.outcome.value, failure_class).inc()
        self._success.labels(record.outcome.value).inc()
        self._missing_pct.observe(100 * len(record.missing_features) / record.contract_features)
        self._total_latency_ms.observe(record.total_latency_ms)

    def rejected(self, failure_class: str) -> None:
        """Count a request that was no interaction."""
        self._rejected.labels(failure_class).inc()

    def dropped(self, observer: str) -> None:
        """Count an event that an observer could not take."""
        self._dropped.labels(observer).inc()

    def exposition(self) -> bytes:
        """Write the text format that Prometheus scrapes."""
        return generate_latest(self.registry)
