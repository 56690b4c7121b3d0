"""What other formats say of a model is taken over; what they do not say is left to decide."""

import json

import pytest

from sayso.contract.draft import Numbers, Unclear, Words
from sayso.contract.signatures import Signature, read_signature
from sayso.failures import DocumentError
from sayso.wire import JSON

SOMETHING = Unclear("TODO: what the model predicts", "number or category")


def _mlflow(inputs: list[JSON], outputs: list[JSON] | None = None) -> dict[str, JSON]:
    return {"inputs": json.dumps(inputs), "outputs": json.dumps(outputs) if outputs else None, "params": None}


def test_a_plain_list_of_names_is_taken_in_order() -> None:
    """It says nothing of types, so each is to be decided."""
    found = read_signature("plain.json", {"feature_columns": ["b", "a"]})

    types = "number, integer or category"
    assert found == Signature((Unclear("b", types), Unclear("a", types)), SOMETHING)


def test_an_mlflow_signature_gives_names_and_types() -> None:
    """Numbers are whole or not, booleans are yes and no, words and dates are to be decided."""
    inputs: list[JSON] = [
        {"type": "double", "name": "width", "required": True},
        {"type": "long", "name": "count", "required": True},
        {"type": "boolean", "name": "fragile", "required": True},
        {"type": "string", "name": "colour", "required": True},
        {"type": "datetime", "name": "day", "required": True},
        {"type": "binary", "name": "photo"},
    ]

    found = read_signature("MLmodel", _mlflow(inputs, [{"type": "double", "name": "price"}]))

    assert found == Signature(
        (
            Numbers("width", whole=False),
            Numbers("count", whole=True),
            Words("fragile", ("yes", "no")),
            Unclear("colour", "category, with values: {value: [other words]}"),
            Unclear("day", "fit on Year, Month and Day, each an integer with its date_part"),
            Unclear("photo", "number, integer or category; MLflow says binary"),
        ),
        Numbers("price", whole=False),
    )


@pytest.mark.parametrize(
    ("output", "target"),
    [
        ({"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}, Numbers(SOMETHING.name, whole=False)),
        ({"type": "boolean", "name": "late"}, Words("late", ("yes", "no"))),
        ({"type": "long", "name": "kind"}, Unclear("kind", "number or category; MLflow says long")),
        ({"type": "string", "name": "kind"}, Unclear("kind", "number or category; MLflow says string")),
        (None, SOMETHING),
    ],
    ids=["tensor", "boolean", "whole numbers may be classes", "words", "none"],
)
def test_the_output_is_the_target(output: JSON, target: object) -> None:
    """Whole numbers may be classes, so they are not taken for a number."""
    document = _mlflow([{"type": "double", "name": "x"}], [output] if output else None)

    assert read_signature("MLmodel", {"signature": document}).target == target


X: JSON = {"type": "double", "name": "x"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "holds neither feature_columns nor an MLflow signature"),
        ({"feature_columns": []}, "holds neither"),
        ({"feature_columns": ["a", 1]}, "holds neither"),
        ({"inputs": "[{"}, "$.signature.inputs: is no list of columns as JSON"),
        ({"inputs": "[]"}, "$.signature.inputs: is no list of columns as JSON"),
        (_mlflow([{"type": "double"}]), "$.signature.inputs[0]: has no name"),
        (_mlflow([{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]), "has no name"),
        (_mlflow([X, {"type": "double", "name": "y", "required": False}]), "'y' is optional"),
        (_mlflow([X], [X, X]), "$.signature.outputs: names several; a contract has one target"),
    ],
    ids=["nothing", "no names", "no text", "half JSON", "no columns", "no name", "a tensor", "optional", "two outputs"],
)
def test_what_no_contract_can_describe_is_named(document: dict[str, JSON], message: str) -> None:
    """The place and the reason are in one line."""
    with pytest.raises(DocumentError) as raised:
        read_signature("MLmodel", document)

    assert message in str(raised.value)
