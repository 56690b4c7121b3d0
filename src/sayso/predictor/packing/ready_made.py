"""Take in a model that is ONNX already: find its answer among its outputs, and ask it as it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from numpy.typing import NDArray
from onnx import TensorProto

from sayso.failures import PackError, Problem
from sayso.predictor.packing.graphs import attribute_of, nodes_of
from sayso.predictor.packing.rows import TrainingRows

_DTYPES: Mapping[int, type[np.generic]] = {
    TensorProto.FLOAT: np.float32,
    TensorProto.DOUBLE: np.float64,
    TensorProto.INT64: np.int64,
    TensorProto.INT32: np.int32,
    TensorProto.BOOL: np.bool_,
    TensorProto.STRING: np.object_,
}


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """Ask an ONNX model, taken in as it is."""

    model: onnx.ModelProto
    session: ort.InferenceSession
    output: str
    """The tensor that holds the answer."""
    classes: tuple[int, ...] | None
    """For each of the target's values, its column in that tensor; None for a number."""

    def answers(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Give numbers, or probabilities in the order of the target's values."""
        (found,) = self.session.run([self.output], _feed(self.model, frame))
        matrix = np.asarray(found, dtype=np.float64).reshape(len(frame), -1)
        return matrix if self.classes is None else matrix[:, list(self.classes)]


def take_in(body: bytes, rows: TrainingRows) -> ReadyMade:
    """Open a ready-made model; raises PackError where it does not fit the contract."""
    model = _opened(body)
    if problems := [*graph_problems(model), *_input_problems(model, rows)]:
        raise PackError(problems)
    output, labels = _answer(model, rows)
    if labels is None or rows.target_coding is None:
        return ReadyMade(model, _session(model, output), output, None)
    codes = [str(code) for code in rows.target_coding.codes.values()]
    if sorted(codes) != sorted(labels):
        reason = f"knows the classes {labels}, the contract's stand for {codes}; say which is which with codes"
        raise PackError([Problem("model", reason)])
    return ReadyMade(model, _session(model, output), output, tuple(labels.index(code) for code in codes))


def _opened(body: bytes) -> onnx.ModelProto:
    try:
        model = onnx.load_from_string(body)
        onnx.checker.check_model(model)
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise PackError([Problem("model", f"is no sound ONNX model: {reason}")]) from error
    return model


def graph_problems(model: onnx.ModelProto) -> Iterator[Problem]:
    """Name every node that fills in values or swallows unknown categories."""
    for node in nodes_of(model.graph):
        place = f"node {node.name or node.output[0]!r} ({node.op_type})"
        if node.op_type == "Imputer":
            yield Problem(place, "fills in values that nobody stated; export the model without it")
        if node.op_type == "OneHotEncoder" and attribute_of(node, "zeros") in {None, 1}:
            yield Problem(place, "takes unknown categories as none of the known; export it with handle_unknown='error'")


def inputs_of(model: onnx.ModelProto) -> list[onnx.ValueInfoProto]:
    """Give a model's inputs, without constants that old exporters list among them."""
    constants = {item.name for item in model.graph.initializer}
    return [item for item in model.graph.input if item.name not in constants]


def _input_problems(model: onnx.ModelProto, rows: TrainingRows) -> Iterator[Problem]:
    inputs, names = inputs_of(model), rows.contract.names
    if len(inputs) == 1:
        shape = [item.dim_value for item in inputs[0].type.tensor_type.shape.dim]
        if len(shape) != 2 or shape[1] not in {0, len(names)}:
            yield Problem("model", f"takes an input of the shape {shape}; the contract lists {len(names)} features")
    elif sorted(item.name for item in inputs) != sorted(names):
        found = [item.name for item in inputs]
        yield Problem("model", f"takes the inputs {found}; it must take one matrix, or the contract's {list(names)}")
    for item in inputs:
        if item.type.tensor_type.elem_type not in _DTYPES:
            yield Problem("model", f"takes the input {item.name!r} of a type that is neither numbers nor text")


def in_contract_order(model: onnx.ModelProto, names: tuple[str, ...]) -> onnx.ModelProto:
    """Give the model with its inputs listed in contract order."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    inputs = inputs_of(made)
    if len(inputs) > 1:
        ordered = sorted(inputs, key=lambda item: names.index(item.name))
        del made.graph.input[:]
        made.graph.input.extend(ordered)
    return made


def _feed(model: onnx.ModelProto, frame: pd.DataFrame) -> dict[str, NDArray[np.generic]]:
    inputs = inputs_of(model)
    if len(inputs) == 1:
        return {inputs[0].name: frame.to_numpy(_dtype(inputs[0]))}
    return {item.name: frame[[item.name]].to_numpy(_dtype(item)) for item in inputs}


def _dtype(item: onnx.ValueInfoProto) -> type[np.generic]:
    return _DTYPES[item.type.tensor_type.elem_type]


def answer_tensor(model: onnx.ModelProto) -> str:
    """Find the tensor that holds the answer of a model that skl2onnx made: what ZipMap reads, or the last output."""
    zipped = [node.input[0] for node in model.graph.node if node.op_type == "ZipMap"]
    return zipped[0] if zipped else str(model.graph.output[-1].name)


def _answer(model: onnx.ModelProto, rows: TrainingRows) -> tuple[str, list[str] | None]:
    """Find the tensor that holds the answer, and for a category the labels of its columns."""
    if rows.target_coding is None:
        floats = [item.name for item in model.graph.output if _is_number(item)]
        if len(floats) != 1:
            raise PackError([Problem("model", f"gives {len(floats)} outputs of numbers; pack one for each target")])
        return floats[0], None
    for node in model.graph.node:
        if node.op_type == "ZipMap":
            labels = attribute_of(node, "classlabels_strings") or attribute_of(node, "classlabels_int64s")
            return node.input[0], [_text(label) for label in labels]  # type: ignore[attr-defined]
    return _observed(model, rows)


def _is_number(item: onnx.ValueInfoProto) -> bool:
    return item.type.tensor_type.elem_type in {TensorProto.FLOAT, TensorProto.DOUBLE}


def _observed(model: onnx.ModelProto, rows: TrainingRows) -> tuple[str, list[str]]:
    """See from the training rows which label the model gives when which column is the largest."""
    shares = [item.name for item in model.graph.output if _is_number(item)]
    labels = [item.name for item in model.graph.output if item.name not in shares]
    if len(shares) != 1 or len(labels) != 1:
        raise PackError([Problem("model", "must give a label and probabilities, as scikit-learn's converters do")])
    said, given = _session(model).run([labels[0], shares[0]], _feed(model, rows.frame))
    columns = np.asarray(given).argmax(axis=1)
    found = {
        int(column): {_text(label) for label in said[columns == column].tolist()} for column in set(columns.tolist())
    }
    if len(found) != np.asarray(given).shape[1] or any(len(names) != 1 for names in found.values()):
        reason = "does not show which column is which class on the training rows; export it with a ZipMap"
        raise PackError([Problem("model", reason)])
    return shares[0], [next(iter(found[column])) for column in sorted(found)]


def _text(label: object) -> str:
    return label.decode() if isinstance(label, bytes) else str(label)


def _session(model: onnx.ModelProto, output: str | None = None) -> ort.InferenceSession:
    """Load the model, with one more tensor among its outputs."""
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    if output is not None and output not in [item.name for item in opened.graph.output]:
        opened.graph.output.append(onnx.helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
    return ort.InferenceSession(opened.SerializeToString(), providers=["CPUExecutionProvider"])
