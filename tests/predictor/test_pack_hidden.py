"""What forbids packing is found in what fitting made, too: copies, searches, nested transformers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, VotingRegressor
from sklearn.feature_selection import SelectKBest, f_classif, f_regression
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.predictor.workshop import NAMES, REPORT, contract_file, numbers, price

from sayso.failures import PackError
from sayso.predictor.pack import pack
from sayso.wire import JSON

SIZE: dict[str, JSON] = {"name": "size", "type": "category", "values": ["small", "large"]}


def _size() -> "np.ndarray[Any, Any]":
    return np.where(price(numbers()) > 0, "large", "small")


def _refusal(folder: Path, model: BaseEstimator, truth: object, **contract: JSON) -> str:
    fitted = model.fit(numbers(), truth)
    with pytest.raises(PackError) as raised:
        pack(fitted, numbers(), truth, contract=contract_file(folder, **contract), folder=folder / "p", report=REPORT)
    return str(raised.value)


def _selector(score: object = f_regression) -> BaseEstimator:
    return make_pipeline(StandardScaler(), SelectKBest(score, k=2))


@pytest.mark.parametrize(
    ("model", "step"),
    [
        pytest.param(
            make_pipeline(ColumnTransformer([("numbers", _selector(), list(NAMES))]), Ridge()),
            "columntransformer__numbers__selectkbest",
            id="in a pipeline inside a ColumnTransformer",
        ),
        pytest.param(
            GridSearchCV(make_pipeline(_selector(), Ridge()), {"ridge__alpha": [1, 10]}),
            "pipeline__selectkbest",
            id="in the best estimator of a search",
        ),
        pytest.param(
            VotingRegressor([("some", make_pipeline(_selector(), Ridge())), ("all", LinearRegression())]),
            "estimators_0__pipeline__selectkbest",
            id="in one of several that vote",
        ),
    ],
)
def test_a_column_that_is_dropped_out_of_sight_is_refused(tmp_path: Path, model: BaseEstimator, step: str) -> None:
    """The recipe inside is not fitted and drops nothing; its fitted copy does."""
    message = _refusal(tmp_path, model, price(numbers()))

    assert f"step '{step}' (SelectKBest): drops the columns" in message


def test_a_fault_in_every_copy_is_told_once(tmp_path: Path) -> None:
    """A calibrated classifier holds a copy for each fold."""
    model = CalibratedClassifierCV(make_pipeline(SimpleImputer(), LogisticRegression()), cv=3)

    message = _refusal(tmp_path, model, _size(), target=SIZE)

    assert message.count("fills in values that nobody stated") == 1
    assert "step 'estimator__simpleimputer' (SimpleImputer)" in message


def test_a_calibrated_copy_that_drops_a_column_is_refused(tmp_path: Path) -> None:
    """The copies of the folds are fitted; the classifier that was given is not."""
    model = CalibratedClassifierCV(make_pipeline(_selector(f_classif), LogisticRegression()), cv=3)

    assert "(SelectKBest): drops the columns" in _refusal(tmp_path, model, _size(), target=SIZE)


def test_a_search_is_packed_as_what_it_found(tmp_path: Path) -> None:
    """It answers by its best estimator, and that is what the manifest names."""
    rows = numbers()
    model = GridSearchCV(make_pipeline(StandardScaler(), Ridge()), {"ridge__alpha": [1, 10]}).fit(rows, price(rows))

    package = pack(model, rows, price(rows), contract=contract_file(tmp_path), folder=tmp_path / "p", report=REPORT)

    assert package.manifest.model.estimator == "Ridge"


def test_trees_that_read_categories_are_refused_before_they_are_compared(tmp_path: Path) -> None:
    """Whole numbers would be taken for an order that the trees do not know."""
    model = HistGradientBoostingClassifier(max_iter=2, categorical_features=["width"])
    rows = numbers().assign(width=np.arange(120) % 3)

    with pytest.raises(PackError, match=r"splits on categories, .* put a ColumnTransformer with OneHotEncoder"):
        pack(model.fit(rows, _size()), rows, _size(), contract=contract_file(tmp_path, target=SIZE),
             folder=tmp_path / "p", report=REPORT)  # fmt: skip
