"""Teach skl2onnx the boosted trees of XGBoost and LightGBM, importing neither: the user's model brings its class."""

import copy
from collections.abc import Callable, Mapping
from typing import NamedTuple

from skl2onnx import update_registered_converter
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)
from sklearn.base import BaseEstimator

from sayso.predictor.packing.refusals import steps_of


class _Converter(NamedTuple):
    """Say how one class is converted."""

    alias: str
    library: str
    is_classifier: bool


_CONVERTERS: Mapping[str, _Converter] = {
    "LGBMClassifier": _Converter("LightGbmLGBMClassifier", "lightgbm", is_classifier=True),
    "LGBMRegressor": _Converter("LightGbmLGBMRegressor", "lightgbm", is_classifier=False),
    "XGBClassifier": _Converter("XGBoostXGBClassifier", "xgboost", is_classifier=True),
    "XGBRegressor": _Converter("XGBoostXGBRegressor", "xgboost", is_classifier=False),
}


def convertible(model: BaseEstimator) -> BaseEstimator:
    """Register a converter for every boosted tree in the model, and give the model in a form that they take."""
    boosters = [step for step in steps_of(model).values() if _converter(step)]
    for step in boosters:
        _register(type(step), _CONVERTERS[type(step).__name__])
    return _without_names(model) if any(hasattr(step, "get_booster") for step in boosters) else model


def _converter(step: BaseEstimator) -> _Converter | None:
    found = _CONVERTERS.get(type(step).__name__)
    return found if found and type(step).__module__.startswith(found.library) else None


def _without_names(model: BaseEstimator) -> BaseEstimator:
    """Copy the model, its XGBoost steps without names and types: their converter knows f0, f1, f2 and numbers only."""
    copied = copy.deepcopy(model)
    for step in steps_of(copied).values():
        if hasattr(step, "get_booster") and hasattr(step, "n_features_in_"):
            booster = step.get_booster()
            booster.feature_names = booster.feature_types = None
    return copied


def _register(kind: type, converter: _Converter) -> None:
    options = {"zipmap": [True, False], "nocl": [True, False]} if converter.is_classifier else None
    shapes = (
        calculate_linear_classifier_output_shapes
        if converter.is_classifier
        else calculate_linear_regressor_output_shapes
    )
    update_registered_converter(kind, converter.alias, shapes, _convert(converter.library), options=options)


def _convert(library: str) -> Callable[..., object]:
    if library == "xgboost":
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost  # noqa: PLC0415

        return convert_xgboost  # type: ignore[no-any-return]
    from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm  # noqa: PLC0415

    return convert_lightgbm  # type: ignore[no-any-return]
