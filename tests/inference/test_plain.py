"""An endpoint that knows no contract is read as declared, and only so."""

import pytest

from sayso.backend import Reply
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.document import of_document
from sayso.contract.model import Contract
from sayso.failures import Failure, FailureClass
from sayso.inference.payload import Stated
from sayso.inference.plain import ClassBy, Instances, Plain
from sayso.wire import JSON


def _contract(target: JSON) -> Contract:
    features: JSON = {"x": {"type": "number", "range": [0, 10]}, "n": {"type": "integer", "range": [0, 10]}}
    document: dict[str, JSON] = {
        "contract": "rate",
        "version": "1.0.0",
        "target": target,
        "feature_columns": ["x", "n"],
        "features": features,
    }
    return of_document("rate.json", document)


NUMBER = _contract({"name": "rate", "range": [0, 25]})
CLASSES = _contract({"name": "kind", "type": "category", "values": ["a", "b", "c"]})
REPLY = Reply([], "5001")


def _read(plain: Plain, item: JSON, contract: Contract = NUMBER, reply: Reply = REPLY) -> Stated | Failure:
    return plain.read(item, reply, contract)


def _value(stated: Stated | Failure) -> JSON | FailureClass:
    return stated.failure_class if isinstance(stated, Failure) else stated.value


@pytest.mark.parametrize(
    ("instances", "expected"),
    [(Instances.OBJECTS, {"x": 1.5, "n": 7.0}), (Instances.LISTS, [1.5, 7.0])],
)
def test_rows_are_sent_as_declared_and_nothing_else(instances: Instances, expected: JSON) -> None:
    """By name, or in contract order whatever the order they were given in; no parameters."""
    vector = admit(NUMBER, {"n": 7, "x": 1.5})
    assert isinstance(vector, FeatureVector)

    assert Plain(instances).body([vector, vector]) == {"instances": [expected, expected]}


@pytest.mark.parametrize(
    ("pointer", "item", "expected"),
    [
        ("", 4.0, 4.0),
        ("/value", {"value": 4.0}, 4.0),
        ("/0", [4.0], 4.0),
        ("/output/1/rate", {"output": [0.0, {"rate": 4.0}]}, 4.0),
        ("/a~1b/c~0d", {"a/b": {"c~d": 4.0}}, 4.0),
        ("/value", {"value": None}, None),
        ("/value", 4.0, FailureClass.SCHEMA_MISMATCH),
        ("/value", {"Value": 4.0}, FailureClass.SCHEMA_MISMATCH),
        ("/1", [4.0], FailureClass.SCHEMA_MISMATCH),
        ("/-1", [4.0], FailureClass.SCHEMA_MISMATCH),
        ("/x", [4.0], FailureClass.SCHEMA_MISMATCH),
    ],
)
def test_the_value_stands_where_the_pointer_leads(pointer: str, item: JSON, expected: JSON | FailureClass) -> None:
    """Where it leads nowhere the shape is broken; nothing is searched for."""
    assert _value(_read(Plain(value_at=pointer), item)) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (0.0, "a"),
        (2.0, "c"),
        (3.0, FailureClass.SCHEMA_MISMATCH),
        (-1.0, FailureClass.SCHEMA_MISMATCH),
        (0.5, FailureClass.SCHEMA_MISMATCH),
        (float("nan"), FailureClass.SCHEMA_MISMATCH),
        (True, FailureClass.SCHEMA_MISMATCH),
        ("a", FailureClass.SCHEMA_MISMATCH),
        (None, FailureClass.SCHEMA_MISMATCH),
    ],
)
def test_a_class_by_index_is_a_whole_place_in_the_list(found: JSON, expected: str | FailureClass) -> None:
    """Protobuf carries places as doubles; between two places there is none."""
    plain = Plain(class_by=ClassBy.INDEX, classes=("a", "b", "c"))

    assert _value(_read(plain, found, CLASSES)) == expected


@pytest.mark.parametrize(
    ("plain", "item"),
    [
        (Plain(class_by=ClassBy.SCORES, classes=("c", "a", "b")), [0.2, 0.7, 0.1]),
        (
            Plain(class_by=ClassBy.SCORES, value_at="/scores", classes_at="/classes"),
            {"classes": ["b", "a", "c"], "scores": [0.1, 0.7, 0.2]},
        ),
    ],
    ids=["declared order", "order sent along"],
)
def test_a_class_by_scores_is_the_one_with_the_largest(plain: Plain, item: JSON) -> None:
    """Every class keeps its score as its probability."""
    stated = _read(plain, item, CLASSES)

    assert isinstance(stated, Stated)
    assert (stated.value, stated.needs_probabilities) == ("a", True)
    assert stated.probabilities == {"a": 0.7, "b": 0.1, "c": 0.2}


@pytest.mark.parametrize(
    "item",
    [
        [0.5, 0.5, 0.0],
        [0.5, 0.5],
        [],
        ["0.7", 0.2, 0.1],
        [True, 0.0, 0.0],
        {"a": 0.7, "b": 0.2, "c": 0.1},
        "a",
    ],
    ids=["shared", "short", "none", "text", "true", "object", "word"],
)
def test_scores_that_name_no_one_class_are_no_answer(item: JSON) -> None:
    """Two classes on top are as little an answer as half a list."""
    plain = Plain(class_by=ClassBy.SCORES, classes=("a", "b", "c"))

    assert _value(_read(plain, item, CLASSES)) == FailureClass.SCHEMA_MISMATCH


@pytest.mark.parametrize("names", [["a", "a", "b"], ["a", "b", 3.0], ["a", "b"], "abc", None])
def test_classes_sent_along_must_be_different_words(names: JSON) -> None:
    """Names that repeat, or are none, name nothing."""
    plain = Plain(class_by=ClassBy.SCORES, value_at="/scores", classes_at="/classes")

    assert _value(_read(plain, {"classes": names, "scores": [0.7, 0.2, 0.1]}, CLASSES)) == FailureClass.SCHEMA_MISMATCH


@pytest.mark.parametrize(("answered_by", "is_meant"), [("5001", True), ("5002", True), ("6666", False), (None, False)])
def test_only_a_pinned_deployed_model_is_read(answered_by: str | None, is_meant: bool) -> None:
    """Its id is the revision; another model's answer is no answer."""
    plain = Plain(pinned=frozenset({"5001", "5002"}))

    stated = _read(plain, 4.0, reply=Reply([], answered_by))

    expected = (4.0, answered_by) if is_meant else FailureClass.MODEL_CONTRACT_MISMATCH
    assert expected == ((stated.value, stated.revision) if isinstance(stated, Stated) else stated.failure_class)
