"""Every fault of the catalogue ends as the failure class that it names, in time, and everywhere the same."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prometheus_client import CollectorRegistry
from tests.faults.peers import DEADLINE_S, Fault, catalogue, peer, settings

from sayso.answer import Answer
from sayso.conversation import Conversation, Role, Turn
from sayso.interaction import Question
from sayso.settings import Settings
from sayso.testing.script import DEPLOYED_MODEL
from sayso.wiring import application

CASES = [(fault, backend) for fault in catalogue() for backend in fault.on]
SAID = Conversation((Turn(Role.USER, "The dose is 1."),))


class Told(NamedTuple):
    """Hold what each part says of one interaction."""

    answer: Answer
    elapsed_s: float
    """How long the prediction took, less the time in which the machine ran others instead of us."""
    log: Mapping[str, Mapping[str, Any]]
    """The log's lines by event."""
    row: Mapping[str, Any]
    """The public part of the ledger's last row."""
    inference: Mapping[str, Any]
    """The public facts of the ledger's row of the inference stage."""
    metrics: CollectorRegistry


async def _ask(chosen: Settings) -> Told:
    """Ask one question of a whole deployment."""
    async with application(chosen, stderr_log=False) as parts:
        waited_s = _waited_for_processor_s()
        answer = await parts.desk.ask(Question(SAID))
        waited_s = _waited_for_processor_s() - waited_s
        assert answer.interaction_id is not None
        stored = parts.ledger.interaction(answer.interaction_id)
    assert stored is not None
    assert chosen.telemetry.log_path is not None
    lines = [json.loads(line) for line in chosen.telemetry.log_path.read_text().splitlines()]
    log = {line["event"]: line for line in lines if line.get("interaction_id") == answer.interaction_id}
    *_, inference, row = [json.loads(entry.public) for entry in stored.entries]
    elapsed_s = log["inference_finished"]["elapsed_ms"] / 1000 - waited_s
    return Told(answer, elapsed_s, log, row, inference["facts"], parts.metrics.registry)


def _waited_for_processor_s() -> float:
    """Give how long this thread stood ready and did not run (Linux, proc(5): schedstat); 0 where nobody counts."""
    schedstat = Path("/proc/thread-self/schedstat")
    return int(schedstat.read_text().split()[1]) / 1e9 if schedstat.exists() else 0.0


async def _ask_despite(fault: Fault, backend: str, folder: Path, **changes: Any) -> Told:
    async with peer(fault, backend, folder) as address:
        chosen = settings(fault, backend, address, folder)
        return await _ask(chosen.model_copy(update={"backend": chosen.backend.model_copy(update=changes)}))


def _ends(told: Told) -> dict[str, tuple[str | None, str | None]]:
    """Give outcome and failure class as each part tells them."""
    answer = told.answer.as_json()
    line = told.log["interaction_finished"]
    counted = {
        (sample.labels["outcome"], sample.labels["failure_class"])
        for family in told.metrics.collect()
        for sample in family.samples
        if sample.name == "interactions_total" and sample.value
    }
    (metric,) = counted
    return {
        "answer": (told.answer.outcome.value, str(answer["failure_class"]) if answer["failure_class"] else None),
        "log": (line["outcome"], line["failure_class"]),
        "ledger": (told.row["outcome"], told.row["failure_class"]),
        "metric": metric,
    }


@pytest.mark.parametrize(("fault", "backend"), CASES, ids=[f"{backend}: {fault.id}" for fault, backend in CASES])
def test_a_fault_ends_as_its_class_in_time_and_everywhere_the_same(fault: Fault, backend: str, tmp_path: Path) -> None:
    """Answer, log line, metric and ledger row name the catalogue's class; the call keeps its deadline."""
    # What is no timeout needs no short deadline, and a busy machine would make it one.
    deadline_s = DEADLINE_S if fault.expected == "timeout" else 5.0
    told = asyncio.run(_ask_despite(fault, backend, tmp_path, deadline_s=deadline_s))

    ends = _ends(told)
    code = told.answer.failure_class.code.outcome.value if told.answer.failure_class else "predicted"
    assert set(ends.values()) == {(code, fault.expected)}, (ends, told.answer.failure)
    assert told.answer.prediction is None
    assert told.elapsed_s <= DEADLINE_S + 0.5
    assert told.answer.failure is not None
    assert fault.expected != "overloaded" or told.answer.failure.retry_after_s == 1

    attempts = {key: told.inference[key] for key in ("backend", "attempts", "attempts_failed", "failure_class")}
    assert attempts == {key: told.log["inference_finished"][key] for key in attempts}
    assert attempts["failure_class"] == fault.expected
    labels = {"backend": backend, "failure_class": fault.expected}
    assert told.metrics.get_sample_value("inferences_total", labels) == 1


SOUND = {
    "sayso": Fault(id="none", on=[], expected="", steps=[{"items": 1}]),
    "plain": Fault(id="none", on=[], expected="", steps=[{"predictions": [4.0, 2.0]}], payload="plain"),
    "sayso, a class": Fault(id="none", on=[], expected="", steps=[{"items": 1}], target="category"),
    "plain, scores": Fault(
        id="none",
        on=[],
        expected="",
        steps=[{"predictions": [[0.75, 0.25], [0.25, 0.75]]}],
        payload="plain",
        target="category",
    ),
}


@pytest.mark.parametrize("backend", ["http", "vertex"])
@pytest.mark.parametrize("fault", SOUND.values(), ids=SOUND)
def test_the_same_peers_without_a_fault_give_a_prediction(fault: Fault, backend: str, tmp_path: Path) -> None:
    """What the catalogue breaks is otherwise sound, so its failures are the faults' own."""
    told = asyncio.run(_ask_despite(fault, backend, tmp_path))

    assert set(_ends(told).values()) == {("predicted", None), ("predicted", "none")}
    assert told.answer.prediction is not None
    assert told.answer.prediction.value == (4.0 if fault.target == "number" else "a")
    if backend == "vertex" and fault.payload == "plain":
        assert told.answer.revision == DEPLOYED_MODEL


@pytest.mark.parametrize(
    ("backend", "first"),
    [("http", {"status": 503}), ("vertex", {"status": "UNAVAILABLE"})],
)
def test_a_retry_is_counted_and_logged(backend: str, first: dict[str, Any], tmp_path: Path) -> None:
    """A prediction at the second attempt says so in the log, the ledger and the metrics."""
    fault = Fault(id="once", on=[], expected="", steps=[first, {"items": 1}])

    told = asyncio.run(_ask_despite(fault, backend, tmp_path))

    assert told.answer.prediction is not None
    assert told.answer.prediction.attempts == 2
    for place in (told.inference, told.log["inference_finished"]):
        assert (place["attempts"], place["attempts_failed"]) == (2, ["backend_unavailable"])
    for failure_class in ("backend_unavailable", "none"):
        labels = {"backend": backend, "failure_class": failure_class}
        assert told.metrics.get_sample_value("inference_attempts_total", labels) == 1


@pytest.mark.slow
def test_the_deadline_of_twenty_seconds_is_kept(tmp_path: Path) -> None:
    """UNAVAILABLE at 19 s, then silence: the SDK's own retry takes 39 s here; the whole call takes 20."""
    steps: list[dict[str, Any]] = [{"status": "UNAVAILABLE", "after_s": 19.0}, {"is_silent": True}]
    fault = Fault(id="late", on=[], expected="timeout", steps=steps)

    told = asyncio.run(_ask_despite(fault, "vertex", tmp_path, deadline_s=20.0))

    assert set(_ends(told).values()) == {("failed", "timeout")}
    assert told.inference["attempts_failed"] == ["backend_unavailable", "timeout"]
    assert 19.5 <= told.elapsed_s <= 20.5


def test_the_catalogue_covers_each_backend() -> None:
    """There are at least 60 faults for each backend, and no two of the same name for one."""
    counts = Counter(backend for _, backend in CASES)
    names = Counter((fault.id, backend) for fault, backend in CASES)

    assert counts["http"] >= 60
    assert counts["vertex"] >= 60
    assert [name for name, count in names.items() if count > 1] == []
