"""Read the failure that a predictor names itself: from its problem details, or from an error text that wraps them.

A class counts only where it belongs to the code beside it and the code is one that predictors give. What a predictor
says about our access to it (401, 403, 404, 405, 429) is no fault of the person who asked, so it gets another name.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice

from sayso.failures import Code, Failure, FailureClass, Violation
from sayso.wire import JSON

PREDICTOR_CODES = {code.name: code for code in (Code.INVALID_INPUT, Code.MODEL_NOT_READY, Code.PREDICT_FAILED)}
"""The only codes that a predictor gives."""

OURS_NOT_THE_ASKERS: Mapping[FailureClass, FailureClass] = {
    FailureClass.UNAUTHENTICATED: FailureClass.BACKEND_UNAVAILABLE,
    FailureClass.FORBIDDEN: FailureClass.BACKEND_UNAVAILABLE,
    FailureClass.NOT_FOUND: FailureClass.BACKEND_UNAVAILABLE,
    FailureClass.METHOD_NOT_ALLOWED: FailureClass.BACKEND_UNAVAILABLE,
    FailureClass.RATE_LIMITED: FailureClass.OVERLOADED,
}
"""What a predictor's word means where it speaks of this deployment's address, key or quota."""

MAX_DETAIL_CHARS = 300
MAX_WRAPPING_CHARS = 16_384
"""How much of an error text is searched for a predictor's problem details: gRPC takes no longer one."""
MAX_OBJECTS = 100
"""How many opening brackets are looked behind."""


def named(body: JSON) -> Failure | None:
    """Give the failure that a predictor's answer names; None where it names none of ours."""
    if not isinstance(body, dict):
        return None
    code, label = body.get("code"), body.get("failure_class")
    failure_class = FailureClass.of_label(label) if isinstance(label, str) else None
    if failure_class is None or failure_class.code.name != code or code not in PREDICTOR_CODES:
        return None
    said = str(body.get("detail") or label)[:MAX_DETAIL_CHARS]
    return Failure(
        OURS_NOT_THE_ASKERS.get(failure_class, failure_class),
        f"the predictor says: {said}",
        tuple(_violations(body.get("violations"))),
    )


def unwrapped(text: str) -> Failure | None:
    """Find a predictor's problem details inside an error text, plain or escaped as a JSON string."""
    text = text[:MAX_WRAPPING_CHARS]
    for reading in (text, text.replace('\\"', '"')):
        for body in islice(_objects(reading), MAX_OBJECTS):
            if failure := named(body):
                return failure
    return None


def _objects(text: str) -> Iterator[JSON]:
    """Give what stands behind each opening bracket of a text, outermost first; None where that is no JSON object."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start >= 0:
        try:
            value, end = decoder.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError):
            value, end = None, start + 1
        yield value
        start = text.find("{", end)


def _violations(found: JSON) -> Iterator[Violation]:
    for item in found if isinstance(found, list) else []:
        match item:
            case {"feature": str() | None as feature, "rule": str(rule), **rest}:
                yield Violation(feature, rule, rest.get("got"), rest.get("allowed"))
            case _:
                pass
