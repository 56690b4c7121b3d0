"""Record what an endpoint that exists already answers, so that it can be told from any other from now on.

The rows are asked twice: an endpoint that answers otherwise the second time, or through another model, can't be pinned.
It knows no files and no settings; whoever calls it brings the backend and the rows.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sayso.backend import Backend, Reply, Unavailable
from sayso.contract.admit import FeatureVector
from sayso.failures import Failure, FailureClass
from sayso.inference.golden import Answered
from sayso.inference.payload import Payload
from sayso.inference_service import Prediction, check

TOLERANCE = 1e-5
"""Largest difference from a golden row, against max(1, |recorded|): as for a package of our own."""

ASKED = 2
"""How often the rows are asked; once shows no difference."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Hold rows with what one model answered, each time it was asked."""

    vectors: tuple[FeatureVector, ...]
    answers: tuple[Answered, ...]
    deployed_model: str | None
    """Whose answers they are; None where the protocol does not say."""

    def golden_rows(self) -> bytes:
        """Write the file that `sayso.inference.golden` reads."""
        rows = [
            {"instance": vector.as_instance(), "prediction": answer}
            for vector, answer in zip(self.vectors, self.answers, strict=True)
        ]
        document = {"tolerance": TOLERANCE, "rows": rows}
        return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


async def record(
    backend: Backend, payload: Payload, vectors: Sequence[FeatureVector], *, deadline_s: float
) -> Recording | Failure:
    """Ask the rows, each time in one request, and compare.

    Args:
        backend: what to call; it sends as `payload` says.
        payload: how a reply is read; no model is pinned yet.
        vectors: admitted rows, two or more.
        deadline_s: for each request.

    Returns:
        The recording, or the failure that says why the endpoint can't be told from another.
    """
    recorded = [await _asked(backend, payload, vectors, deadline_s) for _ in range(ASKED)]
    for recording in recorded:
        if isinstance(recording, Failure):
            return recording
    first, *others = [recording for recording in recorded if isinstance(recording, Recording)]
    faults = [fault for other in others if (fault := _difference(first, other))]
    return Failure(FailureClass.GOLDEN_ROWS_DIFFER, faults[0]) if faults else _telling(first)


async def _asked(
    backend: Backend, payload: Payload, vectors: Sequence[FeatureVector], deadline_s: float
) -> Recording | Failure:
    try:
        async with asyncio.timeout(deadline_s):
            reply = await backend.send(vectors, remaining_s=deadline_s)
    except TimeoutError:
        return Failure(FailureClass.TIMEOUT, f"no answer from the endpoint within {deadline_s:g} s")
    if isinstance(reply, Unavailable):
        return reply.failure
    return _read(reply, payload, vectors) if isinstance(reply, Reply) else reply


def _read(reply: Reply, payload: Payload, vectors: Sequence[FeatureVector]) -> Recording | Failure:
    found: list[Prediction] | Failure = check(reply, vectors, payload, 1)
    if isinstance(found, Failure):
        return found
    return Recording(tuple(vectors), tuple(prediction.value for prediction in found), reply.deployed_model)


def _difference(one: Recording, other: Recording) -> str | None:
    """Say how the second recording differs from the first."""
    if one.deployed_model != other.deployed_model:
        both = f"deployed models {one.deployed_model} and {other.deployed_model} take turns"
        return f"{both}; adopt the endpoint while one model takes all traffic"
    for index, (first, second) in enumerate(zip(one.answers, other.answers, strict=True)):
        if first != second:
            return f"row {index} is answered {first} and then {second}; a model that answers by chance can't be pinned"
    return None


def _telling(recording: Recording) -> Recording | Failure:
    """Refuse rows that any model with one answer would give."""
    if len(set(recording.answers)) > 1:
        return recording
    detail = f"all {len(recording.answers)} rows are answered {recording.answers[0]}: they tell no model from another"
    return Failure(FailureClass.GOLDEN_ROWS_DIFFER, f"{detail}; give rows that differ more")
