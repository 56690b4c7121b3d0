"""Convert a fitted estimator to ONNX, with one input for all columns or one for each.

Conversion raises nothing when it is wrong (measured: off by up to 0.34 in silence), so its result is only a claim until
`sayso.predictor.packing.agreement` has compared it.
"""

import warnings
from collections.abc import Callable, Mapping

import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from sayso.failures import PackError, Problem
from sayso.predictor.packing.boosters import convertible
from sayso.predictor.packing.refusals import steps_of
from sayso.predictor.packing.rows import TrainingRows

OPSETS: Mapping[str, int] = {"": 18, "ai.onnx.ml": 3}
"""The newest that every onnxruntime since 1.14 runs."""


def convert(model: BaseEstimator, rows: TrainingRows) -> onnx.ModelProto:
    """Convert the estimator; raises PackError when skl2onnx can't."""
    known = convertible(model)
    inputs = _inputs(model, rows)
    try:
        with warnings.catch_warnings():
            # What the converters warn of is their own code (numpy scalars); the gate judges their result.
            warnings.simplefilter("ignore")
            converted: onnx.ModelProto = to_onnx(known, initial_types=inputs, target_opset=dict(OPSETS))
    except Exception as error:
        reason = " ".join(str(error).split()).partition(". ")[0][:200]
        said = f"can't be converted to ONNX: {reason}; {_remedy(model, len(inputs), str(error))}"
        raise PackError([Problem(f"model ({type(model).__name__})", said)]) from error
    return converted


_ENCODE_FIRST = (
    "begin with a Pipeline whose first step is a ColumnTransformer that encodes the words "
    "(OneHotEncoder with handle_unknown='error'), and calibrate or tune only what comes after it"
)

_REMEDIES: Mapping[str, str] = {
    "FunctionTransformer": "leave it out, or use a step that ONNX has, such as PowerTransformer or PolynomialFeatures",
    "TransformedTargetRegressor": "fit the regressor inside it on the target itself; "
    "PoissonRegressor and GammaRegressor have a log link of their own",
    "'str' object cannot be interpreted as an integer": "list a ColumnTransformer's columns one by one, not as a slice",
    "missing values are not nan": "leave the parameter missing at its default, and fit on complete rows",
    "flatten_transform": "set flatten_transform=False and fit again",
}
"""What to do, by what the converter's message holds."""

_OTHERWISE = "use a kind that docs/models.md lists, or convert it yourself and pack the .onnx file"


def _remedy(model: BaseEstimator, inputs: int, message: str) -> str:
    if inputs > 1 and not _begins_with_columns(model):
        return _ENCODE_FIRST
    return next((remedy for part, remedy in _REMEDIES.items() if part in message), _OTHERWISE)


def _begins_with_columns(model: BaseEstimator) -> bool:
    """Say whether the first thing that a model does is to pick columns by name."""
    while isinstance(model, Pipeline):
        model = model.steps[0][1]
    return isinstance(model, ColumnTransformer)


def _inputs(model: BaseEstimator, rows: TrainingRows) -> list[tuple[str, object]]:
    """Describe the inputs: a ColumnTransformer picks columns by name, all else takes them as one matrix."""
    kinds = [_kind(rows, name) for name in rows.contract.names]
    by_name = any(isinstance(step, ColumnTransformer) for step in steps_of(model).values())
    if by_name or len(set(kinds)) > 1:
        return [(name, kind([None, 1])) for name, kind in zip(rows.contract.names, kinds, strict=True)]
    return [("columns", kinds[0]([None, len(kinds)]))]


def _kind(rows: TrainingRows, name: str) -> Callable[[list[int | None]], object]:
    coding = rows.codings.get(name)
    return StringTensorType if coding and coding.is_text else FloatTensorType  # type: ignore[no-any-return]
