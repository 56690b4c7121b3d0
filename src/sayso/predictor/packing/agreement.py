"""Hold the packed model against what it was made of, on the training rows and around each split of its trees.

The gate is part of packing, because conversion is silent about being wrong. One thing is put right before it is
measured: a split that the original holds in float64 can round upwards in float32, and then the one value that lies on
it goes to the other side. Such splits are moved down by one step of float32.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from sayso.predictor.manifest import Agreement
from sayso.predictor.package import word_columns
from sayso.predictor.packing.baseline import of_numbers
from sayso.predictor.packing.comparison import GATE, SIDES, Comparison
from sayso.predictor.packing.originals import Original
from sayso.predictor.packing.rows import TrainingRows
from sayso.predictor.packing.splits import Probe, match_columns, probes
from sayso.predictor.packing.trees import lower, splits_of, tree_nodes
from sayso.predictor.session import Session

_SCALED_TREES = "scaling before trees is the known cause: fit the trees on unscaled columns, which gives the same model"
_JUMPS = "a jump between two values that float32 can't tell apart, as isotonic calibration has, is a known cause"
_TIES = "neighbours at the same distance are taken in another order: use an estimator that does not look for neighbours"
_SIZES = "float32 keeps seven digits: bring columns of very different size to one scale"


def settled(original: Original, model: onnx.ModelProto, rows: TrainingRows) -> onnx.ModelProto:
    """Give the model with every split that float32 rounded upwards moved down by one step."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    comparison = _comparison(original, model, rows)
    for node, found in zip(tree_nodes(made), _probes(model, rows), strict=True):
        if found and (misplaced := comparison.misplaced(found)):
            lower(node, [(probe.split.column, probe.split.threshold) for probe in misplaced])
    return made


def measure(original: Original, model: onnx.ModelProto, rows: TrainingRows) -> Agreement:
    """Compare the two; raises PackError with the worst row and both values beyond the gate."""
    comparison = _comparison(original, model, rows)
    worst = comparison.worst("training row", rows.frame)
    probed = [found for found in _probes(model, rows) if found]
    for found in probed:
        worst = max(worst, *(comparison.worst(f"row {side} a split", comparison.frame(found, side)) for side in SIDES))
    count = len(SIDES) * sum(map(len, probed))
    return Agreement(GATE, comparison.scale, ceiling(worst), len(rows.frame), count)


def ceiling(difference: float) -> float:
    """Round up to a power of ten: the digits below depend on the CPU, and packing must not."""
    return 10.0 ** math.ceil(math.log10(difference)) if difference > 0 else 0.0


def _comparison(original: Original, model: onnx.ModelProto, rows: TrainingRows) -> Comparison:
    scale = 1.0
    if rows.target_coding is None:
        scale = max(scale, of_numbers(np.asarray(rows.target, dtype=np.float64)).standard_deviation)
    session = Session(model.SerializeToString(), word_columns(rows.contract))
    return Comparison(original, session, rows, scale, _likely_cause(model))


def _likely_cause(model: onnx.ModelProto) -> str:
    """Guess why the two differ, from what the packed model is made of."""
    nodes = tree_nodes(model)
    if any(_is_shifted(model, node.input[0]) for node in nodes):
        return _SCALED_TREES
    if any(node.op_type == "TopK" for node in model.graph.node):
        return _TIES
    return _JUMPS if nodes else _SIZES


def _is_shifted(model: onnx.ModelProto, tensor: str) -> bool:
    """Say whether a tensor comes out of a shift or a scaling, whatever lies between."""
    before = next((node for node in model.graph.node if tensor in node.output), None)
    if before is None:
        return False
    return before.op_type in {"Scaler", "Sub", "Div", "Mul"} or any(_is_shifted(model, name) for name in before.input)


def _probes(model: onnx.ModelProto, rows: TrainingRows) -> list[list[Probe]]:
    """Make the rows around the splits of each tree ensemble; none where the model takes words alone."""
    nodes, inputs = tree_nodes(model), rows.numbers(rows.frame)
    if not nodes or not inputs.shape[1]:
        return [[] for _ in nodes]
    seen = _seen(model, [node.input[0] for node in nodes], rows)
    return [
        list(probes(splits_of(node), match_columns(inputs, seen[node.input[0]]), inputs, seen[node.input[0]]))
        for node in nodes
    ]


def _seen(model: onnx.ModelProto, tensors: Sequence[str], rows: TrainingRows) -> Mapping[str, NDArray[np.float32]]:
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
