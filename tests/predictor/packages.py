"""Make small model packages, sound and spoilt."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from sklearn.linear_model import LinearRegression
from tests.predictor.workshop import NAMES, contract_file, fitted, numbers, packed, price

from sayso.contract.digest import DIGEST_KEYS
from sayso.contract.freeze import freeze
from sayso.predictor.manifest import Conformal, sha256
from sayso.predictor.pack import Report, pack

INTERVAL = Conformal(level=0.9, half_width=1.5, calibration="made up", rows=30)


def sound(folder: Path) -> Path:
    """Pack three numbers from -100 to 100 and a price from -1000 to 1000, with an interval."""
    return packed(folder, fitted(LinearRegression()), Report(source="made up", interval=INTERVAL)).folder


def spoilt(original: Path, folder: Path, how: str) -> Path:
    """Copy a package into a folder and spoil the copy in a named way."""
    copy = Path(shutil.copytree(original, folder / "package"))
    SPOILERS[how](copy)
    return copy


def _no_model(folder: Path) -> None:
    (folder / "model.onnx").unlink()


def _no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def _one_bit(folder: Path) -> None:
    body = bytearray((folder / "model.onnx").read_bytes())
    body[len(body) // 2] ^= 1
    (folder / "model.onnx").write_bytes(body)


def _not_onnx(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"this is no model")
    _rebind(folder, "model.onnx")


def _other_contract(folder: Path) -> None:
    document = json.loads((folder / "feature_columns.json").read_bytes())
    document = {key: value for key, value in document.items() if key not in DIGEST_KEYS}
    document["version"] = "2.0.0"
    document["features"]["width"]["range"] = [-100, 200]
    (folder / "feature_columns.json").write_bytes(freeze("feature_columns.json", json.dumps(document).encode()))
    _rebind(folder, "feature_columns.json")


def _other_order(folder: Path) -> None:
    """Put in a model that was fitted on the same columns in another order, and hide the change of bytes."""
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    rows = numbers()
    turned = rows[[*NAMES[1:], NAMES[0]]].set_axis(list(NAMES), axis=1)
    model = LinearRegression().fit(turned, price(rows))
    contract = contract_file(elsewhere)
    other = pack(model, turned, price(rows), contract=contract, folder=elsewhere / "package", report=Report("made up"))
    shutil.copy(other.folder / "model.onnx", folder)
    _rebind(folder, "model.onnx")


def _rebind(folder: Path, name: str) -> None:
    """Write a file's present digest into the manifest, as somebody would who wants to hide a change."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    body = (folder / name).read_bytes()
    manifest["files"][name] = {"sha256": sha256(body), "bytes": len(body)}
    (folder / "manifest.json").write_text(json.dumps(manifest))


SPOILERS: dict[str, Callable[[Path], None]] = {
    "no model": _no_model,
    "no folder": _no_folder,
    "one bit": _one_bit,
    "not ONNX": _not_onnx,
    "other contract": _other_contract,
    "other column order": _other_order,
}
