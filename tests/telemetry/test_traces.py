"""Each interaction is one trace with its own id, sent by the real client to a collector that reads the wire."""

from uuid import UUID

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.sdk.resources import Resource
from tests.telemetry.collector import collector
from tests.telemetry.records import INTERACTION, NOW, finished, stage, started

from sayso.failures import FailureClass
from sayso.telemetry.outflow import Outflow
from sayso.telemetry.traces import Told, TraceObserver, exporter, sender

RESOURCE = Resource({"service.name": "sayso"})
TOLD = Told(started(), [stage()], finished(FailureClass.TIMEOUT))


def _sent(told: Told) -> list[Span]:
    """Send one interaction and give the spans that arrived."""
    with collector() as there:
        assert sender(exporter(there.url, 2.0), RESOURCE)([told])
    (request,) = there.traces
    return list(request.resource_spans[0].scope_spans[0].spans)


def test_the_trace_has_the_interactions_id() -> None:
    """Whoever has one id can look up the other."""
    assert {span.trace_id.hex() for span in _sent(TOLD)} == {UUID(INTERACTION).hex}


def test_stages_are_children_with_their_own_times() -> None:
    """A stage ends when it was recorded and began its elapsed time before."""
    root, inference = _sent(TOLD)

    assert (inference.name, inference.parent_span_id) == ("inference", root.span_id)
    begin_ns = int(NOW.timestamp()) * 10**9
    assert (inference.start_time_unix_nano - begin_ns, inference.end_time_unix_nano - begin_ns) == (5000000, 10000000)
    assert (root.start_time_unix_nano - begin_ns, root.end_time_unix_nano - begin_ns) == (0, 12000000)


def test_the_root_names_the_outcome_and_a_failure_is_an_error() -> None:
    """The same words as in answer, log and ledger."""
    root, _ = _sent(TOLD)

    attributes = {pair.key: pair.value.string_value for pair in root.attributes}
    assert (attributes["sayso.outcome"], attributes["sayso.failure_class"]) == ("failed", "timeout")
    assert root.status.code == Status.STATUS_CODE_ERROR


def test_nothing_said_in_private_is_sent() -> None:
    """A trace holds what the public part of the records holds."""
    with collector() as there:
        sender(exporter(there.url, 2.0), RESOURCE)([TOLD])

    assert b"said in private" not in there.traces[0].SerializeToString()


def test_an_observed_interaction_goes_out_once_when_it_ends() -> None:
    """Observer, queue and client together."""
    dropped: list[str] = []
    with collector() as there:
        outflow = Outflow("traces", sender(exporter(there.url, 2.0), RESOURCE), dropped.append)
        observer = TraceObserver(outflow.put)
        outflow.start()
        observer.interaction_started(TOLD.started)
        observer.stage_finished(TOLD.stages[0])
        observer.interaction_finished(TOLD.finished)
        outflow.stop()
        outflow.close()

    assert [len(request.resource_spans[0].scope_spans[0].spans) for request in there.traces] == [2]
    assert dropped == []


def test_what_a_collector_refuses_is_counted() -> None:
    """A refused batch counts one drop for each interaction."""
    dropped: list[str] = []
    with collector(status=400) as there:
        outflow = Outflow("traces", sender(exporter(there.url, 2.0), RESOURCE), dropped.append)
        outflow.put(TOLD)
        outflow.put(TOLD)
        outflow.start()
        outflow.stop()
        outflow.close()

    assert dropped == ["traces", "traces"]
