"""Categories come as words, booleans or codes, and go out as probabilities in the contract's order."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC
from tests.predictor.workshop import REPORT

from sayso.contract.admit import FeatureVector, admit
from sayso.contract.freeze import freeze
from sayso.failures import PackError
from sayso.predictor.answer import prediction
from sayso.predictor.manifest import CategoryBaseline
from sayso.predictor.pack import pack
from sayso.predictor.package import Package
from sayso.predictor.packing.coding import Codes
from sayso.wire import JSON

COLOURS = ("green", "red", "blue")
SIZES = ("small", "large", "huge")


def _rows(count: int = 150) -> pd.DataFrame:
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "colour": random.choice(COLOURS, count),
            "width": random.uniform(0, 10, count).round(1),
            "fragile": random.choice(["yes", "no"], count),
            "depth": random.uniform(0, 10, count).round(1),
        }
    )


def _price(rows: pd.DataFrame) -> "pd.Series[float]":
    return rows["width"] * 2 + rows["depth"] + (rows["colour"] == "red") * 5 + rows["fragile"].isin(["yes", True]) * 3


def _size(rows: pd.DataFrame) -> "pd.Series[object]":
    return pd.Series(np.select([_price(rows) < 12, _price(rows) < 22], ["small", "large"], "huge"))


NUMBER: dict[str, JSON] = {"name": "price", "range": [-100, 100]}
CATEGORY: dict[str, JSON] = {"name": "size", "type": "category", "values": list(SIZES)}


def _contract(folder: Path, target: dict[str, JSON]) -> Path:
    number: JSON = {"type": "number", "range": [0, 10]}
    features: dict[str, JSON] = {
        "colour": {"type": "category", "values": {colour: [] for colour in COLOURS}},
        "width": number,
        "fragile": {"type": "category", "values": {"yes": [], "no": []}},
        "depth": number,
    }
    document = {
        "contract": "parcel",
        "version": "1.0.0",
        "target": target,
        "feature_columns": list(features),
        "features": features,
    }
    path = folder / "contract.json"
    path.write_bytes(freeze("contract", json.dumps(document).encode()))
    return path


def _pack(
    folder: Path,
    model: BaseEstimator,
    rows: pd.DataFrame,
    target: Any,
    described: dict[str, JSON],
    codes: Codes | None = None,
) -> Package:
    contract = _contract(folder, described)
    return pack(model, rows, target, contract=contract, folder=folder / "p", report=REPORT, codes=codes)


def _encoded(model: BaseEstimator, numbers: Any = "passthrough", **options: object) -> BaseEstimator:
    words = OneHotEncoder(sparse_output=False, **options)
    steps = [("words", words, ["colour", "fragile"]), ("numbers", numbers, ["width", "depth"])]
    return make_pipeline(ColumnTransformer(steps), model)


def _answers(package: Package, rows: pd.DataFrame) -> list[Mapping[str, JSON]]:
    vectors = [admit(package.contract, row) for row in rows.to_dict("records")]
    outputs = package.predict([vector for vector in vectors if isinstance(vector, FeatureVector)])
    return [prediction(package, output) for output in outputs]


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(_encoded(LinearRegression(), StandardScaler()), id="one-hot, scaler, linear"),
        pytest.param(_encoded(GradientBoostingRegressor(n_estimators=20, random_state=0)), id="one-hot, trees"),
        pytest.param(_encoded(xgboost.XGBRegressor(n_estimators=20, n_jobs=1)), id="one-hot, XGBoost"),
        pytest.param(
            make_pipeline(
                ColumnTransformer([("words", OrdinalEncoder(), ["colour", "fragile"])], remainder="passthrough"),
                GradientBoostingRegressor(n_estimators=20, random_state=0),
            ),
            id="ordinal, trees",
        ),
    ],
)
def test_words_are_read_by_the_encoders_in_the_pipeline(tmp_path: Path, model: BaseEstimator) -> None:
    """The package takes the contract's words and gives what the pipeline gives."""
    rows = _rows()
    package = _pack(tmp_path, model.fit(rows, _price(rows)), rows, _price(rows), NUMBER)
    new = _rows(200)[150:]

    answers = [answer["value"] for answer in _answers(package, new)]

    assert answers == pytest.approx(model.predict(new).tolist(), rel=1e-5)
    assert package.manifest.model.inputs == ["numbers", "words"]


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(_encoded(LogisticRegression(), StandardScaler()), id="logistic"),
        pytest.param(_encoded(RandomForestClassifier(20, random_state=0)), id="forest"),
        pytest.param(_encoded(GradientBoostingClassifier(n_estimators=10, random_state=0)), id="boosting"),
        pytest.param(_encoded(lightgbm.LGBMClassifier(n_estimators=10, verbose=-1, n_jobs=1)), id="LightGBM"),
        pytest.param(
            _encoded(CalibratedClassifierCV(RandomForestClassifier(10, random_state=0), cv=3)), id="calibrated"
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:X does not have valid feature names")  # LightGBM, of its own array
def test_a_classifier_gives_the_probability_of_every_class(tmp_path: Path, model: BaseEstimator) -> None:
    """Probabilities stand in the contract's order, whatever the estimator's is, and the value is the most probable."""
    rows = _rows()
    package = _pack(tmp_path, model.fit(rows, _size(rows)), rows, _size(rows), CATEGORY)
    new = _rows(200)[150:]
    expected = pd.DataFrame(model.predict_proba(new), columns=model.classes_)[list(SIZES)]

    answers = _answers(package, new)

    assert [list(answer["probabilities"]) for answer in answers] == [list(SIZES)] * 50  # type: ignore[arg-type]
    shares = np.array([list(answer["probabilities"].values()) for answer in answers])  # type: ignore[union-attr]
    assert shares == pytest.approx(expected.to_numpy(), abs=1e-5)
    assert np.abs(shares.sum(axis=1) - 1).max() <= 5e-7
    assert [answer["value"] for answer in answers] == [SIZES[index] for index in shares.argmax(axis=1)]


def test_booleans_are_yes_and_no(tmp_path: Path) -> None:
    """A column of booleans and a target of booleans need no codes."""
    rows = _rows().assign(colour=_rows()["colour"] == "red", fragile=_rows()["fragile"] == "yes")
    late = _price(_rows()) > 20
    model = GradientBoostingClassifier(n_estimators=10, random_state=0).fit(rows, late)
    contract = json.loads(_contract(tmp_path, CATEGORY).read_bytes())
    contract["features"]["colour"]["values"] = {"no": [], "yes": []}
    contract["target"] = {"name": "late", "type": "category", "values": ["yes", "no"]}
    path = tmp_path / "booleans.json"
    unfrozen = {key: value for key, value in contract.items() if "digest" not in key}
    path.write_bytes(freeze("booleans", json.dumps(unfrozen).encode()))

    package = pack(model, rows, late, contract=path, folder=tmp_path / "p", report=REPORT)

    row = {"colour": "yes", "width": 9.0, "fragile": "yes", "depth": 9.0}
    (answer,) = _answers(package, pd.DataFrame([row]))
    truth = model.predict_proba(pd.DataFrame([{**row, "colour": True, "fragile": True}]))[0, 1]
    assert answer["value"] == "yes"
    assert answer["probabilities"]["yes"] == pytest.approx(truth, abs=1e-5)  # type: ignore[index,call-overload]


CODES: Codes = {"colour": {"red": 2, "green": 0, "blue": 7}, "size": {"small": 0, "large": 1, "huge": 2}}


def _coded() -> tuple[pd.DataFrame, "pd.Series[int]"]:
    rows = _rows()
    coded = rows.assign(colour=rows["colour"].map(CODES["colour"]), fragile=rows["fragile"] == "yes")
    return coded, _size(rows).map(CODES["size"])


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(RandomForestClassifier(20, random_state=0), id="forest"),
        pytest.param(xgboost.XGBClassifier(n_estimators=10, n_jobs=1), id="XGBoost"),
        pytest.param(lightgbm.LGBMClassifier(n_estimators=10, verbose=-1, n_jobs=1), id="LightGBM"),
    ],
)
def test_codes_mean_what_the_caller_says(tmp_path: Path, model: BaseEstimator) -> None:
    """The package takes words where the model was fitted on numbers, and gives words for its classes."""
    rows, target = _coded()
    package = _pack(tmp_path, model.fit(rows, target), rows, target, CATEGORY, CODES)

    answers = _answers(package, _rows())

    words = {code: word for word, code in CODES["size"].items()}
    assert [answer["value"] for answer in answers] == [words[code] for code in model.predict(rows).tolist()]


FAULTS: dict[str, tuple[Codes, str]] = {
    "no codes": ({"size": CODES["size"]}, "rows['colour']: holds int64, the contract has words; say which is which"),
    "a word without a code": (
        {**CODES, "colour": {"red": 2, "green": 0}},
        "rows['colour']: has codes for ['green', 'red']; give one of its own to each of",
    ),
    "one code twice": ({**CODES, "colour": {"red": 2, "green": 2, "blue": 7}}, "rows['colour']: has codes for"),
    "a code that never occurs": (
        {**CODES, "colour": {"red": 2, "green": 0, "blue": 8}},
        "rows['colour']: holds [7], which the contract does not list",
    ),
    "codes for a number": ({**CODES, "width": {"a": 1}}, "codes['width']: is for no category of the contract"),
}


@pytest.mark.parametrize(("codes", "message"), FAULTS.values(), ids=FAULTS)
def test_codes_that_leave_doubt_are_refused(tmp_path: Path, codes: Codes, message: str) -> None:
    """Which number is which word is never guessed."""
    rows, target = _coded()
    model = RandomForestClassifier(5, random_state=0).fit(rows, target)

    with pytest.raises(PackError) as raised:
        _pack(tmp_path, model, rows, target, CATEGORY, codes)

    assert message in str(raised.value)


def _refusal(folder: Path, model: BaseEstimator, rows: pd.DataFrame, target: Any, described: dict[str, JSON]) -> str:
    with pytest.raises(PackError) as raised:
        _pack(folder, model, rows, target, described)
    return str(raised.value)


def test_a_word_that_the_contract_does_not_list_is_refused(tmp_path: Path) -> None:
    """The model would know a word that nobody can say."""
    rows = _rows().replace({"colour": {"blue": "navy"}})
    model = _encoded(LinearRegression()).fit(rows, _price(rows))

    message = _refusal(tmp_path, model, rows, _price(rows), NUMBER)

    assert "rows['colour']: holds ['navy'], which the contract does not list among" in message


def test_a_word_that_the_model_never_saw_is_refused(tmp_path: Path) -> None:
    """People could say a word that the model can't know."""
    rows = _rows()
    rows = rows[rows["colour"] != "blue"].reset_index(drop=True)
    model = _encoded(LinearRegression()).fit(rows, _price(rows))

    message = _refusal(tmp_path, model, rows, _price(rows), NUMBER)

    assert "rows['colour']: never holds ['blue']: the model can't know them" in message


def test_an_encoder_for_unknown_words_is_refused(tmp_path: Path) -> None:
    """handle_unknown='ignore' answers for words never seen."""
    rows = _rows()
    model = _encoded(LinearRegression(), handle_unknown="ignore").fit(rows, _price(rows))

    message = _refusal(tmp_path, model, rows, _price(rows), NUMBER)

    assert "step 'columntransformer__words' (OneHotEncoder): has handle_unknown='ignore'" in message


@pytest.mark.parametrize(
    ("model", "message"),
    [
        pytest.param(
            LinearSVC(), "LinearSVC gives no probabilities; wrap it in CalibratedClassifierCV", id="no shares"
        ),
        pytest.param(LinearRegression(), "LinearRegression is no classifier", id="regressor"),
    ],
)
def test_a_category_needs_a_classifier_with_probabilities(tmp_path: Path, model: BaseEstimator, message: str) -> None:
    """A target of words comes with the probability of each."""
    rows, target = _coded()
    fitted = model.fit(rows[["width", "depth"]], target)

    with pytest.raises(PackError) as raised:
        _pack(tmp_path, fitted, rows, target, CATEGORY, CODES)

    assert message in str(raised.value)


def test_a_tuned_threshold_is_refused(tmp_path: Path) -> None:
    """A value that is not the most probable one would contradict the probabilities beside it."""
    rows = _rows().assign(fragile=_rows()["fragile"] == "yes", colour=_rows()["colour"] == "red")
    late = np.where(_price(_rows()) > 20, "yes", "no")
    model = FixedThresholdClassifier(LogisticRegression(max_iter=1000), threshold=0.9, pos_label="yes").fit(rows, late)
    document = json.loads(_contract(tmp_path, CATEGORY).read_bytes())
    document["features"]["colour"]["values"] = {"no": [], "yes": []}
    document["target"] = {"name": "late", "type": "category", "values": ["yes", "no"]}
    unfrozen = {key: value for key, value in document.items() if "digest" not in key}
    (tmp_path / "c.json").write_bytes(freeze("c", json.dumps(unfrozen).encode()))

    with pytest.raises(PackError, match="does not name its most probable class in training row"):
        pack(model, rows, late, contract=tmp_path / "c.json", folder=tmp_path / "p", report=REPORT)


def test_a_bare_booster_is_refused(tmp_path: Path) -> None:
    """A Booster has no classes and no columns of its own; the remedy says what has."""
    rows, target = _coded()
    booster = xgboost.XGBClassifier(n_estimators=2, n_jobs=1).fit(rows, target).get_booster()

    with pytest.raises(PackError, match="load a bare Booster into XGBRegressor, LGBMClassifier or their kin first"):
        _pack(tmp_path, booster, rows, target, CATEGORY, CODES)


def test_the_baseline_counts_words(tmp_path: Path) -> None:
    """Every word of a category is counted, in the contract's order."""
    rows = _rows()
    package = _pack(tmp_path, _encoded(LinearRegression()).fit(rows, _price(rows)), rows, _price(rows), NUMBER)

    described = package.baseline.features["colour"]

    counts = {colour: int((rows["colour"] == colour).sum()) for colour in COLOURS}
    assert described == CategoryBaseline(150, counts)
    assert list(package.training_ranges) == ["width", "depth"]


def _wide(folder: Path, features: dict[str, JSON]) -> Path:
    document = {
        "contract": "wide",
        "version": "1.0.0",
        "target": {"name": "score", "range": [-1e6, 1e6]},
        "feature_columns": list(features),
        "features": features,
    }
    path = folder / "wide.json"
    path.write_bytes(freeze("wide", json.dumps(document).encode()))
    return path


def test_forty_features_are_packed(tmp_path: Path) -> None:
    """Names with spaces, brackets and per cent signs are kept apart and in order."""
    random = np.random.default_rng(0)
    names = [f"measure {index} (in %)" for index in range(20)] + [f"measure-{index}: in %" for index in range(20)]
    rows = pd.DataFrame(random.normal(size=(200, 40)).round(2), columns=names)
    target = rows.to_numpy() @ np.arange(40)
    model = make_pipeline(ColumnTransformer([("all", StandardScaler(), names)]), LinearRegression()).fit(rows, target)
    contract = _wide(tmp_path, {name: {"type": "number", "range": [-9, 9]} for name in names})

    package = pack(model, rows, target, contract=contract, folder=tmp_path / "p", report=REPORT)

    assert package.predict_rows(rows.to_numpy().tolist()) == pytest.approx(target.tolist(), rel=1e-4, abs=1e-4)


def test_two_hundred_words_are_packed(tmp_path: Path) -> None:
    """A category of 200 values is one column of words."""
    words = [f"town {index}" for index in range(200)]
    rows = pd.DataFrame({"town": words * 2, "people": np.arange(400.0)})
    target = np.tile(np.arange(200.0) * 3, 2) + rows["people"]
    encoder = ColumnTransformer([("town", OneHotEncoder(sparse_output=False), ["town"])], remainder="passthrough")
    model = make_pipeline(encoder, LinearRegression()).fit(rows, target)
    values: JSON = {word: [] for word in words}
    features: dict[str, JSON] = {
        "town": {"type": "category", "values": values},
        "people": {"type": "number", "range": [0, 1e4]},
    }

    package = pack(model, rows, target, contract=_wide(tmp_path, features), folder=tmp_path / "p", report=REPORT)

    (answer,) = package.predict_rows([("town 150", 10.0)])
    assert answer == pytest.approx(model.predict(pd.DataFrame({"town": ["town 150"], "people": [10.0]}))[0], rel=1e-5)
