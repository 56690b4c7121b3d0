"""Make a trace of each interaction, when it has ended, and send it over OTLP.

The trace's id is the interaction's: a UUID is 128 bits too. The interaction is the root span, each stage a child.
Nothing is measured twice: the spans are made of the ledger's own records. Needs the extra ``otel``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from sayso.failures import Outcome
from sayso.ledger.records import Finished, Stage, Started
from sayso.telemetry.observer import Observer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOW_64_BITS = (1 << 64) - 1

Attributes = Mapping[str, str | bool | int | float]


class Told(NamedTuple):
    """Hold the records of one interaction that has ended."""

    started: Started
    stages: Sequence[Stage]
    finished: Finished


class Way(Protocol):
    """Take what is to be sent, without waiting."""

    def __call__(self, told: Told, /) -> None:
        """Take the records of one interaction."""
        ...


class TraceObserver(Observer):
    """Collect the records of an interaction, and hand them on when it ends."""

    name = "traces"

    def __init__(self, put: Way) -> None:
        """Take where ended interactions go."""
        self._put = put
        self._under_way: dict[str, tuple[Started, list[Stage]]] = {}

    def interaction_started(self, record: Started) -> None:
        """Begin to collect."""
        self._under_way[record.interaction_id] = (record, [])

    def stage_finished(self, record: Stage) -> None:
        """Collect a stage."""
        self._under_way[record.interaction_id][1].append(record)

    def interaction_finished(self, record: Finished) -> None:
        """Hand everything on."""
        started, stages = self._under_way.pop(record.interaction_id)
        self._put(Told(started, stages, record))


def sender(exporter: SpanExporter, resource: Resource) -> Callable[[Sequence[Told]], bool]:
    """Give what sends a batch of interactions and says whether they were taken."""

    def send(batch: Sequence[Told]) -> bool:
        made = [span for told in batch for span in spans(told, resource)]
        return exporter.export(made) is SpanExportResult.SUCCESS

    return send


def exporter(otlp_url: str, timeout_s: float) -> SpanExporter:
    """Make the client of a collector; headers such as a key come from ``OTEL_EXPORTER_OTLP_HEADERS``."""
    return OTLPSpanExporter(f"{otlp_url.rstrip('/')}/v1/traces", timeout=timeout_s)


def spans(told: Told, resource: Resource) -> list[ReadableSpan]:
    """Make the root span of an interaction and one child for each stage."""
    trace_id = UUID(told.finished.interaction_id).int
    root = _context(trace_id, 0)
    is_failed = told.finished.outcome is Outcome.FAILED
    made = [
        ReadableSpan(
            name="interaction",
            context=root,
            resource=resource,
            attributes=_of_interaction(told.started, told.finished),
            kind=SpanKind.SERVER,
            status=Status(StatusCode.ERROR if is_failed else StatusCode.UNSET),
            start_time=_ns(told.started.at),
            end_time=_ns(told.finished.at),
        )
    ]
    for number, stage in enumerate(told.stages, start=1):
        begin = stage.at - timedelta(milliseconds=stage.elapsed_ms)
        made.append(
            ReadableSpan(
                name=stage.stage,
                context=_context(trace_id, number),
                parent=root,
                resource=resource,
                attributes=_of_stage(stage),
                start_time=_ns(begin),
                end_time=_ns(stage.at),
            )
        )
    return made


def _context(trace_id: int, number: int) -> SpanContext:
    """Name a span by the random end of the interaction's id, so that whoever has the id can compute it."""
    return SpanContext(trace_id, (trace_id & _LOW_64_BITS) ^ number, is_remote=False, trace_flags=TraceFlags(1))


def _of_interaction(started: Started, finished: Finished) -> Attributes:
    found = {
        "sayso.interaction_id": finished.interaction_id,
        "sayso.conversation_id": finished.conversation_id,
        "sayso.contract": finished.contract,
        "sayso.revision": finished.revision,
        "sayso.extractor": started.extractor,
        "sayso.purpose": started.purpose.value,
        "sayso.outcome": finished.outcome.value,
        "sayso.failure_class": finished.failure_class.label if finished.failure_class else None,
        "sayso.missing": len(finished.missing_features),
    }
    return {key: value for key, value in found.items() if value is not None}


def _of_stage(stage: Stage) -> Attributes:
    """Give the facts of a stage that are single values; none quotes the asker."""
    return {f"sayso.{key}": fact for key, fact in stage.public.items() if isinstance(fact, str | bool | int | float)}


def _ns(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
