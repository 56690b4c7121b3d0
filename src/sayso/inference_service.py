"""Be the one door to any model backend: a vector in, a checked prediction or a named failure out.

One monotonic budget covers connecting, attempts, body and parsing, because SDK timeouts are per read or per attempt. At
most one retry, only where the backend could not be reached, inside the budget. Only this module makes a `Prediction`.
"""

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sayso.backend import Backend, Reply
from sayso.contract.admit import FeatureVector
from sayso.contract.model import Contract, TargetType
from sayso.failures import Failure, FailureClass
from sayso.wire import JSON

PROBABILITY_TOLERANCE = 1e-6
"""How far probabilities may sum from 1 (float32 softmax over a few hundred classes stays below 1e-6)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Hold a prediction interval in the target's unit."""

    level: float
    """The share of cases that it is made to cover, 0 to 1."""
    low: float
    high: float

    def as_json(self) -> dict[str, JSON]:
        """Give the keys of the answer shape."""
        return {"level": self.level, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Prediction:
    """Hold what the model answered, after every check."""

    value: float | str
    interval: Interval | None
    probabilities: Mapping[str, float] | None
    contract: str
    revision: str
    attempts: int


class InferenceService:
    """Predict through one backend under one deadline."""

    def __init__(self, backend: Backend, *, deadline_s: float = 20.0, clock: Callable[[], float]) -> None:
        """Take the backend, the budget in seconds, and a monotonic clock in seconds."""
        self._backend = backend
        self._deadline_s = deadline_s
        self._clock = clock

    @property
    def backend(self) -> Backend:
        """Give the backend, for readiness checks."""
        return self._backend

    async def ready(self) -> Failure | None:
        """Say why no prediction can be had now; None when one can."""
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._backend.ready()
        except TimeoutError:
            return Failure(FailureClass.TIMEOUT, f"the {self._backend.kind} backend does not say whether it is ready")

    async def predict(self, vector: FeatureVector) -> Prediction | Failure:
        """Predict for one admitted vector.

        Returns:
            A Prediction whose count, type, finiteness, range and contract were checked, or a Failure of code
            MODEL_NOT_READY, PREDICT_FAILED or (the predictor's own) INVALID_INPUT.
        """
        start = self._clock()
        attempts = 0
        try:
            async with asyncio.timeout(self._deadline_s):
                while True:
                    attempts += 1
                    remaining_s = self._deadline_s - (self._clock() - start)
                    reply = await self._backend.send(vector, remaining_s=remaining_s)
                    if attempts > 1 or not _is_unreachable(reply):
                        break
        except TimeoutError:
            detail = f"no answer from the {self._backend.kind} backend within {self._deadline_s:g} s"
            return Failure(FailureClass.TIMEOUT, f"{detail} ({attempts} attempt{'s' * (attempts > 1)})")
        if isinstance(reply, Failure):
            return reply
        return check(reply, vector.contract, attempts)


def _is_unreachable(reply: Reply | Failure) -> bool:
    return isinstance(reply, Failure) and reply.failure_class is FailureClass.BACKEND_UNAVAILABLE


def check(reply: Reply, contract: Contract, attempts: int) -> Prediction | Failure:
    """Turn a raw reply into a prediction, or say what is wrong with its shape or number."""
    match reply.predictions:
        case [dict() as item]:
            pass
        case [_]:
            return _shape("the prediction is no object")
        case list() as items:
            return _shape(f"1 instance was sent and {len(items)} predictions came back")
        case _:
            return _shape("the reply has no list of predictions")
    if wrong := _identity(item, contract):
        return wrong
    value = _value(item.get("value"), contract)
    interval = _interval(item.get("interval"))
    probabilities = _probabilities(item.get("probabilities"), contract)
    for part in (value, interval, probabilities):
        if isinstance(part, Failure):
            return part
    return Prediction(value, interval, probabilities, str(item["contract"]), str(item["revision"]), attempts)  # type: ignore[arg-type]


def _shape(detail: str) -> Failure:
    return Failure(FailureClass.SCHEMA_MISMATCH, detail)


def _identity(item: Mapping[str, JSON], contract: Contract) -> Failure | None:
    """Check that the predictor holds the same contract."""
    reference, revision = item.get("contract"), item.get("revision")
    if not isinstance(reference, str) or not isinstance(revision, str) or not revision:
        return _shape("the prediction does not name its contract and revision")
    name, _, digest = reference.partition("+")
    if name.partition("@")[0] != contract.name or digest != contract.interface_digest:
        detail = f"the model answered under {reference}; this side holds {contract.reference}"
        return Failure(FailureClass.MODEL_CONTRACT_MISMATCH, detail)
    return None


def _value(value: JSON, contract: Contract) -> float | str | Failure:
    target = contract.target
    if target.type is TargetType.CATEGORY:
        if not isinstance(value, str):
            return _shape(f"the predicted value is {type(value).__name__}, not one of {list(target.values)}")
        if value not in target.values:
            return Failure(FailureClass.OUT_OF_TARGET_RANGE, f"the predicted value {value!r} is not in the contract")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _shape(f"the predicted value is {type(value).__name__}, not a number")
    if not math.isfinite(value):
        return Failure(FailureClass.NOT_FINITE_PREDICTION, f"the model answered {value}")
    if target.range is not None and value not in target.range:
        return Failure(FailureClass.OUT_OF_TARGET_RANGE, f"{value:g} lies outside the target's {target.range}")
    return float(value)


def _interval(value: JSON) -> Interval | Failure | None:
    match value:
        case None:
            return None
        case {"level": int() | float() as level, "low": int() | float() as low, "high": int() | float() as high}:
            if 0 < level < 1 and math.isfinite(low) and math.isfinite(high) and low <= high:
                return Interval(float(level), float(low), float(high))
    return _shape("the interval is not {level, low, high} in order")


def _probabilities(value: JSON, contract: Contract) -> Mapping[str, float] | Failure | None:
    if contract.target.type is not TargetType.CATEGORY:
        return None if value is None else _shape("a number came with probabilities")
    if not isinstance(value, dict) or set(value) != set(contract.target.values):
        return _shape("the probabilities do not name every class once")
    shares = {name: float(share) for name, share in value.items() if isinstance(share, int | float)}
    if len(shares) != len(value) or not all(0 <= share <= 1 for share in shares.values()):
        return _shape("a probability is not between 0 and 1")
    if abs(sum(shares.values()) - 1) > PROBABILITY_TOLERANCE:
        return _shape(f"the probabilities sum to {sum(shares.values()):.8f}")
    return shares
