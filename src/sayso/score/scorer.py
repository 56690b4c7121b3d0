"""Turn a batch of rows into a batch of predictions, and a named failure for each row without one."""

from typing import NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sayso.contract.model import FLOAT32_MAX, TargetType
from sayso.failures import Failure, FailureClass
from sayso.predictor.outputs import PROBABILITY_TOLERANCE, refusal
from sayso.predictor.package import Package
from sayso.score.admission import Admission, Admitted, Refused

ROW = "row"
"""The 0-based number of a row in the input."""


class Scored(NamedTuple):
    """Hold what became of one batch."""

    predictions: pa.RecordBatch
    rejects: list["Reject"]


class Reject(NamedTuple):
    """Hold one row that has no prediction."""

    row: int
    failure: Failure

    def line(self) -> bytes:
        """Write it as one line of JSON."""
        failure = self.failure
        violations = [violation.as_json() for violation in failure.violations]
        said = {"row": self.row, "code": failure.failure_class.code.name, "failure_class": failure.failure_class.label}
        return msgspec.json.encode({**said, "detail": failure.detail, "violations": violations}) + b"\n"


class Scorer:
    """Score batches with one package."""

    def __init__(self, package: Package, admission: Admission, kept: tuple[str, ...]) -> None:
        """Take the parts; *kept* columns go from the input to the output as they are."""
        self._package = package
        self._admit = admission.admit
        self._kept = kept
        self._is_number = package.contract.target.type is TargetType.NUMBER
        self._nothing = np.empty(0 if self._is_number else (0, len(package.contract.target.values)))

    def score(self, batch: pa.RecordBatch, first_row: int) -> Scored:
        """Score one batch, whose first row has this number in the input."""
        admitted = self._admit(batch)
        outputs, refused = self._outputs(admitted)
        rejects = [Reject(first_row + one.place, one.failure) for one in [*admitted.refused, *refused]]
        rejects.sort(key=lambda one: one.row)
        taken = np.ones(len(admitted.indexes), np.bool_)
        if refused:
            taken = ~np.isin(admitted.indexes, [one.place for one in refused])
        return Scored(self._table(batch, admitted, taken, outputs, first_row), rejects)

    def _outputs(self, admitted: Admitted) -> tuple[NDArray[np.float64], list[Refused]]:
        """Run the model; give the outputs that may be sent, and name the others."""
        if not len(admitted.indexes):
            return self._nothing, []
        try:
            outputs = self._package.session.run_arrays(admitted.numbers, admitted.words).astype(np.float64)
        except Exception as error:  # noqa: BLE001 - onnxruntime raises many unrelated types
            failed = Failure(FailureClass.MODEL_ERROR, f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
            return self._nothing, [Refused(index, failed) for index in admitted.indexes.tolist()]
        sound = self._sound(outputs)
        target = self._package.contract.target
        refused = [
            Refused(int(admitted.indexes[place]), refusal([outputs[place].tolist()], target))
            for place in np.flatnonzero(~sound).tolist()
        ]
        return outputs[sound], refused

    def _sound(self, outputs: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Judge as `sayso.predictor.outputs` does, all rows at once."""
        target = self._package.contract.target
        if not self._is_number:
            whole = np.abs(outputs.sum(axis=1) - 1) <= PROBABILITY_TOLERANCE
            kept: NDArray[np.bool_] = ((outputs >= 0) & (outputs <= 1)).all(axis=1) & whole
            return kept
        low = target.range.low if target.range else -FLOAT32_MAX
        high = target.range.high if target.range else FLOAT32_MAX
        return (outputs >= low) & (outputs <= high)

    def _table(
        self,
        batch: pa.RecordBatch,
        admitted: Admitted,
        taken: NDArray[np.bool_],
        outputs: NDArray[np.float64],
        first: int,
    ) -> pa.RecordBatch:
        indexes = admitted.indexes[taken]
        kept = {name: batch.column(name).take(pa.array(indexes)) for name in self._kept}
        answer = self._numbers(outputs) if self._is_number else self._classes(outputs)
        beyond = _names({name: mask[taken] for name, mask in admitted.extrapolated.items()}, len(indexes))
        return pa.RecordBatch.from_pydict({ROW: pa.array(indexes + first), **kept, **answer, "extrapolated": beyond})

    def _numbers(self, outputs: NDArray[np.float64]) -> dict[str, pa.Array]:
        interval = self._package.interval
        around = {} if interval is None else {
            "interval_low": pa.array(outputs - interval.half_width),
            "interval_high": pa.array(outputs + interval.half_width),
        }  # fmt: skip
        return {"prediction": pa.array(outputs), **around}

    def _classes(self, outputs: NDArray[np.float64]) -> dict[str, pa.Array]:
        values = self._package.contract.target.values
        best = outputs.argmax(axis=1)  # the first of equals
        shares = {f"probability_{value}": pa.array(outputs[:, index]) for index, value in enumerate(values)}
        return {"prediction": pa.array(np.array(values, np.object_)[best], pa.string()), **shares}


def _names(beyond: dict[str, NDArray[np.bool_]], rows: int) -> pa.Array:
    """Write the features outside the training range of each row, parted by semicolons; few combinations occur."""
    combinations, combination = [""], np.zeros(rows, np.int64)
    for name, mask in beyond.items():
        if mask.any():
            longer = [f"{before}; {name}" if before else name for before in combinations]
            combination += mask * len(combinations)
            present = np.flatnonzero(np.bincount(combination))
            combinations = [(combinations + longer)[index] for index in present]
            places = np.zeros(present[-1] + 1, np.int64)
            places[present] = np.arange(len(present))
            combination = places[combination]
    return pa.array(combinations, pa.string()).take(pa.array(combination))
