"""The HTTP backend gives a reply or one of our names for what went wrong."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest

from sayso.backend import Reply, Sent, Unavailable
from sayso.backends.http import MAX_REPLY_BYTES, TRANSPORT_ERRORS, HttpBackend
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.model import Contract
from sayso.failures import Failure, FailureClass
from sayso.inference.payload import SaysoPayload

URL = "http://127.0.0.1:1/v1/predict"
ROW = {"Year": 2027, "Month": 3, "Day": 1, "Real GDP (Percent Change)": 1, "Unemployment Rate": 4, "Inflation Rate": 2}


def _send(contract: Contract, transport: httpx.AsyncBaseTransport) -> Sent:
    vector = admit(contract, ROW)
    assert isinstance(vector, FeatureVector)

    async def exchange() -> Sent:
        backend = HttpBackend(URL, SaysoPayload(), transport=transport)
        try:
            return await backend.send([vector], remaining_s=1.0)
        finally:
            await backend.aclose()

    return asyncio.run(exchange())


def _answering(status: int, body: bytes) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, content=body))


def _class_of(sent: Sent) -> FailureClass | None:
    failure = sent.failure if isinstance(sent, Unavailable) else sent
    return failure.failure_class if isinstance(failure, Failure) else None


def _leaves(kind: type[Exception]) -> Iterator[type[Exception]]:
    children = kind.__subclasses__()
    if not children:
        yield kind
    for child in children:
        yield from _leaves(child)


def test_a_request_carries_the_vector_and_the_contract(policy_rate: Contract) -> None:
    """One instance by feature name, and the contract's reference in parameters."""
    seen: list[object] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        return httpx.Response(200, json={"predictions": [{"value": 1.0}]})

    reply = _send(policy_rate, httpx.MockTransport(answer))

    assert reply == Reply([{"value": 1.0}])
    assert seen == [{"instances": [ROW], "parameters": {"contract": policy_rate.reference}}]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"predictions": [', FailureClass.PAYLOAD_ERROR),
        (200, b'{"predictions": [1], "predictions": [2]}', FailureClass.PAYLOAD_ERROR),
        (200, b"\xff\xfe", FailureClass.PAYLOAD_ERROR),
        (200, b"", FailureClass.PAYLOAD_ERROR),
        (200, b"<html></html>", FailureClass.PAYLOAD_ERROR),
        (200, b"{}", FailureClass.SCHEMA_MISMATCH),
        (200, b"[1]", FailureClass.SCHEMA_MISMATCH),
        (200, b" " * (MAX_REPLY_BYTES + 1), FailureClass.PAYLOAD_ERROR),
        (302, b"", FailureClass.PAYLOAD_ERROR),
        (401, b"", FailureClass.BACKEND_UNAVAILABLE),
        (404, b"", FailureClass.BACKEND_UNAVAILABLE),
        (429, b"", FailureClass.OVERLOADED),
        (500, b"oops", FailureClass.MODEL_ERROR),
        (503, b"", FailureClass.BACKEND_UNAVAILABLE),
        (504, b"", FailureClass.TIMEOUT),
        (
            503,
            b'{"code": "MODEL_NOT_READY", "failure_class": "artifact_corrupt", "detail": "x"}',
            FailureClass.ARTIFACT_CORRUPT,
        ),
        (
            409,
            b'{"code": "INVALID_INPUT", "failure_class": "contract_mismatch"}',
            FailureClass.CONTRACT_MISMATCH,
        ),
        (
            502,
            b'{"code": "PREDICT_FAILED", "failure_class": "not_finite_prediction"}',
            FailureClass.NOT_FINITE_PREDICTION,
        ),
        (500, b'{"code": "MODEL_NOT_READY", "failure_class": "timeout"}', FailureClass.MODEL_ERROR),
        (500, b'{"code": "INTERNAL", "failure_class": "bug"}', FailureClass.MODEL_ERROR),
    ],
    ids=[
        "truncated", "duplicate key", "not UTF-8", "empty", "HTML", "no predictions", "a list", "too large", "redirect",
        "401", "404", "429", "500", "503", "504", "its own not ready", "its own refusal", "its own failure",
        "class of another code", "a code that is not a predictor's",
    ],
)  # fmt: skip
def test_an_answer_that_is_no_reply_is_named(
    policy_rate: Contract, status: int, body: bytes, expected: FailureClass
) -> None:
    """The predictor's own class counts where it is consistent; otherwise the status decides."""
    result = _send(policy_rate, _answering(status, body))

    assert _class_of(result) is expected


@pytest.mark.parametrize("kind", sorted(set(_leaves(httpx.HTTPError)) - {httpx.HTTPStatusError}, key=str))
def test_every_error_of_the_client_has_a_name_of_ours(policy_rate: Contract, kind: type[Exception]) -> None:
    """No error of httpx is left to a catch-all."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise kind("broken")

    result = _send(policy_rate, httpx.MockTransport(fail))

    assert _class_of(result) is TRANSPORT_ERRORS[kind]
