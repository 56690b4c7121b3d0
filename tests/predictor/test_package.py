"""A package opens only when every byte, digest, column and golden row is as packed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.linear_model import LinearRegression
from tests.predictor.workshop import fitted, numbers, packed, price

from sayso.contract.freeze import freeze
from sayso.failures import FailureClass, PackageError
from sayso.predictor.manifest import Manifest, sha256
from sayso.predictor.package import BOUND_FILES, Package

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sound package."""
    return packed(tmp_path_factory.mktemp("original"), fitted(LinearRegression())).folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """Give a copy to spoil."""
    return Path(shutil.copytree(original, tmp_path / "package"))


def _class(folder: Path) -> tuple[FailureClass, str]:
    with pytest.raises(PackageError) as raised:
        Package.load(folder)
    return raised.value.failure.failure_class, raised.value.failure.detail


def _edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document))


def _rebind(folder: Path) -> None:
    """Write the files' present digests into the manifest, as somebody would who wants to hide a change."""
    files = {name: (folder / name).read_bytes() for name in BOUND_FILES}
    bound = {name: {"sha256": sha256(body), "bytes": len(body)} for name, body in files.items()}
    _edit(folder / "manifest.json", lambda manifest: manifest.update(files=bound))


@pytest.mark.parametrize("name", [*BOUND_FILES, "manifest.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """The whole package is there, or it is not used."""
    (folder / name).unlink()

    failure_class, detail = _class(folder)

    assert failure_class is FailureClass.ARTIFACT_MISSING
    assert name in detail


@pytest.mark.parametrize("name", BOUND_FILES)
def test_one_changed_byte_is_caught(folder: Path, name: str) -> None:
    """Bytes are compared with the manifest's digests; white space counts."""
    body = (folder / name).read_bytes()
    (folder / name).write_bytes(body[:-1] + (b" " if body[-1:] == b"\n" else b"\n"))

    failure_class, detail = _class(folder)

    assert failure_class is FailureClass.ARTIFACT_CORRUPT
    assert name in detail


def test_a_contract_that_was_never_frozen_is_corrupt(folder: Path) -> None:
    """Digests that nobody wrote bind nothing, whatever the manifest says of the file."""
    _edit(folder / "feature_columns.json", lambda document: (document.pop("digest"), document.pop("interface_digest")))
    _rebind(folder)

    failure_class, detail = _class(folder)

    assert failure_class is FailureClass.ARTIFACT_CORRUPT
    assert "the contract is not frozen; run sayso contract freeze" in detail


SPOILT_MANIFESTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a key too many": lambda manifest: manifest.update(extra=1),
    "a key too few": lambda manifest: manifest.pop("agreement"),
    "another format": lambda manifest: manifest.update(format=2),
    "a file not named": lambda manifest: manifest["files"].pop("model.onnx"),
    "no golden rows": lambda manifest: manifest.update(golden_rows=[]),
    "text for a number": lambda manifest: manifest["training"].update(rows="120"),
}


@pytest.mark.parametrize("change", SPOILT_MANIFESTS.values(), ids=SPOILT_MANIFESTS)
def test_a_manifest_of_another_shape_is_corrupt(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """The manifest is read strictly."""
    _edit(folder / "manifest.json", change)

    assert _class(folder)[0] is FailureClass.ARTIFACT_CORRUPT


def test_a_manifest_that_is_no_json_is_corrupt(folder: Path) -> None:
    """Half a file is no manifest."""
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes()[:-20])

    assert _class(folder)[0] is FailureClass.ARTIFACT_CORRUPT


def test_a_model_that_is_no_model_is_corrupt(folder: Path) -> None:
    """Bytes that onnxruntime can't load are named, even where the manifest fits them."""
    (folder / "model.onnx").write_bytes(b"not a model")
    _rebind(folder)

    assert _class(folder)[0] is FailureClass.ARTIFACT_CORRUPT


def test_another_interface_than_packed_is_a_mismatch(folder: Path) -> None:
    """A contract with another range binds another model."""
    path = folder / "feature_columns.json"
    document = json.loads(path.read_bytes())
    document["features"]["depth"]["range"] = [0, 1]
    for digest in ("digest", "interface_digest"):
        del document[digest]
    path.write_bytes(freeze("contract", json.dumps(document).encode()))
    _rebind(folder)

    assert _class(folder)[0] is FailureClass.MODEL_CONTRACT_MISMATCH


def test_a_model_of_another_package_is_a_mismatch(folder: Path) -> None:
    """The digests in the model's own metadata are compared."""
    other = ROOT / "model"
    (folder / "model.onnx").write_bytes((other / "model.onnx").read_bytes())
    _rebind(folder)

    failure_class, detail = _class(folder)

    assert failure_class is FailureClass.MODEL_CONTRACT_MISMATCH
    assert "sayso.contract" in detail


def test_a_baseline_of_another_package_is_a_mismatch(folder: Path) -> None:
    """The baseline names its contract too."""
    (folder / "baseline.json").write_bytes((ROOT / "model" / "baseline.json").read_bytes())
    _rebind(folder)

    assert _class(folder)[0] is FailureClass.MODEL_CONTRACT_MISMATCH


def test_a_nameless_model_of_another_column_order_fails_its_golden_rows(folder: Path, tmp_path: Path) -> None:
    """Same contract, same width, no names in the model: only the golden rows can tell."""
    rows = numbers()
    swapped = rows[["depth", "width", "weight"]].set_axis(rows.columns, axis=1)
    (tmp_path / "other").mkdir()
    other = packed(tmp_path / "other", LinearRegression().fit(swapped, price(rows)))
    (folder / "model.onnx").write_bytes((other.folder / "model.onnx").read_bytes())
    _rebind(folder)

    failure_class, detail = _class(folder)

    assert failure_class is FailureClass.GOLDEN_ROWS_DIFFER
    assert "its columns may be in another order" in detail


def test_golden_rows_of_other_features_are_a_mismatch(folder: Path) -> None:
    """A golden row names exactly the contract's features."""

    def rename(manifest: dict[str, Any]) -> None:
        manifest["golden_rows"][0]["instance"]["height"] = manifest["golden_rows"][0]["instance"].pop("depth")

    _edit(folder / "manifest.json", rename)

    assert _class(folder)[0] is FailureClass.MODEL_CONTRACT_MISMATCH


def test_an_opened_package_gives_what_callers_need(folder: Path) -> None:
    """Revision, interval and training ranges come from manifest and baseline."""
    package = Package.load(folder)

    assert isinstance(package.manifest, Manifest)
    assert (package.revision, package.interval) == (package.manifest.revision, None)
    assert package.training_ranges["width"].low == numbers()["width"].min()
