"""Give any model the one form that `sayso.predictor.session` runs.

In front: one matrix of numbers and one of words, taken apart into the columns that the model knows; codes take the
place of words where it was fitted on codes. Behind: one tensor, the number, or the probabilities in the order of the
target's values, brought to a sum of 1 (float32 sums of a thousand trees are off by 1e-6). The agreement gate compares
the result with the original.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import onnx
import onnx.compose
from onnx import TensorProto, helper, numpy_helper

from sayso.failures import PackError, Problem
from sayso.predictor.packing.graphs import prune, rename
from sayso.predictor.packing.rows import TrainingRows

PREDICTION, PROBABILITIES = "prediction", "probabilities"

_CASTS = (TensorProto.DOUBLE, TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL)
"""Types of numbers that a ready-made model may take or give; each becomes float32 at the border."""


def canonical(
    model: onnx.ModelProto, rows: TrainingRows, output: str, classes: Sequence[int] | None
) -> onnx.ModelProto:
    """Rewrite a model's inputs and output.

    Args:
        model: takes all columns as one matrix, or each as an input of its own, in contract order.
        rows: say which columns are words, and how they are coded.
        output: the tensor that holds the answer.
        classes: for each of the target's values, its column in that tensor; None for a number.

    Raises:
        PackError: the model takes or gives something else.
    """
    # A prefix keeps the model's own tensors apart from the ones that are added.
    made = onnx.compose.add_prefix(model, "model_")
    del made.graph.output[:]
    front = list(_front(made, rows))
    back = list(_back(made, f"model_{output}", classes))
    nodes = [*front, *made.graph.node, *back]
    del made.graph.node[:]
    made.graph.node.extend(nodes)
    _need_opsets(made)
    prune(made.graph)
    del made.metadata_props[:]
    try:
        onnx.checker.check_model(made, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise PackError([Problem("model", f"is no sound ONNX model: {' '.join(str(error).split())[:300]}")]) from error
    return made


def _front(made: onnx.ModelProto, rows: TrainingRows) -> Iterator[onnx.NodeProto]:
    """Take apart the two matrices, and feed the model's own inputs with the columns."""
    graph = made.graph
    initialised = {item.name for item in graph.initializer}
    own = [item for item in graph.input if item.name not in initialised]
    names = rows.contract.names
    del graph.input[:]
    kinds = {"numbers": [n for n in names if n not in rows.codings], "words": list(rows.codings)}
    for kind, members in kinds.items():
        if members:
            of = TensorProto.FLOAT if kind == "numbers" else TensorProto.STRING
            graph.input.append(helper.make_tensor_value_info(kind, of, [None, len(members)]))
    (single,) = own if len(own) == 1 else (None,)
    if single is not None and _type(single) == TensorProto.FLOAT and not rows.codings:
        rename(graph, single.name, "numbers")
        return
    columns = {name: f"column_{index}" for index, name in enumerate(names)}
    for kind, members in kinds.items():
        yield from _split(graph, kind, [columns[name] for name in members])
    for name, coding in rows.codings.items():
        if not coding.is_text:
            yield _encode(columns[name], coding.codes)
            columns[name] += "_code"
    if single is not None:
        yield helper.make_node("Concat", [columns[name] for name in names], ["columns"], axis=1)
        yield from _feed(graph, single, "columns")
        return
    if len(own) != len(names):
        raise PackError([Problem("model", f"takes {len(own)} inputs; it must take one, or one for each feature")])
    for item, name in zip(own, names, strict=True):
        yield from _feed(graph, item, columns[name])


def _type(item: onnx.ValueInfoProto) -> int:
    return int(item.type.tensor_type.elem_type)


def _split(graph: onnx.GraphProto, kind: str, columns: list[str]) -> Iterator[onnx.NodeProto]:
    if len(columns) == 1:
        yield helper.make_node("Identity", [kind], columns)
    elif columns:
        sizes = numpy_helper.from_array(np.ones(len(columns), np.int64), f"{kind}_sizes")
        graph.initializer.append(sizes)
        yield helper.make_node("Split", [kind, sizes.name], columns, axis=1)


def _encode(column: str, codes: Mapping[str, object]) -> onnx.NodeProto:
    """Turn words into codes; a word that the contract does not list never comes so far, and would be NaN."""
    values = [float(code) for code in codes.values()]  # type: ignore[arg-type]
    return helper.make_node(
        "LabelEncoder",
        [column],
        [f"{column}_code"],
        domain="ai.onnx.ml",
        keys_strings=list(codes),
        values_floats=values,
        default_float=math.nan,
    )


def _feed(graph: onnx.GraphProto, item: onnx.ValueInfoProto, column: str) -> Iterator[onnx.NodeProto]:
    """Lead a column to one of the model's own inputs, in the type that it takes."""
    if _type(item) in _CASTS:
        yield helper.make_node("Cast", [column], [item.name], to=_type(item))
    else:
        rename(graph, item.name, column)


def _back(made: onnx.ModelProto, output: str, classes: Sequence[int] | None) -> Iterator[onnx.NodeProto]:
    graph = made.graph
    if classes is None:
        graph.initializer.append(numpy_helper.from_array(np.asarray([-1, 1], np.int64), "column"))
        yield helper.make_node("Cast", [output], ["number"], to=TensorProto.FLOAT)
        yield helper.make_node("Reshape", ["number", "column"], [PREDICTION])
        graph.output.append(helper.make_tensor_value_info(PREDICTION, TensorProto.FLOAT, [None, 1]))
        return
    order, axis = np.asarray(classes, np.int64), np.asarray([1], np.int64)
    zero, one = np.float32(0), np.float32(1)
    for name, value in {"order": order, "axis": axis, "zero": zero, "one": one}.items():
        graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    yield helper.make_node("Gather", [output, "order"], ["ordered"], axis=1)
    yield helper.make_node("Cast", ["ordered"], ["shares"], to=TensorProto.FLOAT)
    yield helper.make_node("ReduceSum", ["shares", "axis"], ["sum"], keepdims=1)
    yield helper.make_node("Div", ["shares", "sum"], ["whole"])
    yield helper.make_node("Clip", ["whole", "zero", "one"], [PROBABILITIES])
    graph.output.append(helper.make_tensor_value_info(PROBABILITIES, TensorProto.FLOAT, [None, len(classes)]))


OLDEST_OPSET = 13
"""From here on Split and ReduceSum take what they need as inputs, as the added nodes do."""

OLDEST_ML_OPSET = 3
"""From 2 on LabelEncoder knows pairs, as the added nodes need; skl2onnx writes 1 for models of trees."""


def _need_opsets(made: onnx.ModelProto) -> None:
    """Name the operator sets of the added nodes; the checker refuses a model that is not of them."""
    sets = {item.domain: item.version for item in made.opset_import}
    if sets.get("", OLDEST_OPSET) < OLDEST_OPSET:
        reason = f"is of ONNX operator set {sets['']}; convert it to {OLDEST_OPSET} or later and pack again"
        raise PackError([Problem("model", f"{reason} (onnx.version_converter.convert_version)")])
    encodes = any(node.op_type == "LabelEncoder" for node in made.graph.node)
    least = OLDEST_ML_OPSET if encodes or "ai.onnx.ml" not in sets else 0
    sets = {**sets, "": sets.get("", OLDEST_OPSET), "ai.onnx.ml": max(sets.get("ai.onnx.ml", 0), least)}
    del made.opset_import[:]  # converters name them in any order, and some twice
    made.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in sorted(sets.items()))


def bind(model: onnx.ModelProto, properties: Mapping[str, str]) -> bytes:
    """Write metadata into the model and give its bytes; the same model gives the same bytes."""
    helper.set_model_props(model, dict(properties))
    body: bytes = model.SerializeToString(deterministic=True)
    return body
