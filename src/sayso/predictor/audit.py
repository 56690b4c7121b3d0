"""Repeat every check on a package made elsewhere, and say what each found.

A predictor stops at the first thing that is wrong; an audit goes on and names all of it. It also looks into the model:
which nodes would answer a missing value, and whether the model answers NaN when it is asked.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec
import onnx

from sayso.contract.admit import violations_of
from sayso.contract.document import parse_frozen
from sayso.contract.model import FeatureType
from sayso.failures import DocumentError, PackageError
from sayso.predictor.manifest import FileDigest, Manifest, revision_of, sha256
from sayso.predictor.package import BOUND_FILES, CONTRACT_FILE, MANIFEST_FILE, MODEL_FILE, Package
from sayso.predictor.packing.graphs import nodes_of
from sayso.predictor.packing.ready_made import graph_problems


class Status(StrEnum):
    """Say how a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOTED = "noted"
    """Nothing is wrong; whoever runs the model should know it."""


@dataclass(frozen=True, slots=True)
class Check:
    """Hold what one check found."""

    name: str
    status: Status
    detail: str

    def as_json(self) -> dict[str, str]:
        """Give the keys of ``sayso audit --json``."""
        return {"check": self.name, "status": self.status.value, "detail": self.detail}


def audit(folder: Path) -> tuple[Check, ...]:
    """Check the package in a folder; never raises for what is wrong with it."""
    try:
        package = Package.load(folder)
    except PackageError as error:
        label = error.failure.failure_class.label
        return (Check("opens", Status.FAILED, f"{label}: {error.failure.detail}"), *_closed(folder))
    opened = (
        f"contract is frozen; bytes, digests, columns and {len(package.manifest.golden_rows)} golden rows are as packed"
    )
    model = onnx.load_from_string((folder / MODEL_FILE).read_bytes())
    checks = [Check("opens", Status.PASSED, opened)]
    for name, check in _CHECKS:
        found = list(check(package, model))
        checks += [Check(name, Status.FAILED, fault) for fault in found] or [
            Check(name, Status.PASSED, "as it should be")
        ]
    return (*checks, *_notes(package, model))


def _closed(folder: Path) -> Iterator[Check]:
    """Say of each file of a package that does not open whether it is as packed, and whether its contract is sound.

    What the files say together can't be believed then, so nothing else is checked.
    """
    try:
        manifest = msgspec.json.decode((folder / MANIFEST_FILE).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        yield Check(MANIFEST_FILE, Status.FAILED, f"can't be read: {error}")
        return
    for name in BOUND_FILES:
        if fault := _byte_fault(folder / name, manifest.files.get(name)):
            yield Check(name, Status.FAILED, fault)
        else:
            yield Check(name, Status.PASSED, "its bytes are as packed")
    try:
        parse_frozen(CONTRACT_FILE, (folder / CONTRACT_FILE).read_bytes())
    except OSError:
        return  # said above
    except DocumentError as error:
        yield from (Check("contract", Status.FAILED, str(problem)) for problem in error.problems)


def _byte_fault(path: Path, bound: FileDigest | None) -> str | None:
    try:
        found = sha256(path.read_bytes())
    except OSError as error:
        return error.strerror or str(error)
    if bound is None:
        return "the manifest does not name it"
    return None if found == bound.sha256 else f"its SHA-256 starts {found[:12]}, the manifest says {bound.sha256[:12]}"


def _revision(package: Package, _model: onnx.ModelProto) -> Iterator[str]:
    manifest = package.manifest
    expected = revision_of(manifest.contract, sha256((package.folder / MODEL_FILE).read_bytes()), manifest.interval)
    if manifest.revision != expected:
        yield f"the manifest says {manifest.revision}, contract, model and interval give {expected}"


def _agreement(package: Package, _model: onnx.ModelProto) -> Iterator[str]:
    agreed = package.manifest.agreement
    if not agreed.max_difference <= agreed.gate:
        yield f"the ONNX model was {agreed.max_difference:g} off when it was packed, the gate is {agreed.gate:g}"
    if agreed.training_rows != package.manifest.training.rows:
        yield f"{agreed.training_rows} of {package.manifest.training.rows} training rows were compared"


def _golden(package: Package, _model: onnx.ModelProto) -> Iterator[str]:
    for index, row in enumerate(package.manifest.golden_rows):
        for violation in violations_of(package.contract, dict(row.instance)):
            yield f"golden row {index} breaks the contract: {violation}"


def _ranges(package: Package, _model: onnx.ModelProto) -> Iterator[str]:
    for name, learned in package.training_ranges.items():
        allowed = package.contract.by_name[name].range
        if allowed and not (learned.low in allowed and learned.high in allowed):
            yield f"{name} was learned from {learned}, the contract allows {allowed}"


def _graph(_package: Package, model: onnx.ModelProto) -> Iterator[str]:
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        yield " ".join(str(error).split())[:300]
    yield from map(str, graph_problems(model))


_CHECKS: Sequence[tuple[str, Callable[[Package, onnx.ModelProto], Iterator[str]]]] = (
    ("revision", _revision),
    ("agreement", _agreement),
    ("golden rows are admitted", _golden),
    ("training ranges lie in the contract's", _ranges),
    ("graph", _graph),
)


NAN_TOLERANT = ("TreeEnsembleRegressor", "TreeEnsembleClassifier", "TreeEnsemble", "Imputer", "IsNaN")
"""Nodes that answer a missing value, whatever their flags say (measured with nodes_missing_value_tracks_true unset)."""


def _notes(package: Package, model: onnx.ModelProto) -> Iterator[Check]:
    """Say what would answer a missing value if the decoder did not refuse it first."""
    tolerant = sorted({node.op_type for node in nodes_of(model.graph) if node.op_type in NAN_TOLERANT})
    found = f"{', '.join(tolerant)} would take NaN" if tolerant else "none"
    yield Check("NaN-tolerant nodes", Status.NOTED, found)
    numbers = [of.name for of in package.contract.features if of.type is not FeatureType.CATEGORY]
    answered = [name for name in numbers if _answers_nan(package, name)]
    refused = f"the model alone answers when {answered} are NaN; the predictor refuses NaN before it"
    yield Check("NaN probe", Status.NOTED, refused if answered else "NaN in, NaN out")


def _answers_nan(package: Package, name: str) -> bool:
    instance = package.manifest.golden_rows[0].instance
    row = [math.nan if feature == name else instance[feature] for feature in package.contract.names]
    try:
        (output,) = package.session.predict([row])
    except Exception:  # noqa: BLE001 - onnxruntime raises many unrelated types, and each is no answer
        return False
    return all(math.isfinite(value) for value in (output if isinstance(output, list) else [output]))
