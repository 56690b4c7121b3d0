"""Turn a fitted estimator into a model package, or refuse and name every reason with its remedy.

`pack` takes the user's own fitted object in the user's own process; no pickle is ever loaded. The package holds no time
of day and no path, so that the same model, rows and contract give the same bytes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from sayso.contract import document
from sayso.contract.admit import FeatureVector, admit
from sayso.contract.digest import DIGEST_KEYS as DOCUMENT_DIGESTS
from sayso.contract.model import Contract
from sayso.failures import PackError, Problem
from sayso.predictor.manifest import (
    FORMAT,
    Agreement,
    Conformal,
    ContractDigests,
    FileDigest,
    GoldenRow,
    Manifest,
    ModelFacts,
    Score,
    Training,
    encode,
    revision_of,
    sha256,
)
from sayso.predictor.package import BASELINE_FILE, CONTRACT_FILE, MANIFEST_FILE, MODEL_FILE, Package, digests_of
from sayso.predictor.packing import agreement, baseline, conversion, refusals
from sayso.predictor.packing.publication import publish
from sayso.predictor.packing.rows import TrainingRows
from sayso.predictor.session import DIGEST_KEYS, Session
from sayso.wire import document as decode

GOLDEN_ROWS = 10
"""Enough that a swap of two columns shows in some; few enough to replay at every start."""

CONVERTERS = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime")


@dataclass(frozen=True, slots=True)
class Report:
    """Say what is known of the model beyond its bytes; all of it goes into the manifest."""

    source: str
    """Where the training rows come from, in words."""
    scores: Sequence[Score] = ()
    interval: Conformal | None = None
    limitations: Sequence[str] = ()


def pack(
    model: BaseEstimator, rows: pd.DataFrame, target: object, *, contract: Path, folder: Path, report: Report
) -> Package:
    """Pack a fitted scikit-learn regressor.

    Args:
        model: the fitted estimator or pipeline.
        rows: the rows it was fitted on, one named column for each feature, in contract order.
        target: the target of these rows.
        contract: the frozen ``feature_columns.json``.
        folder: where the package goes; files of other names there are left alone.
        report: scores, interval and limitations for the manifest.

    Returns:
        The package, opened again from the folder.

    Raises:
        DocumentError: the contract is not sound.
        PackError: the model can't be packed as it is; every reason is named. Nothing was written.
    """
    body = contract.read_bytes()
    parsed = read_frozen(contract, body)
    data = TrainingRows.of(parsed, rows, target)
    if problems := tuple(refusals.problems_of(model, parsed)):
        raise PackError(problems)
    digests = digests_of(parsed)
    converted = conversion.convert(model, parsed)
    model_body = conversion.bind(converted, _metadata(digests))
    session = Session(model_body)
    agreed = agreement.measure(model, session, converted, data)
    files = {
        CONTRACT_FILE: body,
        MODEL_FILE: model_body,
        BASELINE_FILE: encode(baseline.describe(parsed, digests, data.frame)),
    }
    files[MANIFEST_FILE] = encode(
        _manifest(model, data, digests, report, files, session, agreed, _golden(parsed, model, data))
    )
    return publish(folder, files)


def read_frozen(path: Path, body: bytes) -> Contract:
    """Parse a contract whose digests are written in it and true; raises DocumentError or PackError."""
    parsed = document.parse(str(path), body)
    decoded = decode(body)
    written = [decoded.get(key) for key in DOCUMENT_DIGESTS] if isinstance(decoded, dict) else []
    if written != [parsed.digest, parsed.interface_digest]:
        raise PackError([Problem(str(path), f"is not frozen as it is now; run sayso contract freeze {path}")])
    return parsed


def _metadata(digests: ContractDigests) -> Mapping[str, str]:
    values = (f"{digests.name}@{digests.version}", digests.digest, digests.interface_digest)
    return dict(zip(DIGEST_KEYS, values, strict=True))


def _golden(contract: Contract, model: BaseEstimator, data: TrainingRows) -> list[GoldenRow]:
    """Choose training rows over the whole span of predictions, with what the estimator answers."""
    predicted = agreement.answers(model, data.frame)
    ranked = np.argsort(predicted, kind="stable")
    chosen = dict.fromkeys(ranked[np.linspace(0, len(ranked) - 1, GOLDEN_ROWS).round().astype(int)].tolist())
    return [_golden_row(contract, data.frame.iloc[index], float(predicted[index])) for index in chosen]


def _golden_row(contract: Contract, row: "pd.Series[float]", prediction: float) -> GoldenRow:
    vector = admit(contract, {name: float(row[name]) for name in contract.names})
    if not isinstance(vector, FeatureVector):
        raise PackError([Problem("rows", f"hold a row that the contract does not admit: {vector.detail}")])
    instance = {name: float(value) for name, value in vector.as_instance().items()}
    return GoldenRow(instance, baseline.rounded(prediction))


def _manifest(
    model: BaseEstimator,
    data: TrainingRows,
    digests: ContractDigests,
    report: Report,
    files: Mapping[str, bytes],
    session: Session,
    agreed: Agreement,
    golden: list[GoldenRow],
) -> Manifest:
    return Manifest(
        format=FORMAT,
        contract=digests,
        revision=revision_of(digests, sha256(files[MODEL_FILE]), report.interval),
        files={name: FileDigest(sha256(body), len(body)) for name, body in files.items()},
        model=_facts(model, session),
        training=Training(len(data.frame), fingerprint(data.frame, data.target), report.source),
        scores=list(report.scores),
        interval=report.interval,
        agreement=agreed,
        golden_rows=golden,
        limitations=list(report.limitations),
    )


def _facts(model: BaseEstimator, session: Session) -> ModelFacts:
    last = model.steps[-1][1] if isinstance(model, Pipeline) else model
    return ModelFacts(
        estimator=type(last).__name__,
        steps=[
            f"{name} ({type(step).__name__})" for name, step in refusals.steps_of(model).items() if step is not model
        ],
        input=session.input_name,
        output=session.output_name,
        converters={name: version(name) for name in CONVERTERS},
    )


def fingerprint(frame: pd.DataFrame, target: NDArray[np.float64]) -> str:
    """Digest training data: SHA-256 over the float64 bytes of the rows and the target, in order."""
    digest = hashlib.sha256(frame.to_numpy("<f8").tobytes(order="C"))
    digest.update(target.astype("<f8").tobytes())
    return digest.hexdigest()
