"""The one door lets through a checked prediction or a named failure, within its budget."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from sayso.backend import Reply, Sent, Unavailable
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.document import of_document
from sayso.contract.model import Contract
from sayso.failures import Failure, FailureClass
from sayso.inference.attempts import Attempt, attempted
from sayso.inference.checks import Interval
from sayso.inference_service import Budget, InferenceService, Prediction
from sayso.wire import JSON

NUMBER = of_document(
    "number.json",
    {
        "contract": "rate",
        "version": "1.0.0",
        "target": {"name": "rate", "unit": "percent", "range": [0, 25]},
        "feature_columns": ["x"],
        "features": {"x": {"type": "number", "range": [0, 10]}},
    },
)
CLASSES = of_document(
    "classes.json",
    {
        "contract": "kind",
        "version": "1.0.0",
        "target": {"name": "kind", "type": "category", "values": ["a", "b"]},
        "feature_columns": ["x"],
        "features": {"x": {"type": "number", "range": [0, 10]}},
    },
)


@dataclass
class Scripted:
    """Answer with prepared replies, one a call; a backend at the edge of the network."""

    replies: Sequence[Sent | Callable[[], Any]]
    kind: str = "scripted"
    remaining: list[float] = field(default_factory=list)

    async def send(self, vectors: Sequence[FeatureVector], *, remaining_s: float) -> Sent:
        """Give the next reply; a callable is awaited."""
        self.remaining.append(remaining_s)
        reply = self.replies[min(len(self.remaining), len(self.replies)) - 1]
        return reply if isinstance(reply, Reply | Failure | Unavailable) else await reply()

    async def ready(self) -> Failure | None:
        """Be ready."""
        return None

    async def aclose(self) -> None:
        """Hold nothing."""


def _vector(contract: Contract) -> FeatureVector:
    vector = admit(contract, {"x": 1})
    assert isinstance(vector, FeatureVector)
    return vector


def _item(of: Contract, **changes: JSON) -> JSON:
    return {"value": 4.0, "contract": of.reference, "revision": "r1", **changes}


def _predict(backend: Scripted, contract: Contract = NUMBER, deadline_s: float = 5.0) -> Prediction | Failure:
    service = InferenceService(backend, budget=Budget(deadline_s=deadline_s), clock=time.monotonic)
    return asyncio.run(service.predict(_vector(contract)))


def test_a_good_reply_is_a_prediction() -> None:
    """Value, interval, contract, revision and the number of attempts are kept."""
    reply = Reply([_item(NUMBER, interval={"level": 0.9, "low": 3, "high": 5.5})])

    prediction = _predict(Scripted([reply]))

    assert prediction == Prediction(4.0, Interval(0.9, 3.0, 5.5), None, NUMBER.reference, "r1", 1)


def test_a_category_comes_with_the_probability_of_every_class() -> None:
    """Probabilities for all classes that sum to one are kept."""
    reply = Reply([_item(CLASSES, value="b", probabilities={"a": 0.25, "b": 0.75})])

    prediction = _predict(Scripted([reply]), CLASSES)

    assert isinstance(prediction, Prediction)
    assert (prediction.value, prediction.probabilities) == ("b", {"a": 0.25, "b": 0.75})


@pytest.mark.parametrize(
    ("predictions", "expected"),
    [
        pytest.param(None, FailureClass.SCHEMA_MISMATCH, id="no list"),
        pytest.param([], FailureClass.SCHEMA_MISMATCH, id="none"),
        pytest.param([_item(NUMBER), _item(NUMBER)], FailureClass.SCHEMA_MISMATCH, id="two"),
        pytest.param([4.0], FailureClass.SCHEMA_MISMATCH, id="bare number"),
        pytest.param([_item(NUMBER, value="4.0")], FailureClass.SCHEMA_MISMATCH, id="text"),
        pytest.param([_item(NUMBER, value=True)], FailureClass.SCHEMA_MISMATCH, id="boolean"),
        pytest.param([_item(NUMBER, value=None)], FailureClass.SCHEMA_MISMATCH, id="null"),
        pytest.param([_item(NUMBER, value=[4.0])], FailureClass.SCHEMA_MISMATCH, id="list"),
        pytest.param([_item(NUMBER, value=float("nan"))], FailureClass.NOT_FINITE_PREDICTION, id="NaN"),
        pytest.param([_item(NUMBER, value=float("inf"))], FailureClass.NOT_FINITE_PREDICTION, id="Infinity"),
        pytest.param([_item(NUMBER, value=25.1)], FailureClass.OUT_OF_TARGET_RANGE, id="beyond the target"),
        pytest.param([_item(NUMBER, contract=None)], FailureClass.SCHEMA_MISMATCH, id="no contract"),
        pytest.param([_item(NUMBER, revision="")], FailureClass.SCHEMA_MISMATCH, id="no revision"),
        pytest.param([_item(CLASSES)], FailureClass.MODEL_CONTRACT_MISMATCH, id="other contract"),
        pytest.param([_item(NUMBER, interval={"level": 0.9})], FailureClass.SCHEMA_MISMATCH, id="half an interval"),
        pytest.param(
            [_item(NUMBER, interval={"level": 0.9, "low": 5, "high": 3})], FailureClass.SCHEMA_MISMATCH, id="reversed"
        ),
        pytest.param([_item(NUMBER, probabilities={"a": 1.0})], FailureClass.SCHEMA_MISMATCH, id="shares of a number"),
    ],
)
def test_a_reply_about_a_number_that_breaks_the_agreement_is_named(predictions: JSON, expected: FailureClass) -> None:
    """Nothing but the agreed shape, kind, range and contract becomes a prediction."""
    result = _predict(Scripted([Reply(predictions)]))

    assert isinstance(result, Failure)
    assert result.failure_class is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": "c", "probabilities": {"a": 0.5, "b": 0.5}}, FailureClass.OUT_OF_TARGET_RANGE),
        ({"value": 1, "probabilities": {"a": 0.5, "b": 0.5}}, FailureClass.SCHEMA_MISMATCH),
        ({"value": "a"}, FailureClass.SCHEMA_MISMATCH),
        ({"value": "a", "probabilities": {"a": 1.0}}, FailureClass.SCHEMA_MISMATCH),
        ({"value": "a", "probabilities": {"a": 0.6, "b": 0.5}}, FailureClass.SCHEMA_MISMATCH),
        ({"value": "a", "probabilities": {"a": 1.5, "b": -0.5}}, FailureClass.SCHEMA_MISMATCH),
        ({"value": "a", "probabilities": {"a": "1", "b": 0.0}}, FailureClass.SCHEMA_MISMATCH),
    ],
    ids=["unknown class", "number", "no shares", "one share", "sum", "beyond one", "text"],
)
def test_a_reply_about_a_class_that_breaks_the_agreement_is_named(
    changes: dict[str, JSON], expected: FailureClass
) -> None:
    """A class must be known and its probabilities complete."""
    result = _predict(Scripted([Reply([_item(CLASSES, **changes)])]), CLASSES)

    assert isinstance(result, Failure)
    assert result.failure_class is expected


REFUSED = Unavailable(Failure(FailureClass.BACKEND_UNAVAILABLE, "refused"))


def test_a_request_that_nothing_took_is_sent_once_more() -> None:
    """One retry, only where nothing was reached, and the prediction says so."""
    prediction = _predict(Scripted([REFUSED, Reply([_item(NUMBER)])]))

    assert isinstance(prediction, Prediction)
    assert prediction.attempts == 2


@pytest.mark.parametrize("failure_class", list(FailureClass))
def test_no_failure_is_tried_again(failure_class: FailureClass) -> None:
    """A request that may have reached the model is not sent twice."""
    backend = Scripted([Failure(failure_class, "no")])

    _predict(backend)

    assert len(backend.remaining) == 1


def test_two_attempts_are_the_last() -> None:
    """There is never a third attempt."""
    backend = Scripted([REFUSED])

    result = _predict(backend)

    assert isinstance(result, Failure)
    assert (result.failure_class, len(backend.remaining)) == (FailureClass.BACKEND_UNAVAILABLE, 2)


async def _silence() -> Reply:
    await asyncio.Event().wait()
    raise AssertionError


def test_the_budget_covers_every_attempt_together() -> None:
    """A refusal followed by silence ends at the deadline, not at twice the deadline."""
    backend = Scripted([REFUSED, _silence])
    begin = time.monotonic()

    result = _predict(backend, deadline_s=0.4)

    assert isinstance(result, Failure)
    assert result.failure_class is FailureClass.TIMEOUT
    assert time.monotonic() - begin < 0.9
    assert backend.remaining[1] <= backend.remaining[0] - 0.2


def test_every_attempt_is_told_to_the_watcher() -> None:
    """How each attempt ended is known also where the whole failed."""
    attempts: list[Attempt] = []
    service = InferenceService(Scripted([REFUSED, _silence]), budget=Budget(deadline_s=0.3), clock=time.monotonic)

    asyncio.run(service.predict(_vector(NUMBER), watch=attempts.append))

    assert attempted(attempts)["attempts_failed"] == ["backend_unavailable", "timeout"]
    assert attempted(attempts)["attempts"] == 2


def test_calls_beyond_the_limit_end_at_once() -> None:
    """The third of two allowed calls is overloaded with a time to wait; nothing queues."""
    backend = Scripted([_silence])

    async def three() -> tuple[Prediction | Failure, int]:
        service = InferenceService(backend, budget=Budget(deadline_s=5.0, max_concurrent=2), clock=time.monotonic)
        waiting = [asyncio.create_task(service.predict(_vector(NUMBER))) for _ in range(2)]
        await asyncio.sleep(0)
        third = await service.predict(_vector(NUMBER))
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return third, len(backend.remaining)

    third, sent = asyncio.run(three())

    assert isinstance(third, Failure)
    assert (third.failure_class, third.retry_after_s, sent) == (FailureClass.OVERLOADED, 1, 2)


def test_a_call_that_is_given_up_frees_its_place() -> None:
    """A caller who goes away does not count as under way for ever."""

    async def again() -> Prediction | Failure:
        service = InferenceService(
            Scripted([_silence, Reply([_item(NUMBER)])]), budget=Budget(max_concurrent=1), clock=time.monotonic
        )
        first = asyncio.create_task(service.predict(_vector(NUMBER)))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return await service.predict(_vector(NUMBER))

    assert isinstance(asyncio.run(again()), Prediction)


def test_a_backend_that_is_down_is_not_called_until_the_probe() -> None:
    """Three failures in a row stop the calls; after the wait, one question goes through and heals."""
    now = [0.0]
    backend = Scripted([Failure(FailureClass.TRANSPORT, "reset")] * 3 + [Reply([_item(NUMBER)])])
    budget = Budget(breaker_failures=3, breaker_open_s=10.0)
    service = InferenceService(backend, budget=budget, clock=lambda: now[0])

    async def ask(at_s: float) -> FailureClass | None:
        now[0] = at_s
        result = await service.predict(_vector(NUMBER))
        return result.failure_class if isinstance(result, Failure) else None

    async def history() -> list[FailureClass | None]:
        return [await ask(at_s) for at_s in (0, 1, 2, 3, 11.9, 12)]

    transport, unavailable = FailureClass.TRANSPORT, FailureClass.BACKEND_UNAVAILABLE
    assert [transport, transport, transport, unavailable, unavailable, None] == asyncio.run(history())
    assert len(backend.remaining) == 4
