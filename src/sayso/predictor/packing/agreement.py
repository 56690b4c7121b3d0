"""Compare the ONNX model with what it was made of: on the training rows and around each split of its trees.

The gate is part of packing, because conversion is silent about being wrong. The packed model is given float32, its
original the same values in float64, as it would be outside of sayso.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from numpy.typing import NDArray

from sayso.failures import PackError, Problem
from sayso.predictor.manifest import Agreement
from sayso.predictor.packing.baseline import of_numbers
from sayso.predictor.packing.originals import Original
from sayso.predictor.packing.rows import TrainingRows
from sayso.predictor.packing.splits import Probe, match_columns, probes, splits_of, tree_nodes
from sayso.predictor.session import Session

GATE = 1e-5
"""Largest ``|onnx - original| / max(scale, |original|)``: sound ones stay below 1e-6, broken ones reach 0.3."""

_TREES = "scaling before trees is the known cause: fit the trees on unscaled columns, which gives the same model"
_OTHERS = "float32 keeps seven digits: bring columns of very different size to one scale"

Matrix = NDArray[np.float64]


def measure(original: Original, session: Session, model: onnx.ModelProto, rows: TrainingRows) -> Agreement:
    """Compare original and packed model; raises PackError with the worst row and both values beyond the gate."""
    scale = 1.0 if rows.target_coding else scale_of(rows.target.to_numpy(np.float64))
    comparison = _Comparison(original, session, rows, scale, _TREES if tree_nodes(model) else _OTHERS)
    worst = comparison.strict("training row", rows.frame)
    probed = undecided = 0
    for found in _probes(model, session, rows):
        near, differ = comparison.around_splits(found)
        worst, probed, undecided = max(worst, near), probed + 3 * len(found), undecided + differ
    return Agreement(GATE, scale, ceiling(worst), len(rows.frame), probed, undecided)


def scale_of(target: Matrix) -> float:
    """Give 1, or the target's standard deviation if that is larger."""
    return max(1.0, of_numbers(target).standard_deviation)


def ceiling(difference: float) -> float:
    """Round up to a power of ten: the digits below depend on the CPU, and packing must not."""
    return 10.0 ** math.ceil(math.log10(difference)) if difference > 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Hold what is compared, and the likely cause of a difference."""

    original: Original
    session: Session
    rows: TrainingRows
    scale: float
    cause: str

    def strict(self, kind: str, frame: pd.DataFrame) -> float:
        """Give the largest difference in these rows; raises PackError beyond the gate."""
        expected, got = self.original.answers(frame), self._packed(frame)
        difference = self._difference(expected, got)
        if (difference <= GATE).all():
            return float(difference.max())
        raise self._refusal(kind, frame, expected, got, difference)

    def around_splits(self, found: list[Probe]) -> tuple[float, int]:
        """Give the largest difference clear of the splits, and how many rows on one take the other side.

        Raises PackError where the two differ clear of a split, or where the packed model gives on a split what the
        original gives on neither side of it.
        """
        below, above, on = (self._frame(found, side) for side in ("below", "above", "on"))
        worst = max(self.strict("row beside a split", frame) for frame in (below, above))
        got, sides = self._packed(on), [self.original.answers(frame) for frame in (on, below, above)]
        exact, *others = [self._difference(expected, got) for expected in sides]
        explained = np.minimum.reduce([exact, *others])
        if (explained > GATE).any():
            raise self._refusal("row on a split", on, sides[0], got, explained)
        undecided = exact > GATE
        return max(worst, float(exact[~undecided].max(initial=0.0))), int(undecided.sum())

    def _packed(self, frame: pd.DataFrame) -> Matrix:
        numbers = self.rows.numbers(frame).astype(np.float32)
        outputs = self.session.run(numbers, self.rows.words(frame))
        return np.asarray(outputs, dtype=np.float64).reshape(len(frame), -1)

    def _difference(self, expected: Matrix, got: Matrix) -> NDArray[np.float64]:
        """Give the largest relative difference of each row; infinite where either is no number."""
        relative = np.abs(got - expected) / np.maximum(self.scale, np.abs(expected))
        relative[~np.isfinite(relative)] = np.inf
        largest: NDArray[np.float64] = relative.max(axis=1)
        return largest

    def _frame(self, found: list[Probe], side: str) -> pd.DataFrame:
        """Make rows as the original takes them: a training row with the probe's numbers."""
        frame = self.rows.frame.iloc[[probe.start for probe in found]].reset_index(drop=True)
        numbers = np.vstack([getattr(probe, side) for probe in found]).astype(np.float64)
        names = [name for name in self.rows.contract.names if name not in self.rows.codings]
        return frame.assign(**dict(zip(names, numbers.T, strict=True)))

    def _refusal(
        self, kind: str, frame: pd.DataFrame, expected: Matrix, got: Matrix, difference: NDArray[np.float64]
    ) -> PackError:
        index = int(difference.argmax())
        row = ", ".join(f"{name} = {_shown(value)}" for name, value in frame.iloc[index].items())
        both = f"the model answers {_numbers(expected[index])}, its ONNX form {_numbers(got[index])} ({row})"
        count = f"{int((difference > GATE).sum())} of {len(frame)} such rows differ by more than {GATE:g}"
        return PackError([Problem(f"{kind} {index}", f"{both}; {count}; {self.cause}")])


def _shown(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, int | float) and not isinstance(value, bool) else repr(value)


def _numbers(values: Matrix) -> str:
    return ", ".join(f"{value:.9g}" for value in values)


def _probes(model: onnx.ModelProto, session: Session, rows: TrainingRows) -> list[list[Probe]]:
    """Make the rows around the splits of each tree ensemble in the model, one list for each that has any."""
    if "numbers" not in session.widths:
        return []
    inputs = rows.numbers(rows.frame)
    nodes = tree_nodes(model)
    seen = _seen(model, [node.input[0] for node in nodes], rows) if nodes else {}
    made = []
    for node in nodes:
        before = seen[node.input[0]]
        made.append(list(probes(splits_of(node), match_columns(inputs, before), inputs, before)))
    return [found for found in made if found]


def _seen(model: onnx.ModelProto, tensors: list[str], rows: TrainingRows) -> Mapping[str, NDArray[np.float32]]:
    """Let the training rows run up to some tensors of the model."""
    given = {"numbers": rows.numbers(rows.frame).astype(np.float32), "words": rows.words(rows.frame)}
    inputs = {item.name: given[item.name] for item in model.graph.input}
    inner = sorted(set(tensors) - set(inputs))
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    opened.graph.output.extend(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in inner)
    session = ort.InferenceSession(opened.SerializeToString(), providers=["CPUExecutionProvider"])
    found = session.run(inner, inputs) if inner else []
    return {**inputs, **{name: np.asarray(value) for name, value in zip(inner, found, strict=True)}}
