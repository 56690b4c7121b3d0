"""What a deployment says of an endpoint without contracts must be enough to trust it."""

import json
from pathlib import Path

import pytest

from sayso.backends.agreement import plain
from sayso.contract.document import of_document
from sayso.contract.model import Contract
from sayso.failures import DocumentError, SettingsError
from sayso.inference.plain import ClassBy, Plain
from sayso.wire import JSON


def _contract(target: JSON) -> Contract:
    document: dict[str, JSON] = {
        "contract": "kind",
        "version": "1.0.0",
        "target": target,
        "feature_columns": ["x"],
        "features": {"x": {"type": "number", "range": [0, 10]}},
    }
    return of_document("kind.json", document)


CLASSES = _contract({"name": "kind", "type": "category", "values": ["a", "b"]})


@pytest.fixture
def golden_rows(tmp_path: Path) -> Path:
    """Give a file with one golden row."""
    path = tmp_path / "golden_rows.json"
    path.write_text(json.dumps({"tolerance": 0, "rows": [{"instance": {"x": 1}, "prediction": "a"}]}))
    return path


def _agree(described: Plain, golden_rows: Path, *, has_ids: bool = True, ids: tuple[str, ...] = ("5001",)) -> Plain:
    agreement = plain(described, golden_rows=golden_rows, contract=CLASSES, has_ids=has_ids, deployed_models=ids)
    assert isinstance(agreement.payload, Plain)
    return agreement.payload


def test_the_pinned_ids_are_the_identity_where_there_are_ids(golden_rows: Path) -> None:
    """Only these are read."""
    assert _agree(Plain(), golden_rows).pinned == frozenset({"5001"})


def test_the_golden_rows_name_the_revision_where_there_are_no_ids(golden_rows: Path) -> None:
    """Twelve digits of the file's digest."""
    found = _agree(Plain(), golden_rows, has_ids=False, ids=())

    assert found.pinned is None
    assert found.revision.startswith("golden-")


@pytest.mark.parametrize(
    ("described", "has_ids", "ids", "said"),
    [
        (Plain(), True, (), "deployed_models"),
        (Plain(), False, ("5001",), "deployed_models"),
        (Plain(class_by=ClassBy.INDEX), True, ("5001",), "classes"),
        (Plain(class_by=ClassBy.INDEX, classes=("a", "c")), True, ("5001",), "classes"),
        (Plain(class_by=ClassBy.SCORES, classes=("a", "b", "b")), True, ("5001",), "classes"),
        (Plain(class_by=ClassBy.SCORES), True, ("5001",), "classes"),
        (Plain(class_by=ClassBy.SCORES, classes=("a",), classes_at="/classes"), True, ("5001",), "classes"),
    ],
)
def test_what_is_not_enough_is_refused(
    golden_rows: Path, described: Plain, has_ids: bool, ids: tuple[str, ...], said: str
) -> None:
    """The message names the key."""
    with pytest.raises(SettingsError, match=said):
        _agree(described, golden_rows, has_ids=has_ids, ids=ids)


def test_without_golden_rows_there_is_no_agreement(tmp_path: Path) -> None:
    """An endpoint that proves nothing is not called."""
    with pytest.raises(DocumentError, match="golden_rows"):
        _agree(Plain(), tmp_path / "golden_rows.json")
