"""Compare the ONNX model with the estimator that it was made of: on the training rows and on both sides of each split.

The gate is part of packing, because conversion is silent about being wrong.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sayso.failures import PackError, Problem
from sayso.predictor.manifest import Agreement
from sayso.predictor.packing.baseline import of_numbers
from sayso.predictor.packing.rows import TrainingRows
from sayso.predictor.packing.splits import Column, match_columns, probes, splits_of, tree_nodes
from sayso.predictor.session import Session

GATE = 1e-5
"""Largest ``|onnx - estimator| / max(scale, |estimator|)``: sound ones stay below 1e-6, broken ones reach 0.3."""

_TREES = "scaling before trees is the known cause: fit the trees on unscaled columns, which gives the same model"
_OTHERS = "float32 keeps seven digits: bring columns of very different size to one scale"


def answers(model: BaseEstimator, frame: pd.DataFrame) -> NDArray[np.float64]:
    """Ask the estimator, with column names only where it was fitted with them; raises PackError on several outputs."""
    given = frame if hasattr(model, "feature_names_in_") else frame.to_numpy(np.float64)
    values = np.asarray(model.predict(given), dtype=np.float64)
    if values.ndim > 1 and values.shape[1] > 1:
        raise PackError([Problem("model", f"gives {values.shape[1]} outputs; pack one model for each target")])
    return values.reshape(len(frame))


def measure(model: BaseEstimator, session: Session, converted: onnx.ModelProto, rows: TrainingRows) -> Agreement:
    """Compare estimator and ONNX model; raises PackError with the worst row and both values beyond the gate."""
    comparison = _Comparison(model, session, scale_of(rows.target), _TREES if tree_nodes(converted) else _OTHERS)
    worst = comparison.worst("training row", rows.frame)
    probed = 0
    for frame in _probe_frames(converted, session.input_name, rows):
        worst = max(worst, comparison.worst("row at a split point", frame))
        probed += len(frame)
    return Agreement(GATE, comparison.scale, ceiling(worst), len(rows.frame), probed)


def scale_of(target: NDArray[np.float64]) -> float:
    """Give 1, or the target's standard deviation if that is larger."""
    return max(1.0, of_numbers(target).standard_deviation)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Hold what is compared, and the likely cause of a difference."""

    model: BaseEstimator
    session: Session
    scale: float
    cause: str

    def worst(self, kind: str, frame: pd.DataFrame) -> float:
        """Give the largest difference in these rows; raises PackError beyond the gate."""
        expected = answers(self.model, frame)
        got = np.asarray(self.session.predict(frame.to_numpy(np.float32)))
        difference = np.abs(got - expected) / np.maximum(self.scale, np.abs(expected))
        difference[~np.isfinite(difference)] = np.inf
        index = int(difference.argmax())
        if difference[index] <= GATE:
            return float(difference[index])
        row = ", ".join(f"{name} = {value:.9g}" for name, value in frame.iloc[index].items())
        count = int((difference > GATE).sum())
        message = (
            f"the model answers {expected[index]:.9g}, its ONNX form {got[index]:.9g} ({row}); "
            f"{count} of {len(frame)} such rows differ by more than {GATE:g}; {self.cause}"
        )
        raise PackError([Problem(f"{kind} {index}", message)])


def ceiling(difference: float) -> float:
    """Round up to a power of ten: the digits below depend on the CPU, and packing must not."""
    return 10.0 ** math.ceil(math.log10(difference)) if difference > 0 else 0.0


def _probe_frames(converted: onnx.ModelProto, input_name: str, rows: TrainingRows) -> Iterator[pd.DataFrame]:
    """Make the rows at the split points of each tree ensemble in the model."""
    inputs = rows.frame.to_numpy(np.float64)
    for node in tree_nodes(converted):
        matrix, _ = probes(splits_of(node), _columns(converted, node, input_name, inputs), inputs)
        if len(matrix):
            yield pd.DataFrame(matrix, columns=rows.frame.columns)


def _columns(
    converted: onnx.ModelProto, node: onnx.NodeProto, input_name: str, inputs: NDArray[np.float64]
) -> dict[int, Column]:
    """Find what each column of a tree ensemble's input is made of, by letting the training rows run up to it."""
    if node.input[0] == input_name:
        return {index: Column(index, 1.0, 0.0) for index in range(inputs.shape[1])}
    opened = onnx.ModelProto()
    opened.CopyFrom(converted)
    opened.graph.output.append(onnx.helper.make_tensor_value_info(node.input[0], onnx.TensorProto.FLOAT, None))
    session = ort.InferenceSession(opened.SerializeToString(), providers=["CPUExecutionProvider"])
    (seen,) = session.run([node.input[0]], {input_name: inputs.astype(np.float32)})
    return dict(match_columns(inputs, np.asarray(seen)))
