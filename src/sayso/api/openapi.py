"""Describe the API in OpenAPI 3.1, from the shapes that it reads and the table of failure classes."""

from collections.abc import Iterable

from pydantic import BaseModel

from sayso import __version__
from sayso.api.bodies import FeedbackBody, InteractionBody
from sayso.contract.model import Contract
from sayso.failures import Code, FailureClass, Outcome
from sayso.wire import JSON

_Object = dict[str, JSON]
PROBLEM = "application/problem+json"


def document(contract: Contract, *, keyed: bool) -> _Object:
    """Describe the API of one deployment; `keyed` says whether callers need a key."""
    interaction_id: JSON = {
        "name": "interaction_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
    }
    key: JSON = {
        "name": "idempotency-key",
        "in": "header",
        "description": "All requests with one key have one outcome.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    }
    paths: _Object = {
        "/v1/interactions": {
            "post": {
                "operationId": "ask",
                "summary": "Bring one question to its outcome. 200 means that a prediction is inside.",
                "parameters": [key],
                "requestBody": _body("InteractionBody"),
                "responses": {**_good("200", "Answer"), **_problems(FailureClass)},
            }
        },
        "/v1/interactions/{interaction_id}": {
            "get": {
                "operationId": "interaction",
                "summary": "Show the record of one interaction.",
                "parameters": [interaction_id],
                "responses": {**_good("200", "Answer"), **_problems(_FOR_READING)},
            }
        },
        "/v1/interactions/{interaction_id}/feedback": {
            "post": {
                "operationId": "feedback",
                "summary": "Rate an answer.",
                "parameters": [interaction_id],
                "requestBody": _body("FeedbackBody"),
                "responses": {"204": {"description": "It is recorded."}, **_problems(_FOR_WRITING)},
            }
        },
        "/v1/contract": {"get": _plain("contract", "Name the contract, its features and what they take.")},
        "/healthz": {"get": _plain("healthz", "Say that this process lives.")},
        "/readyz": {"get": _plain("readyz", "Say whether a question can be answered now.")},
        "/openapi.json": {"get": _plain("openapi", "Give this document.")},
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Give the metrics in Prometheus' text format.",
                "responses": {
                    "200": {"description": "The metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}},
                    **_problems(_ALWAYS),
                },
            }
        },
    }
    described: _Object = {
        "openapi": "3.1.0",
        "info": {"title": f"sayso: {contract.name}", "version": __version__},
        "paths": paths,
        "components": {"schemas": {**_shapes(InteractionBody, FeedbackBody), "Answer": _answer(contract)}},
    }
    if keyed:
        described["security"] = [{"key": []}]
        components = described["components"]
        assert isinstance(components, dict)
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return described


_ALWAYS = (
    FailureClass.UNAUTHENTICATED,
    FailureClass.FORBIDDEN,
    FailureClass.RATE_LIMITED,
    FailureClass.METHOD_NOT_ALLOWED,
    FailureClass.BUG,
)
_FOR_READING = (*_ALWAYS, FailureClass.NOT_FOUND, FailureClass.LEDGER_UNAVAILABLE)
_FOR_WRITING = (
    *_FOR_READING,
    FailureClass.MALFORMED_REQUEST,
    FailureClass.TOO_LARGE,
    FailureClass.UNSUPPORTED_MEDIA_TYPE,
    FailureClass.WRONG_TYPE,
)


def _shapes(*shapes: type[BaseModel]) -> _Object:
    """Give the JSON Schema of each shape and of what it is made of."""
    found: _Object = {}
    for shape in shapes:
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[shape.__name__] = schema
    return found


def _plain(operation: str, summary: str) -> _Object:
    return {
        "operationId": operation,
        "summary": summary,
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}},
            **_problems((*_ALWAYS, FailureClass.STARTING)),
        },
    }


def _body(name: str) -> _Object:
    return {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
    }


def _good(status: str, name: str) -> _Object:
    schema: JSON = {"$ref": f"#/components/schemas/{name}"}
    return {status: {"description": "The answer.", "content": {"application/json": {"schema": schema}}}}


def _problems(classes: Iterable[FailureClass]) -> _Object:
    """Describe problem details by status, with the classes that may stand in them."""
    labels: dict[str, list[str]] = {}
    for one in classes:
        labels.setdefault(str(one.value.http_status), []).append(one.label)
    schema: JSON = {"$ref": "#/components/schemas/Answer"}
    return {
        status: {"description": ", ".join(named), "content": {PROBLEM: {"schema": schema}}}
        for status, named in sorted(labels.items())
    }


def _answer(contract: Contract) -> _Object:
    """Describe the keys that every answer has, on every surface."""
    text, nothing = {"type": "string"}, {"type": "null"}
    maybe_text: JSON = {"anyOf": [{**text}, {**nothing}]}
    names: JSON = {"type": "array", "items": {**text}}
    properties: _Object = {
        "interaction_id": maybe_text,
        "conversation_id": maybe_text,
        "outcome": {"enum": [*(outcome.value for outcome in Outcome), None]},
        "code": {"enum": [*(code.name for code in Code), None]},
        "failure_class": {"enum": [*(one.label for one in FailureClass), None]},
        "contract": {"type": "object"},
        "revision": maybe_text,
        "prediction": {"anyOf": [_prediction(contract), {**nothing}]},
        "features": {"type": "object"},
        "missing_features": names,
        "clarifying_question": maybe_text,
        "proposes": {"type": "object"},
        "extrapolated": names,
        "unused": names,
        "violations": {"type": "array", "items": {"type": "object"}},
        "detail": maybe_text,
    }
    return {"type": "object", "properties": properties, "required": [*properties]}


def _prediction(contract: Contract) -> _Object:
    values = contract.target.values
    value: JSON = {"enum": [*values]} if values else {"type": "number"}
    return {
        "type": "object",
        "properties": {"value": value, "unit": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
        "required": ["value", "unit", "interval"],
    }
