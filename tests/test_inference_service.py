"""The one door lets through a checked prediction or a named failure, within its budget."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from sayso.backend import Reply
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.document import of_document
from sayso.contract.model import Contract
from sayso.failures import Failure, FailureClass
from sayso.inference_service import InferenceService, Interval, Prediction
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

    replies: Sequence[Reply | Failure | Callable[[], Any]]
    kind: str = "scripted"
    remaining: list[float] = field(default_factory=list)

    async def send(self, vector: FeatureVector, *, remaining_s: float) -> Reply | Failure:
        """Give the next reply; a callable is awaited."""
        self.remaining.append(remaining_s)
        reply = self.replies[min(len(self.remaining), len(self.replies)) - 1]
        return reply if isinstance(reply, Reply | Failure) else await reply()

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
    service = InferenceService(backend, deadline_s=deadline_s, clock=time.monotonic)
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


def test_an_unreachable_backend_is_tried_once_more() -> None:
    """One retry, only where nothing was reached, and the prediction says so."""
    backend = Scripted([Failure(FailureClass.BACKEND_UNAVAILABLE, "refused"), Reply([_item(NUMBER)])])

    prediction = _predict(backend)

    assert isinstance(prediction, Prediction)
    assert prediction.attempts == 2


@pytest.mark.parametrize("failure_class", [c for c in FailureClass if c is not FailureClass.BACKEND_UNAVAILABLE])
def test_no_other_failure_is_tried_again(failure_class: FailureClass) -> None:
    """A request that reached the model is not sent twice."""
    backend = Scripted([Failure(failure_class, "no")])

    _predict(backend)

    assert len(backend.remaining) == 1


def test_two_unreachable_attempts_are_the_last() -> None:
    """There is never a third attempt."""
    backend = Scripted([Failure(FailureClass.BACKEND_UNAVAILABLE, "refused")])

    result = _predict(backend)

    assert isinstance(result, Failure)
    assert (result.failure_class, len(backend.remaining)) == (FailureClass.BACKEND_UNAVAILABLE, 2)


def test_the_budget_covers_every_attempt_together() -> None:
    """A refusal followed by silence ends at the deadline, not at twice the deadline."""

    async def silence() -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    backend = Scripted([Failure(FailureClass.BACKEND_UNAVAILABLE, "refused"), silence])
    begin = time.monotonic()

    result = _predict(backend, deadline_s=0.1)

    assert isinstance(result, Failure)
    assert result.failure_class is FailureClass.TIMEOUT
    assert time.monotonic() - begin < 0.6
    assert backend.remaining[1] <= backend.remaining[0] <= 0.1
