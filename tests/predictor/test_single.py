"""One row at a time is answered as it would be among others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from tests.predictor.test_session import identity, mixed
from tests.predictor.workshop import REPORT, contract_file, fitted, numbers, packed, price

from sayso.contract.admit import FLOAT32_MAX
from sayso.predictor.pack import pack
from sayso.predictor.package import Package
from sayso.predictor.session import Session

_number = st.floats(-FLOAT32_MAX, FLOAT32_MAX) | st.integers(-100, 100).map(float)
_rows = st.lists(st.tuples(_number, _number, _number), min_size=1, max_size=5)


def _classes(factory: pytest.TempPathFactory) -> Package:
    folder = factory.mktemp("classes")
    target = np.where(price(numbers()) > 0, "large", "small")
    contract = contract_file(folder, target={"name": "size", "type": "category", "values": ["small", "large"]})
    model = LogisticRegression().fit(numbers(), target)
    return pack(model, numbers(), target, contract=contract, folder=folder / "p", report=REPORT)


@pytest.fixture(scope="module", params=["line", "trees", "classes"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """Give packages that take numbers only, and answer with a number or with probabilities."""
    match request.param:
        case "line":
            return packed(tmp_path_factory.mktemp("line"), fitted(LinearRegression()))
        case "trees":
            trees = RandomForestRegressor(n_estimators=5, random_state=0)
            return packed(tmp_path_factory.mktemp("trees"), fitted(trees))
        case _:
            return _classes(tmp_path_factory)


@given(_rows)
def test_the_quick_way_gives_what_the_other_gives(package: Package, rows: list[tuple[float, float, float]]) -> None:
    """Bit for bit, whatever was asked before."""
    single = package.session.single_row([1.0, 2.0, 3.0])

    assert single is not None
    assert repr([single.predict(row) for row in rows]) == repr([package.predict_rows([row])[0] for row in rows])


def test_a_model_that_takes_words_has_no_quick_way() -> None:
    """Text can't be bound once."""
    assert Session(mixed(), (1,)).single_row((1.0, "a")) is None


def test_what_was_answered_does_not_change_with_the_next_row() -> None:
    """The memory is written anew; an answer is a copy of it."""
    single = Session(identity()).single_row((0.0, 0.0))
    assert single is not None

    first = single.predict((1.0, 2.0))
    single.predict((3.0, 4.0))

    assert first == [1.0, 2.0]
