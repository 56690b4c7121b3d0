"""An audit names everything that is wrong with a package, and what its model would do with a missing value."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from tests.predictor.workshop import fitted, packed

from sayso.predictor.audit import Status, audit

ROOT = Path(__file__).parent.parent.parent


def _failed(folder: Path) -> list[tuple[str, str]]:
    return [(check.name, check.detail) for check in audit(folder) if check.status is Status.FAILED]


def _edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document))


def test_the_reference_package_passes_every_check() -> None:
    """What we ship is as we demand."""
    assert _failed(ROOT / "model") == []


def test_a_linear_model_has_nothing_that_takes_nan(tmp_path: Path) -> None:
    """NaN in gives NaN out, which the inference service refuses."""
    checks = {check.name: check for check in audit(packed(tmp_path, fitted(LinearRegression())).folder)}

    assert checks["NaN-tolerant nodes"].detail == "none"
    assert checks["NaN probe"].detail == "NaN in, NaN out"


def test_a_tree_model_is_noted_to_answer_nan(tmp_path: Path) -> None:
    """Trees answer NaN whatever their flags say, so that is noted, with the inputs for which it was seen."""
    model = fitted(GradientBoostingRegressor(n_estimators=5, random_state=0))

    checks = {check.name: check for check in audit(packed(tmp_path, model).folder)}

    assert checks["NaN-tolerant nodes"].detail == "TreeEnsembleRegressor would take NaN"
    assert "['width', 'depth', 'weight'] are NaN; the predictor refuses NaN before it" in checks["NaN probe"].detail


def test_a_package_that_does_not_open_is_looked_through_file_by_file(tmp_path: Path) -> None:
    """Every file at fault is named, not the first alone."""
    folder = packed(tmp_path, fitted(LinearRegression())).folder
    (folder / "model.onnx").write_bytes(b"")
    (folder / "baseline.json").unlink()
    _edit(folder / "feature_columns.json", lambda contract: contract.update(version="1.0.1"))

    found = [(name, detail.partition(" starts ")[0].partition(":")[0]) for name, detail in _failed(folder)]

    assert found == [
        ("opens", "artifact_missing"),
        ("feature_columns.json", "its SHA-256"),
        ("model.onnx", "its SHA-256"),
        ("baseline.json", "No such file or directory"),
        ("contract", "$.digest"),
    ]


def test_a_package_without_a_manifest_has_nothing_to_be_held_against(tmp_path: Path) -> None:
    """The manifest fixes the bytes of all else."""
    folder = packed(tmp_path, fitted(LinearRegression())).folder
    (folder / "manifest.json").write_text("{}")

    assert [name for name, _ in _failed(folder)] == ["opens", "manifest.json"]


SPOILT: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "revision": (lambda manifest: manifest.update(revision="0" * 12), "revision", "the manifest says 000000000000"),
    "agreement": (lambda m: m["agreement"].update(max_difference=0.34), "agreement", "0.34 off when it was packed"),
    "compared rows": (lambda m: m["agreement"].update(training_rows=7), "agreement", "7 of 120 training rows"),
}


@pytest.mark.parametrize(("change", "name", "detail"), SPOILT.values(), ids=SPOILT)
def test_a_manifest_that_contradicts_itself_is_found(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], name: str, detail: str
) -> None:
    """What the manifest says of the model is computed again, or compared with the gate."""
    folder = packed(tmp_path, fitted(LinearRegression())).folder
    _edit(folder / "manifest.json", change)

    ((found, found_detail),) = _failed(folder)

    assert found == name
    assert detail in found_detail
