"""A prediction is shaped in one place: a number with its interval, or a class with its probabilities."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from tests.predictor.workshop import REPORT, contract_file, fitted, numbers, packed, price

from sayso.predictor.answer import prediction
from sayso.predictor.conformal import split_conformal
from sayso.predictor.pack import Report, pack
from sayso.predictor.package import Package


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """Give a package of two classes."""
    folder = tmp_path_factory.mktemp("classes")
    target = np.where(price(numbers()) > 0, "large", "small")
    contract = contract_file(folder, target={"name": "size", "type": "category", "values": ["small", "large"]})
    model = LogisticRegression().fit(numbers(), target)
    return pack(model, numbers(), target, contract=contract, folder=folder / "p", report=REPORT)


def test_a_number_comes_with_its_interval(tmp_path: Path) -> None:
    """The half-width lies on both sides of the value."""
    interval = split_conformal([0.5] * 20, level=0.9, calibration="made up")
    package = packed(tmp_path, fitted(LinearRegression()), Report("made up", interval=interval))

    assert prediction(package, 4.0) == {
        "value": 4.0,
        "interval": {"level": 0.9, "low": 3.5, "high": 4.5},
        "contract": package.contract.reference,
        "revision": package.revision,
    }


def test_a_number_without_an_interval_has_none(tmp_path: Path) -> None:
    """Nothing is made up where nothing was calibrated."""
    package = packed(tmp_path, fitted(LinearRegression()))

    assert list(prediction(package, 4.0)) == ["value", "contract", "revision"]


@pytest.mark.parametrize(
    ("shares", "value"),
    [([0.25, 0.75], "large"), ([1.0, 0.0], "small"), ([0.5, 0.5], "small")],
    ids=["second", "first", "equal"],
)
def test_a_class_comes_with_every_probability(classes: Package, shares: list[float], value: str) -> None:
    """The value is the most probable, the first of equals."""
    assert prediction(classes, shares) == {
        "value": value,
        "probabilities": dict(zip(["small", "large"], shares, strict=True)),
        "contract": classes.contract.reference,
        "revision": classes.revision,
    }
