"""Find what makes a fitted estimator unfit to be packed: steps that would answer where sayso must ask.

It looks through whole pipelines by scikit-learn's own parameter names (``prepare__numbers__impute``), however deep a
step is nested, and it never runs the model.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectorMixin

from sayso.contract.model import Contract, TargetType
from sayso.failures import Problem
from sayso.predictor.packing import converter_limits
from sayso.predictor.packing.rows import column_differences

IMPUTERS = ("SimpleImputer", "KNNImputer", "IterativeImputer", "MissingIndicator")
"""Steps that put something in the place of a missing value (scikit-learn's impute module, whole)."""

_IMPUTES = (
    "fills in values that nobody stated; remove the step and fit on complete rows: sayso asks for what is missing"
)
_SWALLOWS = "answers for categories it has never seen; set handle_unknown='error', sayso refuses unknown words by name"
_DROPS = "so people would be asked for values that change nothing; take them out of the contract and fit without them"

_NO_ESTIMATOR = "is no scikit-learn estimator; load a bare Booster into XGBRegressor, LGBMClassifier or their kin first"


def problems_of(model: object, contract: Contract) -> Iterator[Problem]:
    """Name every step and column of the model that forbids packing, with the remedy."""
    if not isinstance(model, BaseEstimator):
        yield Problem(f"model ({type(model).__name__})", _NO_ESTIMATOR)
        return
    yield from _all_steps_problems(model)
    yield from _interface_problems(model, contract)


def steps_of(model: BaseEstimator) -> Mapping[str, BaseEstimator]:
    """Give the model and every estimator nested in it, by the name that scikit-learn gives it."""
    parts = model.get_params(deep=True)
    nested = {name: part for name, part in parts.items() if isinstance(part, BaseEstimator)}
    return {"model": model, **nested}


def made_by_fitting(model: BaseEstimator, place: str = "") -> Iterator[tuple[str, BaseEstimator]]:
    """Give every estimator that fitting made or fitted inside of a model, where `steps_of` finds unfitted recipes only.

    Such are a search's best estimator, a calibrated classifier's copies and a ColumnTransformer's transformers. Names
    are scikit-learn's where it has one.
    """
    held = vars(model).items()
    for name, value in held:
        if name.endswith("_") or name in {"steps", "transformer_list"}:
            yield from _inside(value, place, name.strip("_"))


def _inside(value: object, place: str, name: str) -> Iterator[tuple[str, BaseEstimator]]:
    match value:
        case BaseEstimator():
            here = f"{place}__{name}" if place else name
            yield here, value
            yield from made_by_fitting(value, here)
        case (str() as known, BaseEstimator() as step, *_):
            yield from _inside(step, place, known)
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _inside(item, place, f"{name}_{index}")
        case _:
            held = getattr(value, "estimator", None)  # a calibrated classifier's copies are no estimators themselves
            if isinstance(held, BaseEstimator):
                yield from _inside(held, place, name)


def _all_steps_problems(model: BaseEstimator) -> Iterator[Problem]:
    """Look through recipes and what fitting made of them; a copy's fault is told once, under the recipe's name."""
    found = [problem for name, step in steps_of(model).items() for problem in _step_problems(name, step)]
    yield from found
    told = {problem.message for problem in found}
    for name, step in made_by_fitting(model):
        for problem in _step_problems(name, step):
            if problem.message not in told:
                told.add(problem.message)
                yield problem


def _step_problems(name: str, step: BaseEstimator) -> Iterator[Problem]:
    kind = type(step).__name__
    place = f"step {name!r} ({kind})"
    if kind in IMPUTERS:
        yield Problem(place, _IMPUTES)
    unknown = getattr(step, "handle_unknown", "error")
    if unknown != "error":
        yield Problem(place, f"has handle_unknown={unknown!r}: it {_SWALLOWS}")
    yield from converter_limits.problems_of(place, step)
    if dropped := list(_dropped(step)):
        yield Problem(place, f"drops the columns {dropped}, {_DROPS}")


def _dropped(step: BaseEstimator) -> Iterator[object]:
    """Give the columns that a fitted step takes in and lets go."""
    if isinstance(step, ColumnTransformer):
        for _, transformer, columns in getattr(step, "transformers_", []):
            if isinstance(transformer, str) and transformer == "drop":
                yield from columns
    elif isinstance(step, SelectorMixin) and hasattr(step, "n_features_in_"):
        names = getattr(step, "feature_names_in_", np.arange(step.n_features_in_))
        yield from np.asarray(names)[~step.get_support()].tolist()


def _interface_problems(model: BaseEstimator, contract: Contract) -> Iterator[Problem]:
    """Compare what the fitted model takes in and gives out with the contract."""
    width = getattr(model, "n_features_in_", None)
    if width is None:
        yield Problem("model", "is not fitted; fit it first")
        return
    if (names := kept_names(model)) is not None:
        yield from column_differences("the model's columns", names, kept_as(model, contract.names))
    elif width != len(contract.features):
        yield Problem("model", f"takes {width} columns; the contract lists {len(contract.features)}")
    if getattr(model, "n_outputs_", 1) != 1:
        yield Problem("model", f"gives {model.n_outputs_} outputs; pack one model for each target")
    yield from _kind_problems(model, contract)


def kept_names(model: BaseEstimator) -> list[str] | None:
    """Give the column names that the model kept; None where it was fitted on an array."""
    names = getattr(model, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]


def kept_as(model: BaseEstimator, names: tuple[str, ...]) -> tuple[str, ...]:
    """Give names as this kind of model keeps them: LightGBM writes underscores for spaces."""
    spaced = not type(model).__module__.startswith("lightgbm")
    return names if spaced else tuple(name.replace(" ", "_") for name in names)


def _kind_problems(model: BaseEstimator, contract: Contract) -> Iterator[Problem]:
    kind = type(model).__name__
    if contract.target.type is TargetType.NUMBER:
        if not is_regressor(model):
            yield Problem("model", f"{kind} is no regressor; the contract's target is a number")
    elif not is_classifier(model):
        yield Problem("model", f"{kind} is no classifier; the contract's target is a category")
    elif not hasattr(model, "predict_proba"):
        yield Problem("model", f"{kind} gives no probabilities; wrap it in CalibratedClassifierCV and fit again")
