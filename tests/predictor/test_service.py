"""What the model gives is sent only if it is sound; otherwise the request fails by name."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import structlog
from onnx import TensorProto, helper, numpy_helper
from structlog.testing import CapturingLogger

from sayso.failures import Failure, FailureClass
from sayso.predictor.batch import Limits
from sayso.predictor.package import Package
from sayso.predictor.service import Served, Service
from sayso.predictor.session import Session

FEATURES = ("width", "depth", "weight")


def _model(*operators: str, rows_fixed: int | None = None) -> bytes:
    """Make a model that adds a row's numbers up and applies operators to the sum."""
    weights = numpy_helper.from_array(np.ones((3, 1), np.float32), "ones")
    names = ["sum", *(f"after{index}" for index, _ in enumerate(operators))]
    nodes = [helper.make_node("MatMul", ["rows", "ones"], ["sum"])]
    nodes += [helper.make_node(operator, [names[i]], [names[i + 1]]) for i, operator in enumerate(operators)]
    graph = helper.make_graph(
        nodes,
        "sum",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [rows_fixed, 3])],
        [helper.make_tensor_value_info(names[-1], TensorProto.FLOAT, [rows_fixed, 1])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _service(parcel: Path, model: bytes) -> tuple[Service, CapturingLogger]:
    package = dataclasses.replace(Package.load(parcel), session=Session(model))
    lines = CapturingLogger()
    return Service(package, Limits(), structlog.wrap_logger(lines, processors=[])), lines


def _body(*rows: tuple[float, float, float]) -> bytes:
    return json.dumps({"instances": [dict(zip(FEATURES, row, strict=True)) for row in rows]}).encode()


def test_sound_numbers_are_sent(parcel: Path) -> None:
    """Each row's number stands in its place."""
    service, _ = _service(parcel, _model())

    served = service.predict(_body((1, 2, 3), (4, 5, 6)))

    assert isinstance(served, Served)
    assert [item["value"] for item in json.loads(served.body)["predictions"]] == [6.0, 15.0]


@pytest.mark.parametrize(
    ("model", "rows", "failure_class", "violations"),
    [
        (_model("Log"), [(1, 1, 1), (-1, -1, -1)], FailureClass.NOT_FINITE_PREDICTION, [(1, "nan")]),
        (_model("Log"), [(0, 0, 0)], FailureClass.NOT_FINITE_PREDICTION, [(0, "-inf")]),
        (_model("Exp"), [(90, 90, 90)], FailureClass.NOT_FINITE_PREDICTION, [(0, "inf")]),
        (_model("Exp"), [(0, 0, 1), (0, 0, 7)], FailureClass.OUT_OF_TARGET_RANGE, [(1, "1096.6331787109375")]),
    ],
    ids=["NaN", "-inf", "inf", "out of range"],
)
def test_a_number_that_can_not_be_used_fails_the_whole_request(
    parcel: Path,
    model: bytes,
    rows: list[tuple[float, float, float]],
    failure_class: FailureClass,
    violations: list[tuple[int, str]],
) -> None:
    """Every such instance is named; no number of the others is sent."""
    service, _ = _service(parcel, model)

    result = service.predict(_body(*rows))

    assert isinstance(result, Failure)
    assert result.failure_class is failure_class
    assert [(v.instance, v.got) for v in result.violations] == violations


def test_an_error_inside_the_model_is_named_and_logged(parcel: Path) -> None:
    """The caller hears the class, the operator the reason."""
    service, lines = _service(parcel, _model(rows_fixed=2))

    result = service.predict(_body((1, 2, 3)))

    assert isinstance(result, Failure)
    assert result.failure_class is FailureClass.MODEL_ERROR
    ((_, _, line),) = lines.calls
    assert line["event"] == "model_error"
    assert "Got invalid dimensions" in line["error"]
