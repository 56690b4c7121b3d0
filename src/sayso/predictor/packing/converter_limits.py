"""Name what the converters to ONNX leave out of a model without a word, before the agreement gate has to find it."""

from collections.abc import Iterator, Mapping

import numpy as np
from sklearn.base import BaseEstimator

from sayso.failures import Problem

_READS_CATEGORIES = (
    "splits on categories, which its converter takes for numbers; "
    "put a ColumnTransformer with OneHotEncoder(handle_unknown='error') before it, and fit it on numbers alone"
)

_PARAMETERS = {
    "HistGradientBoostingRegressor": "loss",
    "LGBMRegressor": "linear_tree",
    "LGBMClassifier": "linear_tree",
    "XGBRegressor": "booster",
    "XGBClassifier": "booster",
}
_PLAIN_LOSS = "use loss='squared_error', or XGBRegressor with the objective 'count:poisson' or 'reg:gamma'"
_PLAIN_LEAVES = "use linear_tree=False"
_TREES = "use booster='gbtree'"
_LEFT_OUT: Mapping[tuple[str, str], str] = {
    ("HistGradientBoostingRegressor", "poisson"): _PLAIN_LOSS,
    ("HistGradientBoostingRegressor", "gamma"): _PLAIN_LOSS,
    ("LGBMRegressor", "True"): _PLAIN_LEAVES,
    ("LGBMClassifier", "True"): _PLAIN_LEAVES,
    ("XGBRegressor", "gblinear"): _TREES,
    ("XGBRegressor", "dart"): _TREES,
    ("XGBClassifier", "gblinear"): _TREES,
    ("XGBClassifier", "dart"): _TREES,
}
"""What a converter does not know of a kind of model, with the remedy (skl2onnx 1.20, onnxmltools 1.16)."""


def problems_of(place: str, step: BaseEstimator) -> Iterator[Problem]:
    """Name what would be left out of one fitted step."""
    kind = type(step).__name__
    if _reads_categories(step):
        yield Problem(place, _READS_CATEGORIES)
    if kind in _PARAMETERS:
        name = _PARAMETERS[kind]
        value = step.get_params(deep=False).get(name)
        if remedy := _LEFT_OUT.get((kind, str(value))):
            yield Problem(place, f"has {name}={value!r}, which its converter leaves out; {remedy}")


def _reads_categories(step: BaseEstimator) -> bool:
    """Say whether fitted trees split on categories themselves, as HistGradientBoosting and XGBoost can."""
    if (flags := getattr(step, "is_categorical_", None)) is not None:
        return bool(np.any(flags))
    if type(step).__module__.startswith("xgboost") and hasattr(step, "n_features_in_"):
        return "c" in (step.get_booster().feature_types or [])
    return False
