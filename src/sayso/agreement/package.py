"""Compare a model package with its contract, and name every disagreement.

`sayso.predictor.package.Package.load` stops at the first thing that is wrong, as a server should; this goes on, file by
file, and asks it last.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from sayso.agreement.finding import Finding, Status, judged
from sayso.contract.model import Contract
from sayso.failures import PackageError
from sayso.predictor.manifest import Baseline, ContractDigests, Manifest, revision_of, sha256
from sayso.predictor.package import (
    BASELINE_FILE,
    BOUND_FILES,
    CONTRACT_FILE,
    MANIFEST_FILE,
    MODEL_FILE,
    Package,
    digests_of,
    word_columns,
)
from sayso.predictor.session import DIGEST_KEYS, Session

Shape = TypeVar("Shape", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class _Opened:
    """Hold the bytes of a package's files, as far as they could be read."""

    files: dict[str, bytes]
    manifest: Manifest | None
    contract: Contract | None
    """The deployment's contract; None where it is not sound."""

    @property
    def expected(self) -> ContractDigests | None:
        """Give what every file should name: the contract, or without one what the manifest says."""
        if self.contract is not None:
            return digests_of(self.contract)
        return self.manifest.contract if self.manifest else None


def package_findings(folder: Path, contract: Contract | None) -> Iterator[Finding]:
    """Compare each file of the package in a folder with the contract, and with the manifest's hashes."""
    files = {name: body for name in (*BOUND_FILES, MANIFEST_FILE) if (body := _read(folder / name)) is not None}
    if not files.keys() - {CONTRACT_FILE}:
        yield Finding("model package", Status.ABSENT, f"there is none in {folder}; sayso pack makes one")
        return
    opened = _Opened(files, _decode(files.get(MANIFEST_FILE), Manifest), contract)
    found = [finding for name, faults in _FILES.items() for finding in judged(name, faults(opened), "is as packed")]
    yield from found
    if all(finding.status is Status.AGREES for finding in found):
        yield from judged("golden rows", _load(folder), "the model answers as recorded")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _decode(body: bytes | None, shape: type[Shape]) -> Shape | None:
    try:
        return None if body is None else msgspec.json.decode(body, type=shape, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _manifest(opened: _Opened) -> Iterator[str]:
    if MANIFEST_FILE not in opened.files:
        yield "is missing; pack the model again"
    elif opened.manifest is None:
        yield f"can't be read; pack the model again: {_decode_fault(opened.files[MANIFEST_FILE], Manifest)}"
    else:
        yield from _names(opened, opened.manifest.contract)
        yield from _revision(opened.manifest, opened.files.get(MODEL_FILE))


def _revision(manifest: Manifest, model: bytes | None) -> Iterator[str]:
    if model is not None:
        made = revision_of(manifest.contract, sha256(model), manifest.interval)
        if manifest.revision != made:
            yield f"says revision {manifest.revision}; contract, model and interval give {made}"


def _baseline(opened: _Opened) -> Iterator[str]:
    yield from _bytes(opened, BASELINE_FILE)
    baseline = _decode(opened.files.get(BASELINE_FILE), Baseline)
    if baseline is not None:
        yield from _names(opened, baseline.contract)
        if opened.contract is not None and set(baseline.features) != set(opened.contract.names):
            yield "describes other features than the contract's; pack the model again"
    elif BASELINE_FILE in opened.files:
        yield f"can't be read; pack the model again: {_decode_fault(opened.files[BASELINE_FILE], Baseline)}"


def _model(opened: _Opened) -> Iterator[str]:
    yield from _bytes(opened, MODEL_FILE)
    expected = opened.expected
    if MODEL_FILE not in opened.files or expected is None:
        return
    try:
        session = Session(opened.files[MODEL_FILE], word_columns(opened.contract) if opened.contract else ())
    except PackageError as error:
        yield error.failure.detail
        return
    values = (f"{expected.name}@{expected.version}", expected.digest, expected.interface_digest)
    for key, value in zip(DIGEST_KEYS, values, strict=True):
        if session.metadata.get(key) != value:
            yield f"its metadata says {key} = {session.metadata.get(key)}, expected {value}"


def _bytes(opened: _Opened, name: str) -> Iterator[str]:
    """Compare a file's bytes with the hash that the manifest holds."""
    if name not in opened.files:
        yield "is missing; deploy the whole package, or pack the model again"
    elif opened.manifest is not None:
        bound = opened.manifest.files.get(name)
        found = sha256(opened.files[name])
        if bound is None:
            yield f"{MANIFEST_FILE} does not name it; pack the model again"
        elif bound.sha256 != found:
            yield f"is not the file that was packed: its SHA-256 is {found[:12]}…, packed was {bound.sha256[:12]}…"


def _names(opened: _Opened, named: ContractDigests) -> Iterator[str]:
    """Compare the contract that a file names with the one that it should."""
    expected = opened.expected
    assert expected is not None
    for key in ContractDigests.__struct_fields__:
        said, true = getattr(named, key), getattr(expected, key)
        if said != true:
            yield f"was made under contract {key} {said}, the contract has {true}; pack the model again"


def _decode_fault(body: bytes, shape: type[msgspec.Struct]) -> str:
    try:
        msgspec.json.decode(body, type=shape, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return str(error)
    raise AssertionError(shape)  # pragma: no cover - only asked of what did not decode


def _load(folder: Path) -> Iterator[str]:
    try:
        Package.load(folder)
    except PackageError as error:
        yield str(error.failure)


_FILES: dict[str, Callable[[_Opened], Iterator[str]]] = {
    CONTRACT_FILE: lambda opened: _bytes(opened, CONTRACT_FILE),
    MANIFEST_FILE: _manifest,
    MODEL_FILE: _model,
    BASELINE_FILE: _baseline,
}
"""What is asked of each file."""
