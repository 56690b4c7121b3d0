"""``sayso contract new --from`` and ``import`` write a draft, and never over another file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sayso.cli.main import application
from sayso.failures import DocumentError, PackError

TABLE = "petal length (cm),sex,kind\n1.4,1,setosa\n4.7,2,versicolor\n"
MLMODEL = """
artifact_path: model
flavors:
  sklearn:
    code: null
signature:
  inputs: '[{"type": "double", "name": "width", "required": true}, {"type": "double",
    "name": "depth", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
  params: null
utc_time_created: 2024-05-01 10:00:00
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(application(), ["contract", *arguments])


def _document() -> dict[str, object]:
    document: dict[str, object] = json.loads(Path("feature_columns.json").read_bytes())
    return document


def test_a_table_is_drafted(folder: Path) -> None:
    """Columns but the target are features; the answer says what to decide."""
    (folder / "iris data.csv").write_text(TABLE)

    done = _run("new", "--from", "iris data.csv", "--target", "kind")

    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "wrote feature_columns.json, with 2 values to decide: look for TODO, and at every range",
        "  sex: holds only 1, 2; if they stand for words, make it a category and pack with --codes",
        "Next: decide them, add words that people use to aliases, then sayso contract freeze feature_columns.json",
    ]
    assert _document()["contract"] == "iris-data"
    assert _document()["feature_columns"] == ["petal length (cm)", "sex"]


def test_an_mlmodel_file_is_imported(folder: Path) -> None:
    """The signature is read, whatever else the file holds, also where YAML folds its lines."""
    (folder / "MLmodel").write_text(MLMODEL)

    done = _run("import", "MLmodel", "--name", "parcel", "--json")

    assert json.loads(done.output) == {"path": "feature_columns.json", "todos": 4, "remarks": []}
    assert (_document()["contract"], _document()["feature_columns"]) == ("parcel", ["width", "depth"])


def test_a_plain_list_is_imported(folder: Path) -> None:
    """The order of the list is the model's."""
    (folder / "old.json").write_text('{"feature_columns": ["b", "a"]}')

    assert _run("import", "old.json").exit_code == 0
    assert _document()["feature_columns"] == ["b", "a"]


def test_a_file_that_is_there_is_left_alone(folder: Path) -> None:
    """A contract that somebody wrote is not lost."""
    (folder / "rows.csv").write_text(TABLE)
    (folder / "feature_columns.json").write_text("mine")

    done = _run("new", "--from", "rows.csv", "--target", "kind")

    assert isinstance(done.exception, DocumentError)
    assert (folder / "feature_columns.json").read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("flavors: {}\n", "holds no signature; log the model with one"),
        ("a: [1\n", "is neither JSON nor YAML"),
        ("just words", "holds no signature"),
        ("signature:\n  inputs: null\n", "holds neither feature_columns nor an MLflow signature"),
    ],
)
def test_a_file_without_a_signature_is_named(folder: Path, content: str, message: str) -> None:
    """The file and what to do are in the message."""
    (folder / "MLmodel").write_text(content)

    done = _run("import", "MLmodel")

    assert isinstance(done.exception, DocumentError)
    assert message in str(done.exception)


def test_a_table_without_the_target_is_named(folder: Path) -> None:
    """The columns that are there are listed."""
    (folder / "rows.csv").write_text(TABLE)

    done = _run("new", "--from", "rows.csv", "--target", "species")

    assert isinstance(done.exception, PackError)
    assert "has no column 'species'" in str(done.exception)


@pytest.mark.parametrize("arguments", [["new"], ["new", "name"], ["new", "name", "x", "--from", "rows.csv"]])
def test_too_little_or_too_much_is_a_usage_error(arguments: list[str]) -> None:
    """Features come by name or from a table."""
    assert _run(*arguments).exit_code == 2
