"""A model that kept no names is asked whether its training rows fit it better with columns swapped."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from tests.predictor.workshop import REPORT, contract_file, numbers, price

from sayso.contract.document import parse
from sayso.failures import PackError
from sayso.predictor.pack import pack
from sayso.predictor.packing.evidence import order_problems
from sayso.predictor.packing.originals import FittedEstimator
from sayso.predictor.packing.rows import TrainingRows

CLASSES = {"name": "size", "type": "category", "values": ["small", "large"]}
REGRESSORS = [
    pytest.param(LinearRegression(), id="linear"),
    pytest.param(Ridge(1e4), id="ridge, far from a good fit"),
    pytest.param(GradientBoostingRegressor(n_estimators=10, random_state=0), id="boosting"),
]


@pytest.mark.parametrize("model", REGRESSORS)
def test_a_nameless_model_of_swapped_columns_is_refused(tmp_path: Path, model: BaseEstimator) -> None:
    """Its training rows fit better with the two columns in each other's place, and both are named."""
    rows = numbers()
    model.fit(rows[["depth", "width", "weight"]].to_numpy(), price(rows))

    with pytest.raises(PackError, match="seem to be in another order: with 'width' and 'depth' in each other's place"):
        pack(model, rows, price(rows), contract=contract_file(tmp_path), folder=tmp_path / "p", report=REPORT)


@pytest.mark.parametrize("model", REGRESSORS)
def test_a_nameless_model_of_the_right_order_is_packed(tmp_path: Path, model: BaseEstimator) -> None:
    """Nothing speaks against columns in contract order."""
    rows = numbers()
    model.fit(rows.to_numpy(), price(rows))

    package = pack(model, rows, price(rows), contract=contract_file(tmp_path), folder=tmp_path / "p", report=REPORT)

    assert package.manifest.training.rows == 120


@pytest.mark.parametrize("model", [LogisticRegression(), RandomForestClassifier(10, random_state=0)])
def test_a_classifier_of_swapped_columns_is_refused(tmp_path: Path, model: BaseEstimator) -> None:
    """Probabilities are held against the true classes."""
    rows = numbers()
    size = np.where(rows["width"] > 10, "large", "small")
    model.fit(rows[["depth", "width", "weight"]].to_numpy(), size)
    contract = contract_file(tmp_path, target=CLASSES)  # type: ignore[arg-type]

    with pytest.raises(PackError, match="seem to be in another order"):
        pack(model, rows, size, contract=contract, folder=tmp_path / "p", report=REPORT)


@pytest.mark.parametrize("seed", range(8))
def test_a_model_that_learned_nothing_is_not_suspected(tmp_path: Path, seed: int) -> None:
    """Where no column carries anything, a swap is no evidence of anything."""
    rows = numbers()
    noise = np.random.default_rng(seed).normal(size=len(rows))
    model = GradientBoostingRegressor(n_estimators=5, random_state=0).fit(rows.to_numpy(), noise)
    path = contract_file(tmp_path)
    training = TrainingRows.of(parse(path.name, path.read_bytes()), rows, noise, {})

    assert list(order_problems(FittedEstimator(model, None), training)) == []
