"""Turn a fitted model into a model package, or refuse and name every reason with its remedy.

`pack` takes the user's own fitted object in the user's own process; no pickle is ever loaded. `pack_onnx` takes a model
that is ONNX already. The package holds no time of day and no path, so that the same model, rows and contract give the
same bytes.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from sayso.contract import document
from sayso.contract.admit import FeatureVector, Value, admit
from sayso.contract.model import Contract, TargetType
from sayso.failures import PackError, Problem
from sayso.predictor.manifest import (
    FORMAT,
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
from sayso.predictor.package import (
    BASELINE_FILE,
    CONTRACT_FILE,
    MANIFEST_FILE,
    MODEL_FILE,
    Package,
    digests_of,
    word_columns,
)
from sayso.predictor.packing import agreement, baseline, refusals
from sayso.predictor.packing.canonical import bind, canonical
from sayso.predictor.packing.coding import Codes
from sayso.predictor.packing.conversion import convert
from sayso.predictor.packing.evidence import order_problems
from sayso.predictor.packing.originals import FittedEstimator, Original
from sayso.predictor.packing.publication import publish
from sayso.predictor.packing.ready_made import answer_tensor, in_contract_order, take_in
from sayso.predictor.packing.rows import TrainingRows
from sayso.predictor.session import DIGEST_KEYS, Session

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
    model: BaseEstimator,
    rows: pd.DataFrame,
    target: object,
    *,
    contract: Path,
    folder: Path,
    report: Report,
    codes: Codes | None = None,
) -> Package:
    """Pack a fitted estimator: scikit-learn, XGBoost or LightGBM, a regressor or a classifier with probabilities.

    Args:
        model: the fitted estimator or pipeline.
        rows: the rows it was fitted on, one named column for each feature, in contract order.
        target: the target of these rows.
        contract: the frozen ``feature_columns.json``.
        folder: where the package goes; files of other names there are left alone.
        report: scores, interval and limitations for the manifest.
        codes: for a category that was fitted on codes, by feature or target name: the code of each word. Text stands
            for itself, and booleans are ``yes`` and ``no``.

    Returns:
        The package, opened again from the folder.

    Raises:
        DocumentError: the contract is not sound, or not frozen.
        PackError: the model can't be packed as it is; every reason is named. Nothing was written.
    """
    body = contract.read_bytes()
    parsed = document.parse_frozen(str(contract), body)
    data = TrainingRows.of(parsed, rows, target, codes or {})
    while hasattr(model, "best_estimator_"):  # a search answers by what it found
        model = model.best_estimator_
    if problems := tuple(refusals.problems_of(model, parsed)):
        raise PackError(problems)
    original = FittedEstimator(model, data.target_coding)
    if problems := tuple(_behaviour_problems(original, data)):
        raise PackError(problems)
    raw = convert(model, data)
    classes = original.class_order() if data.target_coding else None
    made = canonical(raw, data, answer_tensor(raw), classes)
    return _publish(folder, body, data, original, made, _described(model), report)


def pack_onnx(
    model: bytes,
    rows: pd.DataFrame,
    target: object,
    *,
    contract: Path,
    folder: Path,
    report: Report,
    codes: Codes | None = None,
) -> Package:
    """Pack a model that is ONNX already; arguments, result and errors as for `pack`.

    It takes one matrix of all columns, or one input for each feature under its name, and gives one number, or a label
    and probabilities.
    """
    body = contract.read_bytes()
    parsed = document.parse_frozen(str(contract), body)
    data = TrainingRows.of(parsed, rows, target, codes or {})
    original = take_in(model, data)
    if problems := tuple(order_problems(original, data)):
        raise PackError(problems)
    ordered = in_contract_order(original.model, parsed.names)
    made = canonical(ordered, data, original.output, original.classes)
    return _publish(folder, body, data, original, made, _Described("ready-made ONNX", ()), report)


@dataclass(frozen=True, slots=True)
class _Described:
    """Name the model and what is nested in it."""

    estimator: str
    steps: tuple[str, ...]


def _described(model: BaseEstimator) -> _Described:
    last = model.steps[-1][1] if isinstance(model, Pipeline) else model
    steps = {name: step for name, step in refusals.steps_of(model).items() if step is not model}
    return _Described(type(last).__name__, tuple(f"{name} ({type(step).__name__})" for name, step in steps.items()))


def _behaviour_problems(original: FittedEstimator, data: TrainingRows) -> Iterator[Problem]:
    """Ask the model for its training rows, and say what does not fit."""
    if data.target_coding and (index := original.most_probable_differs(data.frame)) is not None:
        reason = f"does not name its most probable class in training row {index}, as a tuned threshold does"
        yield Problem("model", f"{reason}; pack the classifier inside it, and decide on the probabilities it gives")
    if refusals.kept_names(original.model) is None:
        yield from order_problems(original, data)


def _publish(
    folder: Path,
    body: bytes,
    data: TrainingRows,
    original: Original,
    model: onnx.ModelProto,
    described: _Described,
    report: Report,
) -> Package:
    """Hold the model against its original, and write the package."""
    digests = digests_of(data.contract)
    settled = agreement.settled(original, model, data)
    agreed = agreement.measure(original, settled, data)
    model_body = bind(settled, _metadata(digests))
    session = Session(model_body, word_columns(data.contract))
    files = {
        CONTRACT_FILE: body,
        MODEL_FILE: model_body,
        BASELINE_FILE: encode(baseline.describe(data, digests)),
    }
    manifest = Manifest(
        format=FORMAT,
        contract=digests,
        revision=revision_of(digests, sha256(model_body), report.interval),
        files={name: FileDigest(sha256(content), len(content)) for name, content in files.items()},
        model=_facts(described, session),
        training=Training(len(data.frame), fingerprint(data), report.source),
        scores=list(report.scores),
        interval=report.interval,
        agreement=agreed,
        golden_rows=_golden(original, data),
        limitations=list(report.limitations),
    )
    return publish(folder, {**files, MANIFEST_FILE: encode(manifest)})


def _metadata(digests: ContractDigests) -> Mapping[str, str]:
    values = (f"{digests.name}@{digests.version}", digests.digest, digests.interface_digest)
    return dict(zip(DIGEST_KEYS, values, strict=True))


def _facts(described: _Described, session: Session) -> ModelFacts:
    return ModelFacts(
        estimator=described.estimator,
        steps=list(described.steps),
        inputs=list(session.widths),
        output=session.output_name,
        converters={name: version(name) for name in CONVERTERS},
    )


def _golden(original: Original, data: TrainingRows) -> list[GoldenRow]:
    """Choose training rows over the whole span of answers, with what the original answers."""
    answers = original.answers(data.frame)
    ranked = np.argsort(answers @ np.arange(1, answers.shape[1] + 1), kind="stable")
    chosen = dict.fromkeys(ranked[np.linspace(0, len(ranked) - 1, GOLDEN_ROWS).round().astype(int)].tolist())
    instances = _instances(data, list(chosen))
    return [_golden_row(data.contract, *pair) for pair in zip(instances, answers[list(chosen)].tolist(), strict=True)]


def _instances(data: TrainingRows, indices: list[int]) -> Iterator[dict[str, Value]]:
    """Give training rows as instances of a predict request; raises PackError where a rule does not admit one."""
    frame = data.frame.iloc[indices]
    words = {name: coding.words_of(frame[name]) for name, coding in data.codings.items()}
    columns = {name: words.get(name, frame[name].to_numpy()).tolist() for name in data.contract.names}
    for row in zip(*columns.values(), strict=True):
        vector = admit(data.contract, dict(zip(columns, row, strict=True)))
        if not isinstance(vector, FeatureVector):
            raise PackError([Problem("rows", f"hold a row that the contract does not admit: {vector.detail}")])
        yield vector.as_instance()


def _golden_row(contract: Contract, instance: dict[str, Value], answer: list[float]) -> GoldenRow:
    numbers = [baseline.rounded(number) for number in answer]
    if contract.target.type is TargetType.NUMBER:
        return GoldenRow(instance, numbers[0])
    shares = dict(zip(contract.target.values, numbers, strict=True))
    return GoldenRow(instance, max(shares, key=lambda word: shares[word]), shares)


def fingerprint(data: TrainingRows) -> str:
    """Digest training data: the columns in contract order and the target, float64 bytes or words ended by NUL."""
    digest = hashlib.sha256()
    for name in data.contract.names:
        coding = data.codings.get(name)
        digest.update(_bytes(coding.words_of(data.frame[name]) if coding else data.frame[name].to_numpy()))
    digest.update(_bytes(data.target_words() if data.target_coding else data.target.to_numpy()))
    return digest.hexdigest()


def _bytes(values: NDArray[np.generic]) -> bytes:
    if values.dtype == object:
        return b"".join(str(word).encode() + b"\0" for word in values.tolist())
    return values.astype("<f8").tobytes()
