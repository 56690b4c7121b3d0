"""Open a model package, or say by name why it can't be used.

A package is a folder: ``feature_columns.json``, ``model.onnx``, ``manifest.json``, ``baseline.json``. Whoever holds a
`Package` knows that every byte is as packed, that contract, manifest and model carry the same digests, and that the
model answers its golden rows as recorded: the only guard against a nameless model trained in another column order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from sayso.contract import document
from sayso.contract.admit import FeatureVector
from sayso.contract.model import Contract, FeatureType, Range, TargetType
from sayso.failures import DocumentError, Failure, FailureClass, PackageError
from sayso.predictor.manifest import FORMAT, Baseline, Conformal, ContractDigests, Manifest, sha256
from sayso.predictor.session import DIGEST_KEYS, Session

Shape = TypeVar("Shape", bound=msgspec.Struct)

CONTRACT_FILE, MODEL_FILE = "feature_columns.json", "model.onnx"
MANIFEST_FILE, BASELINE_FILE = "manifest.json", "baseline.json"
BOUND_FILES = (CONTRACT_FILE, MODEL_FILE, BASELINE_FILE)
"""The files whose bytes the manifest fixes."""

GOLDEN_TOLERANCE = 1e-5
"""Largest difference from a golden row, against max(scale, |golden|): float32 kernels differ by 1e-6 between CPUs."""


@dataclass(frozen=True, slots=True)
class Package:
    """Hold a package that was checked, with its model loaded."""

    folder: Path
    contract: Contract
    manifest: Manifest
    baseline: Baseline
    session: Session

    @property
    def revision(self) -> str:
        """Name what is deployed."""
        return self.manifest.revision

    @property
    def interval(self) -> Conformal | None:
        """Give the prediction interval, if the package has one."""
        return self.manifest.interval

    @property
    def training_ranges(self) -> Mapping[str, Range]:
        """Give what the model learned from, by feature."""
        return {name: Range(part.minimum, part.maximum) for name, part in self.baseline.features.items()}

    def predict(self, vectors: Sequence[FeatureVector]) -> list[float]:
        """Predict admitted vectors; the numbers are as the model gave them, unchecked."""
        return self.session.predict([vector.values for vector in vectors])

    @classmethod
    def load(cls, folder: Path) -> "Package":
        """Open a package.

        Raises:
            PackageError: artifact_missing, artifact_corrupt, model_contract_mismatch or golden_rows_differ.
        """
        files = {name: _read(folder / name) for name in (*BOUND_FILES, MANIFEST_FILE)}
        manifest = _decode(files[MANIFEST_FILE], Manifest, MANIFEST_FILE)
        if manifest.format != FORMAT:
            raise _corrupt(f"{MANIFEST_FILE} has format {manifest.format}; this version reads {FORMAT}")
        contract = _contract(files[CONTRACT_FILE], manifest)
        for name in BOUND_FILES:
            _check_bytes(name, files[name], manifest)
        baseline = _decode(files[BASELINE_FILE], Baseline, BASELINE_FILE)
        session = Session(files[MODEL_FILE])
        _check_model(session, contract, manifest, baseline)
        package = cls(folder, contract, manifest, baseline, session)
        check_golden_rows(package)
        return package


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        detail = f"{path}: {error.strerror or error}; deploy the whole package, or make one with sayso pack"
        raise PackageError(Failure(FailureClass.ARTIFACT_MISSING, detail)) from error


def _decode(body: bytes, shape: type[Shape], name: str) -> Shape:
    try:
        return msgspec.json.decode(body, type=shape, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _corrupt(f"{name}: {error}") from error


def _corrupt(detail: str) -> PackageError:
    return PackageError(Failure(FailureClass.ARTIFACT_CORRUPT, detail))


def _mismatch(detail: str) -> PackageError:
    return PackageError(Failure(FailureClass.MODEL_CONTRACT_MISMATCH, detail))


def digests_of(contract: Contract) -> ContractDigests:
    """Give the digests by which a package names its contract."""
    return ContractDigests(contract.name, contract.version, contract.digest, contract.interface_digest)


def _contract(body: bytes, manifest: Manifest) -> Contract:
    """Parse the contract and compare it with what the model was packed under."""
    try:
        contract = document.parse(CONTRACT_FILE, body)
    except DocumentError as error:
        raise _corrupt(str(error)) from error
    packed, present = manifest.contract, digests_of(contract)
    if packed.name != present.name or packed.interface_digest != present.interface_digest:
        raise _mismatch(
            f"the model was packed under {packed.name} {packed.version} ({packed.interface_digest[:19]}…); "
            f"{CONTRACT_FILE} is {present.name} {present.version} ({present.interface_digest[:19]}…)"
        )
    if contract.target.type is not TargetType.NUMBER or any(f.type is FeatureType.CATEGORY for f in contract.features):
        raise _mismatch("this version serves numeric features and a numeric target only")
    return contract


def _check_bytes(name: str, body: bytes, manifest: Manifest) -> None:
    bound = manifest.files.get(name)
    if bound is None:
        raise _corrupt(f"{MANIFEST_FILE} does not name {name}")
    if bound.sha256 != sha256(body):
        raise _corrupt(f"{name} is not the file that was packed: its SHA-256 starts {sha256(body)[:12]}, "
                       f"the manifest says {bound.sha256[:12]}")  # fmt: skip


def _check_model(session: Session, contract: Contract, manifest: Manifest, baseline: Baseline) -> None:
    """Compare the model's and the baseline's digests and width with the contract."""
    packed = manifest.contract
    expected = (f"{packed.name}@{packed.version}", packed.digest, packed.interface_digest)
    for key, value in zip(DIGEST_KEYS, expected, strict=True):
        if session.metadata.get(key) != value:
            raise _mismatch(f"{MODEL_FILE} says {key} = {session.metadata.get(key)!r}; the manifest says {value!r}")
    if baseline.contract != packed or set(baseline.features) != set(contract.names):
        raise _mismatch(f"{BASELINE_FILE} was made under another contract than {MANIFEST_FILE}")
    if session.width is not None and session.width != len(contract.features):
        raise _mismatch(f"the contract has {len(contract.features)} features; the model takes {session.width}")


def check_golden_rows(package: Package) -> None:
    """Replay the golden rows; raises PackageError (golden_rows_differ) at the first that differs."""
    names, scale = package.contract.names, package.manifest.agreement.scale
    for index, row in enumerate(package.manifest.golden_rows):
        if set(row.instance) != set(names):
            raise _mismatch(f"golden row {index} does not name the contract's features")
    rows = [[row.instance[name] for name in names] for row in package.manifest.golden_rows]
    for index, (row, value) in enumerate(zip(package.manifest.golden_rows, _replay(package, rows), strict=True)):
        if not abs(value - row.prediction) <= GOLDEN_TOLERANCE * max(scale, abs(row.prediction)):
            detail = (
                f"golden row {index}: the model answers {value:.6g}, recorded is {row.prediction:.6g}; "
                "its columns may be in another order"
            )
            raise PackageError(Failure(FailureClass.GOLDEN_ROWS_DIFFER, detail))


def _replay(package: Package, rows: list[list[float]]) -> list[float]:
    try:
        return package.session.predict(rows)
    except Exception as error:
        raise _mismatch(f"the model fails on its golden rows: {str(error)[:200]}") from error
