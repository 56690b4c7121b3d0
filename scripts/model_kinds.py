"""List one model of each kind that people bring, over made-up rows of a word and three numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import xgboost
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingRegressor,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC

from sayso.predictor.packing.coding import Codes

ROWS = 200
COLOURS, SIZES = ("blue", "green", "red"), ("huge", "large", "small")
CODES: Codes = {"size": {size: code for code, size in enumerate(SIZES)}}


def rows() -> pd.DataFrame:
    """Make rows of a word and three numbers, written as people write them."""
    random = np.random.default_rng(3)
    columns = {name: random.uniform(0, 10, ROWS).round(1) for name in ("width", "depth", "weight")}
    return pd.DataFrame({"colour": random.choice(COLOURS, ROWS), **columns})


def price(frame: pd.DataFrame) -> "pd.Series[float]":
    """Make a number that depends on every column."""
    dear = (frame["colour"] == "red") * 5
    result: pd.Series[float] = frame["width"] * 2 + frame["depth"] + frame["weight"] / 2 + dear
    return result


def size(frame: pd.DataFrame) -> "pd.Series[object]":
    """Make a word that depends on every column."""
    value = price(frame)
    return pd.Series(np.select([value < 15, value < 22], ["small", "large"], "huge"))


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold one kind of model."""

    name: str
    make: Callable[[], BaseEstimator]
    is_classifier: bool = False
    words: bool = False
    """Whether it is fitted on the word too."""
    coded: bool = False
    """Whether its classes are 0, 1, 2, as XGBoost wants them."""

    def data(self) -> tuple[pd.DataFrame, Any]:
        """Give the rows that it is fitted on, and their target."""
        frame = rows()
        target: Any = size(frame) if self.is_classifier else price(frame)
        chosen = frame if self.words else frame.drop(columns=["colour"])
        return chosen, target.map(CODES["size"]) if self.coded else target


def _encoded(model: BaseEstimator, words: object = None, numbers: object = "passthrough") -> BaseEstimator:
    steps = [("words", words or OneHotEncoder(), ["colour"]), ("numbers", numbers, ["width", "depth", "weight"])]
    return make_pipeline(ColumnTransformer(steps), model)


def _imputed() -> BaseEstimator:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return _encoded(Ridge(), numbers=numbers)


_classifier = partial(Kind, is_classifier=True)
_LIGHT: dict[str, Any] = {"n_estimators": 20, "verbose": -1, "n_jobs": 1}
_BOOST: dict[str, Any] = {"n_estimators": 20, "n_jobs": 1}
_FEW: dict[str, Any] = {"n_estimators": 20, "random_state": 0}

KINDS = (
    Kind("LinearRegression", LinearRegression),
    Kind("Pipeline of StandardScaler, PolynomialFeatures and Ridge",
               lambda: make_pipeline(StandardScaler(), PolynomialFeatures(2), Ridge())),
    Kind("PoissonRegressor", lambda: PoissonRegressor(max_iter=1000)),
    Kind("RandomForestRegressor", lambda: RandomForestRegressor(**_FEW)),
    Kind("GradientBoostingRegressor", lambda: GradientBoostingRegressor(**_FEW)),
    Kind("HistGradientBoostingRegressor", lambda: HistGradientBoostingRegressor(max_iter=20)),
    Kind("XGBRegressor", lambda: xgboost.XGBRegressor(**_BOOST)),
    Kind("XGBRegressor, objective count:poisson",
               lambda: xgboost.XGBRegressor(objective="count:poisson", **_BOOST)),
    Kind("LGBMRegressor", lambda: lightgbm.LGBMRegressor(**_LIGHT)),
    Kind("SVR after StandardScaler", lambda: make_pipeline(StandardScaler(), SVR())),
    Kind("MLPRegressor after StandardScaler",
               lambda: make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs",
                                                                    max_iter=50, random_state=0))),
    Kind("StackingRegressor",
               lambda: StackingRegressor([("ridge", Ridge()), ("forest", RandomForestRegressor(**_FEW))])),
    Kind("GridSearchCV over a pipeline",
               lambda: GridSearchCV(make_pipeline(StandardScaler(), Ridge()), {"ridge__alpha": [1, 10]})),
    Kind("ColumnTransformer of OneHotEncoder and StandardScaler, then LinearRegression",
               lambda: _encoded(LinearRegression(), numbers=StandardScaler()), words=True),
    Kind("ColumnTransformer of OrdinalEncoder, remainder passthrough, then GradientBoostingRegressor",
               lambda: make_pipeline(ColumnTransformer([("words", OrdinalEncoder(), ["colour"])],
                                                       remainder="passthrough"), GradientBoostingRegressor(**_FEW)),
               words=True),
    Kind("ColumnTransformer of OneHotEncoder, then XGBRegressor",
               lambda: _encoded(xgboost.XGBRegressor(**_BOOST)), words=True),
    _classifier("LogisticRegression", lambda: LogisticRegression(max_iter=5000)),
    _classifier("RandomForestClassifier", lambda: RandomForestClassifier(**_FEW)),
    _classifier("ExtraTreesClassifier", lambda: ExtraTreesClassifier(**_FEW)),
    _classifier("GradientBoostingClassifier", lambda: GradientBoostingClassifier(**_FEW)),
    _classifier("HistGradientBoostingClassifier", lambda: HistGradientBoostingClassifier(max_iter=10)),
    _classifier("XGBClassifier, classes as codes", lambda: xgboost.XGBClassifier(**_BOOST), coded=True),
    _classifier("LGBMClassifier", lambda: lightgbm.LGBMClassifier(**_LIGHT)),
    _classifier("CalibratedClassifierCV (sigmoid) of LinearSVC", lambda: CalibratedClassifierCV(LinearSVC(), cv=3)),
    _classifier("CalibratedClassifierCV (sigmoid) of RandomForestClassifier",
                lambda: CalibratedClassifierCV(RandomForestClassifier(**_FEW), cv=3)),
    _classifier("VotingClassifier (soft, flatten_transform=False)",
                lambda: VotingClassifier([("a", LogisticRegression(max_iter=5000)),
                                          ("b", RandomForestClassifier(**_FEW))],
                                         voting="soft", flatten_transform=False)),
    _classifier("ColumnTransformer of OneHotEncoder and StandardScaler, then LogisticRegression",
                lambda: _encoded(LogisticRegression(max_iter=5000), numbers=StandardScaler()), words=True),
    _classifier("ColumnTransformer of OneHotEncoder, then LGBMClassifier",
                lambda: _encoded(lightgbm.LGBMClassifier(**_LIGHT)), words=True),
    Kind("an imputer inside a ColumnTransformer", _imputed, words=True),
    Kind("OneHotEncoder(handle_unknown='ignore')",
               lambda: _encoded(Ridge(), OneHotEncoder(handle_unknown="ignore")), words=True),
    Kind("a ColumnTransformer that drops the rest",
               lambda: make_pipeline(ColumnTransformer([("words", OneHotEncoder(), ["colour"])]), Ridge()), words=True),
    Kind("XGBRegressor after StandardScaler",
               lambda: make_pipeline(StandardScaler(), xgboost.XGBRegressor(n_estimators=100, n_jobs=1))),
    Kind("XGBRegressor, booster dart", lambda: xgboost.XGBRegressor(booster="dart", **_BOOST)),
    Kind("LGBMRegressor, linear_tree", lambda: lightgbm.LGBMRegressor(linear_tree=True, **_LIGHT)),
    Kind("HistGradientBoostingRegressor, loss poisson",
               lambda: HistGradientBoostingRegressor(loss="poisson", max_iter=20)),
    Kind("HistGradientBoostingRegressor, categorical_features",
               lambda: make_pipeline(ColumnTransformer([("words", OrdinalEncoder(), ["colour"])],
                                                       remainder="passthrough"),
                                     HistGradientBoostingRegressor(max_iter=20, categorical_features=[0])), words=True),
    Kind("KNeighborsRegressor", KNeighborsRegressor),
    Kind("TransformedTargetRegressor",
               lambda: TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1)),
    Kind("FunctionTransformer of a function", lambda: make_pipeline(FunctionTransformer(np.log1p), Ridge())),
    _classifier("LinearSVC, SVC without probabilities", SVC),
    _classifier("CalibratedClassifierCV round a pipeline that encodes words",
                lambda: CalibratedClassifierCV(_encoded(LogisticRegression(max_iter=5000)), cv=3), words=True),
)  # fmt: skip
