"""Be the one door to any model backend: a vector in, a checked prediction or a named failure out.

One monotonic budget covers connecting, attempts, body and parsing, because SDK timeouts are per read or per attempt. At
most one retry, only where nothing took the request, inside the budget. Beyond so many calls at once, or while the
backend is down, a call ends at once. Only this module makes a `Prediction`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sayso.backend import Backend, Reply
from sayso.contract.admit import FeatureVector
from sayso.contract.model import Contract
from sayso.failures import Failure, FailureClass
from sayso.inference.attempts import Attempt, Attempts, ignore
from sayso.inference.breaker import Breaker
from sayso.inference.checks import Interval, interval_of, probabilities_of, value_of
from sayso.inference.golden import GoldenRows, Proof
from sayso.inference.payload import Payload, SaysoPayload, Stated, broken_shape

SHED_RETRY_AFTER_S = 1


@dataclass(frozen=True, slots=True)
class Prediction:
    """Hold what the model answered, after every check."""

    value: float | str
    interval: Interval | None
    probabilities: Mapping[str, float] | None
    contract: str
    revision: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Budget:
    """Say how much one deployment asks of its backend."""

    deadline_s: float = 20.0
    """For one prediction: connecting, attempts, body and parsing together."""
    max_concurrent: int = 64
    """How many predictions may be under way; one more is `overloaded`."""
    breaker_failures: int = 5
    """After so many failures in a row of a backend that is down, calls end at once."""
    breaker_open_s: float = 10.0
    """For so long; then one call goes through as a probe."""


class InferenceService:
    """Predict through one backend under one deadline."""

    def __init__(
        self,
        backend: Backend,
        *,
        clock: Callable[[], float],
        budget: Budget = Budget(),
        payload: Payload = SaysoPayload(),  # noqa: B008 - holds nothing
        golden: GoldenRows | None = None,
    ) -> None:
        """Take the backend and the agreement with it.

        Args:
            backend: what to call.
            clock: monotonic seconds.
            budget: deadline, calls at once, and when to stop calling.
            payload: what is sent and how a reply's item is read.
            golden: rows that a deployed model must answer before it is believed; for replies that name no contract.
        """
        self._backend = backend
        self._clock = clock
        self._budget = budget
        self._payload = payload
        self._proof = Proof(golden)
        self._breaker = Breaker(budget.breaker_failures, budget.breaker_open_s, clock)
        self._under_way = 0

    @property
    def backend(self) -> Backend:
        """Give the backend, for its name."""
        return self._backend

    async def ready(self) -> Failure | None:
        """Say why no prediction can be had now; None when one can."""
        if refusal := self._breaker.refusal():
            return refusal
        try:
            async with asyncio.timeout(self._budget.deadline_s):
                failure = await self._backend.ready()
                if failure is None and self._proof.is_open:
                    failure = await self._prove()
                return failure
        except TimeoutError:
            return Failure(FailureClass.TIMEOUT, f"the {self._backend.kind} backend does not say whether it is ready")

    async def predict(
        self, vector: FeatureVector, *, watch: Callable[[Attempt], None] = ignore
    ) -> Prediction | Failure:
        """Predict for one admitted vector.

        Args:
            vector: the values.
            watch: told of each attempt as it ends.

        Returns:
            A Prediction whose count, type, finiteness, range and contract were checked, or a Failure of code
            MODEL_NOT_READY, PREDICT_FAILED or (the predictor's own) INVALID_INPUT.
        """
        if refusal := self._overload() or self._breaker.refusal():
            return refusal
        self._under_way += 1
        is_probe = self._breaker.entered()
        try:
            result = await self._within_deadline(vector, watch)
        except BaseException:
            self._breaker.abandoned(is_probe=is_probe)
            raise
        finally:
            self._under_way -= 1
        self._breaker.left(result.failure_class if isinstance(result, Failure) else None, is_probe=is_probe)
        return result

    def _overload(self) -> Failure | None:
        if self._under_way < self._budget.max_concurrent:
            return None
        detail = f"{self._under_way} predictions are under way; at most {self._budget.max_concurrent}"
        return Failure(FailureClass.OVERLOADED, detail, retry_after_s=SHED_RETRY_AFTER_S)

    async def _within_deadline(self, vector: FeatureVector, watch: Callable[[Attempt], None]) -> Prediction | Failure:
        attempts = Attempts(self._backend, self._clock, self._budget.deadline_s, watch)
        try:
            async with asyncio.timeout(self._budget.deadline_s):
                return await self._attributed(vector, attempts)
        except TimeoutError:
            detail = f"no answer from the {self._backend.kind} backend within {self._budget.deadline_s:g} s"
            return Failure(FailureClass.TIMEOUT, f"{detail} ({attempts.made} attempt{'s' * (attempts.made > 1)})")

    async def _attributed(self, vector: FeatureVector, attempts: Attempts) -> Prediction | Failure:
        """Send the vector, with golden rows beside it where the model that answers has not proven itself."""
        vectors = self._beside_golden(vector) if self._proof.is_open else (vector,)
        reply = await attempts.send(vectors)
        if isinstance(reply, Reply) and len(vectors) == 1 and self._proof.is_owed_by(reply.deployed_model):
            vectors = self._beside_golden(vector)
            reply = await attempts.send(vectors)
        if isinstance(reply, Failure):
            return reply
        predictions = check(reply, vectors, self._payload, attempts.made)
        if isinstance(predictions, Failure):
            return predictions
        if len(vectors) > 1 and (difference := self._unproven(reply, predictions[1:])):
            return difference
        return predictions[0]

    async def _prove(self) -> Failure | None:
        """Replay the golden rows alone."""
        assert self._proof.rows is not None
        attempts = Attempts(self._backend, self._clock, self._budget.deadline_s, ignore)
        reply = await attempts.send(self._proof.rows.vectors)
        if isinstance(reply, Failure):
            return reply
        predictions = check(reply, self._proof.rows.vectors, self._payload, attempts.made)
        return predictions if isinstance(predictions, Failure) else self._unproven(reply, predictions)

    def _beside_golden(self, vector: FeatureVector) -> tuple[FeatureVector, ...]:
        return (vector, *(self._proof.rows.vectors if self._proof.rows else ()))

    def _unproven(self, reply: Reply, golden: Sequence[Prediction]) -> Failure | None:
        assert self._proof.rows is not None
        difference = self._proof.rows.difference([prediction.value for prediction in golden])
        if difference is None:
            self._proof.given_by(reply.deployed_model)
        return difference


def check(
    reply: Reply, vectors: Sequence[FeatureVector], payload: Payload, attempts: int
) -> list[Prediction] | Failure:
    """Turn a raw reply into one prediction for each vector, or say what is wrong with its shape or numbers."""
    contract = vectors[0].contract
    items = reply.predictions
    if not isinstance(items, list):
        return broken_shape("the reply has no list of predictions")
    if len(items) != len(vectors):
        return broken_shape(f"{len(vectors)} instances were sent and {len(items)} predictions came back")
    predictions = []
    for item in items:
        stated = payload.read(item, reply, contract)
        prediction = stated if isinstance(stated, Failure) else _believed(stated, contract, attempts)
        if isinstance(prediction, Failure):
            return prediction
        predictions.append(prediction)
    return predictions


def _believed(stated: Stated, contract: Contract, attempts: int) -> Prediction | Failure:
    value = value_of(stated, contract)
    if isinstance(value, Failure):
        return value
    interval = interval_of(stated)
    if isinstance(interval, Failure):
        return interval
    probabilities = probabilities_of(stated, contract)
    if isinstance(probabilities, Failure):
        return probabilities
    return Prediction(value, interval, probabilities, stated.contract, stated.revision, attempts)
