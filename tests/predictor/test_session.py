"""A session runs one matrix of numbers, one of words, or both, and refuses every other model."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from sayso.failures import FailureClass, PackageError
from sayso.predictor.session import Session


def _model(inputs: dict[str, tuple[int, int | str]], nodes: list[onnx.NodeProto], outputs: dict[str, int]) -> bytes:
    given = [helper.make_tensor_value_info(name, kind, ["rows", width]) for name, (kind, width) in inputs.items()]
    gives = [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs.items()]
    graph = helper.make_graph(nodes, "made", given, gives)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    made: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()
    return made


def identity(kind: int = TensorProto.FLOAT, width: int | str = 2) -> bytes:
    """Make a model that gives back what it is given."""
    return _model({"x": (kind, width)}, [helper.make_node("Identity", ["x"], ["y"])], {"y": kind})


def mixed() -> bytes:
    """Add the number to a code of the word."""
    encode = helper.make_node(
        "LabelEncoder", ["w"], ["c"], domain="ai.onnx.ml", keys_strings=["a", "b"], values_floats=[10.0, 20.0]
    )
    inputs: dict[str, tuple[int, int | str]] = {"w": (TensorProto.STRING, 1), "x": (TensorProto.FLOAT, 1)}
    return _model(inputs, [encode, helper.make_node("Add", ["c", "x"], ["y"])], {"y": TensorProto.FLOAT})


def test_numbers_and_words_are_told_apart_by_their_column() -> None:
    """A row holds both, in the order of the contract."""
    session = Session(mixed(), word_columns=(1,))

    assert session.predict([(1.0, "a"), (2.0, "b")]) == [11.0, 22.0]


def test_several_columns_out_are_a_list_for_each_row() -> None:
    """Probabilities stay together; a single number is plain."""
    rows = [(0.25, 0.75), (1.0, 0.0)]

    assert Session(identity()).predict(rows) == [[0.25, 0.75], [1.0, 0.0]]
    assert Session(identity(width=1)).predict([(4.5,)]) == [4.5]


def test_widths_are_told_where_the_model_says_them() -> None:
    """A width that the model leaves open is None."""
    assert Session(mixed(), (0,)).widths == {"words": 1, "numbers": 1}
    assert Session(identity(width="columns")).widths == {"numbers": None}


def test_matrices_are_run_as_they_are() -> None:
    """Whoever holds matrices already need not make rows of them."""
    session = Session(identity())

    assert session.run(np.array([[1, 2]], np.float32), None) == [[1.0, 2.0]]


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(identity(TensorProto.DOUBLE), id="doubles"),
        pytest.param(identity(TensorProto.INT64), id="integers"),
        pytest.param(identity(TensorProto.STRING), id="text out"),
        pytest.param(
            _model(
                {"a": (TensorProto.FLOAT, 1), "b": (TensorProto.FLOAT, 1)},
                [helper.make_node("Add", ["a", "b"], ["y"])],
                {"y": TensorProto.FLOAT},
            ),
            id="two inputs of numbers",
        ),
        pytest.param(
            _model(
                {"x": (TensorProto.FLOAT, 1)},
                [helper.make_node("Identity", ["x"], [name]) for name in ("y", "z")],
                {"y": TensorProto.FLOAT, "z": TensorProto.FLOAT},
            ),
            id="two outputs",
        ),
    ],
)
def test_a_model_of_another_form_is_a_mismatch(model: bytes) -> None:
    """What does not take and give what a package does is refused with what was found."""
    with pytest.raises(PackageError) as raised:
        Session(model)

    assert raised.value.failure.failure_class is FailureClass.MODEL_CONTRACT_MISMATCH


def test_bytes_that_are_no_model_are_corrupt() -> None:
    """Onnxruntime's own words are kept short."""
    with pytest.raises(PackageError) as raised:
        Session(b"no model")

    assert raised.value.failure.failure_class is FailureClass.ARTIFACT_CORRUPT
