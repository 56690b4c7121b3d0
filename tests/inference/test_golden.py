"""A model that names no contract is believed once it has answered the golden rows as recorded."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from sayso.backend import Reply, Sent
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.document import of_document
from sayso.failures import DocumentError, Failure, FailureClass
from sayso.inference.golden import GoldenRows, parse
from sayso.inference.plain import Plain
from sayso.inference_service import InferenceService, Prediction

CONTRACT = of_document(
    "rate.json",
    {
        "contract": "rate",
        "version": "1.0.0",
        "target": {"name": "rate", "range": [0, 100]},
        "feature_columns": ["x"],
        "features": {"x": {"type": "number", "range": [0, 10]}},
    },
)
FILE = {
    "tolerance": 1e-5,
    "rows": [{"instance": {"x": 3}, "prediction": 30}, {"instance": {"x": 4.5}, "prediction": 45.0}],
}


def _rows(document: object = FILE) -> GoldenRows:
    return parse("golden_rows.json", json.dumps(document).encode(), CONTRACT)


@dataclass
class Endpoint:
    """Answer ten times the input, by models that take turns."""

    models: Sequence[str | None]
    factor: Callable[[str | None], float] = lambda _: 10.0
    kind: str = "scripted"
    rows: list[int] = field(default_factory=list)
    """How many rows each request had."""

    async def send(self, vectors: Sequence[FeatureVector], *, remaining_s: float) -> Sent:
        """Answer every row by the model whose turn it is."""
        model = self.models[len(self.rows) % len(self.models)]
        self.rows.append(len(vectors))
        return Reply([float(vector.values[0]) * self.factor(model) for vector in vectors], model)

    async def ready(self) -> Failure | None:
        """Be ready."""
        return None

    async def aclose(self) -> None:
        """Hold nothing."""


def _ask(endpoint: Endpoint, times: int, *, ready: bool = False) -> list[float | FailureClass]:
    pinned = None if None in endpoint.models else frozenset(str(model) for model in endpoint.models)
    plain = Plain(pinned=pinned, revision="golden-1")
    service = InferenceService(endpoint, clock=time.monotonic, payload=plain, golden=_rows())
    vector = admit(CONTRACT, {"x": 2})
    assert isinstance(vector, FeatureVector)

    async def ask() -> list[Prediction | Failure]:
        if ready:
            assert await service.ready() is None
        return [await service.predict(vector) for _ in range(times)]

    results = asyncio.run(ask())
    return [r.failure_class if isinstance(r, Failure) else float(r.value) for r in results]


def test_the_first_question_carries_the_golden_rows_and_the_next_do_not() -> None:
    """One request proves the model and answers; then it is known."""
    endpoint = Endpoint(["5001"])

    assert _ask(endpoint, 3) == [20.0, 20.0, 20.0]
    assert endpoint.rows == [3, 1, 1]


def test_readiness_replays_the_golden_rows() -> None:
    """A model that proved itself at start needs no rows beside the first question."""
    endpoint = Endpoint(["5001"])

    assert _ask(endpoint, 1, ready=True) == [20.0]
    assert endpoint.rows == [2, 1]


def test_a_model_that_takes_over_must_prove_itself() -> None:
    """Its unproven answer is thrown away, and the question asked again with the rows beside it."""
    endpoint = Endpoint(["5001", "5002", "5002", "5001", "5002"])

    assert _ask(endpoint, 4) == [20.0] * 4
    assert endpoint.rows == [3, 1, 3, 1, 1]


def test_a_model_that_answers_otherwise_is_not_used() -> None:
    """Right for the one model, wrong for the other: only the other's questions fail, each time."""
    endpoint = Endpoint(["5001", "5002", "5002"], factor=lambda model: 10.0 if model == "5001" else 9.0)

    differ = FailureClass.GOLDEN_ROWS_DIFFER
    assert _ask(endpoint, 4) == [20.0, differ, 20.0, differ]


def test_where_replies_name_no_model_the_rows_ride_with_every_question() -> None:
    """Over plain HTTP nobody says who answers, so each answer proves itself."""
    endpoint = Endpoint([None])

    assert _ask(endpoint, 3) == [20.0] * 3
    assert endpoint.rows == [3, 3, 3]


def test_a_change_behind_plain_http_is_seen_at_once() -> None:
    """The very first answer of another model is refused."""
    asked: list[None] = []

    def factor(_: str | None) -> float:
        asked.append(None)
        return 10.0 if len(asked) <= 3 else 9.0

    assert _ask(Endpoint([None], factor), 2) == [20.0, FailureClass.GOLDEN_ROWS_DIFFER]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"rows": []}, "rows"),
        ({"rows": [{"instance": {"x": 11}, "prediction": 1}]}, r"\$\.rows\[0\]\.instance.*out_of_range"),
        ({"rows": [{"instance": {"y": 1}, "prediction": 1}]}, r"\$\.rows\[0\]\.instance.*missing_key"),
        ({"rows": [{"instance": {"x": 1}, "prediction": "a"}]}, r"\$\.rows\[0\]\.prediction"),
        ({"rows": [{"instance": {"x": 1}}]}, "prediction"),
        ({"tolerance": -1}, "tolerance"),
        ({"more": 1}, "more"),
    ],
    ids=["none", "inadmissible", "other key", "class for a number", "no prediction", "tolerance", "unknown key"],
)
def test_a_file_that_proves_nothing_is_refused(change: dict[str, object], place: str) -> None:
    """The message names the place."""
    with pytest.raises(DocumentError, match=place):
        _rows({**FILE, **change})
