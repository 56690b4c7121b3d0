"""Sign off what a gate found: one JSON document that a deployment must have and fit.

The seal is a digest over the rest: it finds a report that was edited, and is no signature against somebody who wants to
forge one. `obstacles` is what deploy and rollout ask.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from sayso.evals.identity import ExtractorIdentity, digest
from sayso.failures import DocumentError, Problem

FORMAT = 1


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuse keys that are not described."""


class ReportedContract(_Part, frozen=True):
    """Name the contract."""

    name: str
    version: str
    digest: str
    interface_digest: str


class ReportedModel(_Part, frozen=True):
    """Name the model package."""

    revision: str
    sha256: str
    """Of ``model.onnx``."""


class ReportedJudge(_Part, frozen=True):
    """Name the judge, and say how it did on labelled items."""

    kind: str
    model: str | None
    prompt: str | None
    votes: int
    is_extractors_model: bool
    """Whether the judge is the model that it judges."""
    items: int
    bad_items: int
    kappa: float
    kappa_at_least: float
    false_passes: int
    false_passes_at_most: float
    false_fails: int
    false_fails_at_most: float
    errors: int


class ReportedReplies(_Part, frozen=True):
    """Say where a model's replies came from."""

    mode: str
    oldest: str | None
    newest: str | None


class ReportedLine(_Part, frozen=True):
    """Hold one line of the gate."""

    name: str
    status: str
    said: str
    reason: str
    details: tuple[str, ...]


class ReportedCounts(_Part, frozen=True):
    """Count the cases."""

    cases: int
    passed: int
    passed_at_least: float
    flawless: int
    stated_values: int
    found_values: int
    found_values_at_least: float
    features: dict[str, int]
    failure_classes: dict[str, int]


class GateReport(_Part, frozen=True):
    """Hold one report."""

    format: int
    verdict: Literal["passed", "failed"]
    signed_off_by: str
    """``sayso VERSION``."""
    signed_off_at: str
    """ISO 8601, UTC."""
    commit: str | None
    contract: ReportedContract | None
    """None where it is not sound."""
    model: ReportedModel | None
    extractor: ExtractorIdentity | None
    """None where the contract is not sound."""
    judge: ReportedJudge | None
    """None where the cases were not run."""
    replies: ReportedReplies
    counts: ReportedCounts | None
    """None where the cases were not run."""
    limits: str
    """The hash of gate.toml's thresholds."""
    lines: tuple[ReportedLine, ...]
    """What fails first."""
    not_for_production: tuple[str, ...]
    """Why a production deployment may not rest on this report; empty where it may."""
    seal: str = ""


class Deployed(NamedTuple):
    """Name what is to be deployed."""

    contract_digest: str
    interface_digest: str
    model_sha256: str
    commit: str
    extractor: ExtractorIdentity


def sealed(report: GateReport) -> GateReport:
    """Put the seal on a report."""
    return msgspec.structs.replace(report, seal=_seal(report))


def _seal(report: GateReport) -> str:
    return digest(msgspec.to_builtins(msgspec.structs.replace(report, seal="")))


def encode(report: GateReport) -> bytes:
    """Write a report for people and machines."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def read_report(path: Path) -> GateReport:
    """Read a report; raises DocumentError where there is none, or it was edited."""
    try:
        report = msgspec.json.decode(path.read_bytes(), type=GateReport, strict=True)
    except OSError as error:
        what = f"{error.strerror or error}; sayso gate writes one"
        raise DocumentError(str(path), [Problem("$", what)]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError(str(path), [Problem("$", f"{error}; run sayso gate")]) from error
    if report.format != FORMAT:
        raise DocumentError(str(path), [Problem("$.format", f"is {report.format}; this version reads {FORMAT}")])
    if report.seal != _seal(report):
        raise DocumentError(str(path), [Problem("$.seal", "is another report's: this one was edited; run sayso gate")])
    return report


def obstacles(report: GateReport, deployed: Deployed, *, production: bool) -> Iterator[str]:
    """Name everything that keeps a deployment from resting on this report; nothing where it may."""
    if report.verdict != "passed":
        failing = next((line for line in report.lines if line.status != "passed"), None)
        yield f"the gate failed: {failing.name}: {failing.said}" if failing else "the gate failed"
    contract, model = report.contract, report.model
    yield from _differs("contract digest", contract.digest if contract else None, deployed.contract_digest)
    yield from _differs("interface digest", contract.interface_digest if contract else None, deployed.interface_digest)
    yield from _differs("model", model.sha256 if model else None, deployed.model_sha256)
    yield from _differs("commit", report.commit, deployed.commit)
    for key in ExtractorIdentity.__struct_fields__:
        measured = None if report.extractor is None else getattr(report.extractor, key)
        yield from _differs(f"extractor's {key}", measured, getattr(deployed.extractor, key))
    if production:
        yield from report.not_for_production


def _differs(what: str, reported: str | None, deployed: str | None) -> Iterator[str]:
    if reported != deployed:
        yield f"the gate's {what} is {reported or 'none'}, to be deployed is {deployed or 'none'}; run sayso gate anew"
