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
from sayso.predictor.manifest import (
    FORMAT,
    Baseline,
    Conformal,
    ContractDigests,
    FeatureBaseline,
    GoldenRow,
    Manifest,
    sha256,
)
from sayso.predictor.session import DIGEST_KEYS, Output, Row, Session

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
        """Give what the model learned from, by numeric feature."""
        described = self.baseline.features.items()
        return {name: Range(of.minimum, of.maximum) for name, of in described if isinstance(of, FeatureBaseline)}

    def predict(self, vectors: Sequence[FeatureVector]) -> list[Output]:
        """Predict admitted vectors: numbers or probabilities as the model gave them, unchecked."""
        return self.session.predict([vector.values for vector in vectors])

    def predict_rows(self, rows: Sequence[Row]) -> list[Output]:
        """Predict admitted rows in contract order, as `predict` does; for whoever decodes without making vectors."""
        return self.session.predict(rows)

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
        session = Session(files[MODEL_FILE], word_columns(contract))
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
    """Parse the frozen contract and compare it with what the model was packed under."""
    try:
        contract = document.parse_frozen(CONTRACT_FILE, body)
    except DocumentError as error:
        raise _corrupt(str(error)) from error
    packed, present = manifest.contract, digests_of(contract)
    if packed.name != present.name or packed.interface_digest != present.interface_digest:
        raise _mismatch(
            f"the model was packed under {packed.name} {packed.version} ({packed.interface_digest[:19]}…); "
            f"{CONTRACT_FILE} is {present.name} {present.version} ({present.interface_digest[:19]}…)"
        )
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
    widths = widths_of(contract)
    if set(session.widths) != set(widths) or any(session.widths[kind] not in {None, widths[kind]} for kind in widths):
        raise _mismatch(f"the contract has {_counts(widths)}; the model takes {_counts(session.widths)}")


def word_columns(contract: Contract) -> tuple[int, ...]:
    """Give the positions of the category features."""
    return tuple(index for index, of in enumerate(contract.features) if of.type is FeatureType.CATEGORY)


def widths_of(contract: Contract) -> Mapping[str, int]:
    """Give how many columns of each kind a model of this contract takes; no kind with none."""
    words = len(word_columns(contract))
    widths = {"numbers": len(contract.features) - words, "words": words}
    return {kind: width for kind, width in widths.items() if width}


def _counts(widths: Mapping[str, int | None]) -> str:
    return " and ".join(f"{'any' if width is None else width} {kind}" for kind, width in widths.items())


def check_golden_rows(package: Package) -> None:
    """Replay the golden rows; raises PackageError (golden_rows_differ) at the first that differs."""
    names, golden = package.contract.names, package.manifest.golden_rows
    for index, row in enumerate(golden):
        if set(row.instance) != set(names):
            raise _mismatch(f"golden row {index} does not name the contract's features")
    outputs = _replay(package, [[row.instance[name] for name in names] for row in golden])
    for index, (row, output) in enumerate(zip(golden, outputs, strict=True)):
        expected = _expected(package.contract, index, row)
        got = output if isinstance(output, list) else [output]
        if len(got) != len(expected):
            raise _mismatch(f"the model gives {len(got)} numbers a row; the contract's target needs {len(expected)}")
        if not all(
            _close(one, other, package.manifest.agreement.scale) for one, other in zip(got, expected, strict=True)
        ):
            detail = (
                f"golden row {index}: the model answers {_shown(got)}, recorded is {_shown(expected)}; "
                "its columns may be in another order"
            )
            raise PackageError(Failure(FailureClass.GOLDEN_ROWS_DIFFER, detail))


def _expected(contract: Contract, index: int, row: GoldenRow) -> list[float]:
    """Give the numbers that a golden row records, in the order in which the model gives them."""
    if contract.target.type is TargetType.NUMBER and isinstance(row.prediction, float):
        return [row.prediction]
    shares = row.probabilities or {}
    if contract.target.type is TargetType.NUMBER or tuple(shares) != contract.target.values:
        raise _mismatch(f"golden row {index} does not record what the contract's target is")
    return list(shares.values())


def _close(got: float, expected: float, scale: float) -> bool:
    return abs(got - expected) <= GOLDEN_TOLERANCE * max(scale, abs(expected))


def _shown(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.6g}" for value in values)


def _replay(package: Package, rows: Sequence[Row]) -> list[Output]:
    try:
        return package.session.predict(rows)
    except Exception as error:
        raise _mismatch(f"the model fails on its golden rows: {str(error)[:200]}") from error
