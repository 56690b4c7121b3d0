"""Read what other formats say of a model's columns: MLflow's signatures, and plain lists of feature names."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sayso.contract.draft import Column, Numbers, Unclear, Words
from sayso.failures import DocumentError, Problem
from sayso.wire import JSON, loads

_UNKNOWN_TYPE = "number, integer or category"
_UNKNOWN_TARGET = "number or category"
_KINDS = {"double": False, "float": False, "float64": False, "float32": False, "integer": True, "long": True}
"""MLflow's names of numbers, and whether they are whole."""


class Signature(NamedTuple):
    """Hold what a format says of a model's inputs and output."""

    features: tuple[Column, ...]
    target: Column


def read_signature(source: str, document: Mapping[str, JSON]) -> Signature:
    """Read a decoded document: ``{"feature_columns": [...]}``, a signature, or an MLmodel file that holds one.

    Raises:
        DocumentError: it is none of them, or describes what no contract can.
    """
    signature = document.get("signature")
    found = signature if isinstance(signature, dict) else document
    names, inputs = found.get("feature_columns"), found.get("inputs")
    if isinstance(inputs, str):
        return _mlflow(source, inputs, found.get("outputs"))
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        return Signature(tuple(Unclear(str(name), _UNKNOWN_TYPE) for name in names), _SOMETHING)
    raise DocumentError(source, [Problem("$", "holds neither feature_columns nor an MLflow signature")])


_UNNAMED = "TODO: what the model predicts"
_SOMETHING = Unclear(_UNNAMED, _UNKNOWN_TARGET)


def _mlflow(source: str, inputs: str, outputs: JSON) -> Signature:
    columns = _columns(source, "$.signature.inputs", inputs)
    if problems := [*_input_problems(columns)]:
        raise DocumentError(source, problems)
    given = _columns(source, "$.signature.outputs", outputs) if isinstance(outputs, str) else []
    if len(given) > 1:
        raise DocumentError(source, [Problem("$.signature.outputs", "names several; a contract has one target")])
    return Signature(tuple(_feature(column) for column in columns), _target(given[0]) if given else _SOMETHING)


def _columns(source: str, place: str, text: str) -> list[dict[str, JSON]]:
    """Decode a schema, which MLflow writes as JSON inside of a string."""
    match loads(text.encode()):
        case [*items] if items and all(isinstance(item, dict) for item in items):
            return [item for item in items if isinstance(item, dict)]
        case _:
            raise DocumentError(source, [Problem(place, "is no list of columns as JSON")])


def _input_problems(columns: Sequence[Mapping[str, JSON]]) -> Iterator[Problem]:
    for index, column in enumerate(columns):
        place = f"$.signature.inputs[{index}]"
        if not isinstance(column.get("name"), str):
            yield Problem(place, f"has no name: {json.dumps(column)[:80]}; log the model with named columns")
        elif column.get("required") is False:
            yield Problem(place, f"{column['name']!r} is optional; a contract needs every feature")


def _feature(column: Mapping[str, JSON]) -> Column:
    name, kind = str(column["name"]), str(column.get("type"))
    if kind in _KINDS:
        return Numbers(name, whole=_KINDS[kind])
    match kind:
        case "boolean":
            return Words(name, ("yes", "no"))
        case "string":
            return Unclear(name, "category, with values: {value: [other words]}")
        case "datetime":
            return Unclear(name, "fit on Year, Month and Day, each an integer with its date_part")
        case _:
            return Unclear(name, f"{_UNKNOWN_TYPE}; MLflow says {kind}")


def _target(column: Mapping[str, JSON]) -> Column:
    name = str(column.get("name") or _UNNAMED)
    kind = str(column.get("type"))
    if isinstance(tensor := column.get("tensor-spec"), dict):
        kind = str(tensor.get("dtype"))
    match kind:
        case "double" | "float" | "float64" | "float32":
            return Numbers(name, whole=False)
        case "boolean" | "bool":
            return Words(name, ("yes", "no"))
        case _:
            return Unclear(name, f"{_UNKNOWN_TARGET}; MLflow says {kind}")
