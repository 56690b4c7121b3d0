"""Describe a model package: ``manifest.json`` and ``baseline.json``, as frozen shapes.

Both are written by `sayso.predictor.pack` and read strictly: unknown or missing keys are an error. Neither holds a time
of day, so that packing the same model twice gives the same bytes.
"""

import hashlib
from typing import Annotated

import msgspec
import rfc8785

FORMAT = 1

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuse keys that are not described."""


class ContractDigests(_Part, frozen=True):
    """Name the contract that the model was packed under."""

    name: str
    version: str
    digest: str
    interface_digest: str


class FileDigest(_Part, frozen=True):
    """Bind the bytes of one file."""

    sha256: Sha256
    bytes: int


class ModelFacts(_Part, frozen=True):
    """Say what the model is and what converted it."""

    estimator: str
    steps: list[str]
    inputs: list[str]
    """``numbers`` and ``words``, or one of them: the numeric and the category features, each in contract order."""
    output: str
    """``prediction``, or ``probabilities`` in the order of the target's values."""
    converters: dict[str, str]


class Training(_Part, frozen=True):
    """Say what the model was fitted on, without the data."""

    rows: int
    fingerprint: Sha256
    """SHA-256 over the columns in contract order and the target: float64 bytes, or words in UTF-8 ended by NUL."""
    source: str


class Score(_Part, frozen=True):
    """Give one candidate's or baseline's error, in the target's unit."""

    name: str
    kind: str
    """``chosen``, ``candidate`` or ``baseline``."""
    cross_validated_mae: float | None = None
    held_out_mae: float | None = None


class Conformal(_Part, frozen=True):
    """Describe a split-conformal interval (Vovk et al.; Lei et al. 2018): prediction ± half_width."""

    level: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    half_width: Annotated[float, msgspec.Meta(gt=0)]
    calibration: str
    """Which rows calibrated it."""
    rows: int


class Agreement(_Part, frozen=True):
    """Say how far the ONNX model is from the estimator it was made of."""

    gate: float
    """Largest allowed ``|onnx - estimator| / max(scale, |estimator|)``."""
    scale: float
    """What differences are measured against at least: 1, or the target's standard deviation if that is larger.

    A float32 sum whose terms are a thousand and whose result is near zero is off by more than 1e-5 and right."""
    max_difference: float
    """The largest difference found, rounded up to a power of ten: the digits below are the CPU's."""
    training_rows: int
    split_point_rows: int


class GoldenRow(_Part, frozen=True, omit_defaults=True):
    """Fix one input and the output that every predictor must give: what the packed estimator answered."""

    instance: dict[str, float | str]
    prediction: float | str
    probabilities: dict[str, float] | None = None
    """For a category: the probability of every value."""


class Manifest(_Part, frozen=True):
    """Describe a package whole."""

    format: int
    contract: ContractDigests
    revision: str
    files: dict[str, FileDigest]
    model: ModelFacts
    training: Training
    scores: list[Score]
    interval: Conformal | None
    agreement: Agreement
    golden_rows: Annotated[list[GoldenRow], msgspec.Meta(min_length=1)]
    limitations: list[str]


class FeatureBaseline(_Part, frozen=True, tag_field="type", tag="number"):
    """Describe one numeric feature's training values: what drift and extrapolation are measured against."""

    count: int
    minimum: float
    maximum: float
    mean: float
    standard_deviation: float
    histogram_edges: list[float]
    """11 edges of 10 equal-width bins over minimum..maximum (what TFDV's standard histogram uses)."""
    histogram_counts: list[int]
    quantile_edges: list[float]
    """21 edges of 20 bins of equal share."""


class CategoryBaseline(_Part, frozen=True, tag_field="type", tag="category"):
    """Describe one category feature's training values."""

    count: int
    counts: dict[str, int]
    """How often each of the contract's values occurred, in contract order."""


class Baseline(_Part, frozen=True):
    """Describe the training data by feature."""

    format: int
    contract: ContractDigests
    features: dict[str, FeatureBaseline | CategoryBaseline]


def encode(document: msgspec.Struct) -> bytes:
    """Write a document for people and machines: indented, in field order, with a final newline."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def sha256(body: bytes) -> str:
    """Digest bytes as 64 hex digits."""
    return hashlib.sha256(body).hexdigest()


def revision_of(contract: ContractDigests, model_sha256: str, interval: Conformal | None) -> str:
    """Name what is deployed: 12 hex digits over everything that can change an answer."""
    binding = {
        "interface_digest": contract.interface_digest,
        "model": model_sha256,
        "interval": [interval.level, interval.half_width] if interval else None,
    }
    return hashlib.sha256(rfc8785.dumps(binding)).hexdigest()[:12]
