"""Convert a fitted estimator to ONNX: one float input ``[rows, features]`` in contract order, one output.

Conversion raises nothing when it is wrong (measured: off by up to 0.34 in silence), so its result is only a claim until
`sayso.predictor.packing.agreement` has compared it.
"""

from collections.abc import Mapping

import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import BaseEstimator

from sayso.contract.model import Contract
from sayso.failures import PackError, Problem

OPSETS: Mapping[str, int] = {"": 18, "ai.onnx.ml": 3}
"""The newest that every onnxruntime since 1.14 runs."""

INPUT = "features"


def convert(model: BaseEstimator, contract: Contract) -> onnx.ModelProto:
    """Convert the estimator; raises PackError when skl2onnx can't."""
    types = [(INPUT, FloatTensorType([None, len(contract.features)]))]
    try:
        converted: onnx.ModelProto = to_onnx(model, initial_types=types, target_opset=dict(OPSETS))
        onnx.checker.check_model(converted)
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        problem = Problem(f"model ({type(model).__name__})", f"can't be converted to ONNX: {reason}")
        raise PackError([problem]) from error
    return converted


def bind(model: onnx.ModelProto, properties: Mapping[str, str]) -> bytes:
    """Write metadata into the model and give its bytes; the same model gives the same bytes."""
    onnx.helper.set_model_props(model, dict(properties))
    body: bytes = model.SerializeToString(deterministic=True)
    return body
