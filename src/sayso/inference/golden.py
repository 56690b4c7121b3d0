"""Hold golden rows: inputs with the answers that the right model gives.

An endpoint that names no contract proves by them that it is the model that was meant: `Proof` remembers which deployed
models have. The rows ride in the same request as the question, so that the very model that answers it is proven.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from sayso.contract.admit import FeatureVector, admit
from sayso.contract.model import Contract, TargetType
from sayso.failures import DocumentError, Failure, FailureClass, Problem

Answered = float | str


@dataclass(frozen=True, slots=True)
class GoldenRows:
    """Hold admitted rows and the answer to each."""

    vectors: tuple[FeatureVector, ...]
    answers: tuple[Answered, ...]
    tolerance: float
    """Largest difference, relative to max(1, |recorded|)."""
    digest: str
    """SHA-256 over the file's bytes, in hex."""

    def difference(self, answered: Sequence[Answered]) -> Failure | None:
        """Name the first row that is answered otherwise than recorded."""
        for index, (recorded, given) in enumerate(zip(self.answers, answered, strict=True)):
            if not self._agree(recorded, given):
                detail = f"golden row {index}: the model answers {given}, recorded is {recorded}"
                return Failure(FailureClass.GOLDEN_ROWS_DIFFER, detail)
        return None

    def _agree(self, recorded: Answered, given: Answered) -> bool:
        if isinstance(recorded, str) or isinstance(given, str):
            return recorded == given
        return abs(recorded - given) <= self.tolerance * max(1.0, abs(recorded))


class Proof:
    """Remember which deployed models have answered the golden rows as recorded."""

    def __init__(self, rows: GoldenRows | None) -> None:
        """Take the rows; None where every reply names its contract and needs no proof."""
        self.rows = rows
        self._proven: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Say whether no model has proven itself yet; always so where replies name no deployed model."""
        return self.rows is not None and not self._proven

    def is_owed_by(self, deployed_model: str | None) -> bool:
        """Say whether a reply of this model needs golden rows beside it."""
        return self.rows is not None and deployed_model not in self._proven

    def given_by(self, deployed_model: str | None) -> None:
        """Remember a model; one without an id proves itself each time."""
        if deployed_model is not None:
            self._proven |= {deployed_model}


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    instance: dict[str, float | str]
    prediction: float | str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: Annotated[list[_Row], msgspec.Meta(min_length=1, max_length=100)]
    tolerance: Annotated[float, msgspec.Meta(ge=0, le=1)]


def parse(source: str, body: bytes, contract: Contract) -> GoldenRows:
    """Read ``{"tolerance": 1e-5, "rows": [{"instance": {…}, "prediction": …}]}``.

    Raises:
        DocumentError: naming the place; each instance must be admissible under the contract.
    """
    try:
        file = msgspec.json.decode(body, type=_File, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError(source, [Problem("$", str(error))]) from error
    vectors = [admit(contract, row.instance) for row in file.rows]
    if faults := list(_faults(file, vectors, contract)):
        raise DocumentError(source, faults)
    return GoldenRows(
        vectors=tuple(vector for vector in vectors if isinstance(vector, FeatureVector)),
        answers=tuple(row.prediction for row in file.rows),
        tolerance=file.tolerance,
        digest=hashlib.sha256(body).hexdigest(),
    )


def _faults(file: _File, vectors: Sequence[FeatureVector | Failure], contract: Contract) -> Iterator[Problem]:
    kind = str if contract.target.type is TargetType.CATEGORY else float
    for index, (row, vector) in enumerate(zip(file.rows, vectors, strict=True)):
        if isinstance(vector, Failure):
            yield Problem(f"$.rows[{index}].instance", vector.detail)
        if not isinstance(row.prediction, kind):
            yield Problem(f"$.rows[{index}].prediction", f"the contract's target is a {contract.target.type.value}")
