"""A fitted model becomes a package that answers as it does, or is refused with every reason and remedy."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - makes IterativeImputer importable
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.impute import IterativeImputer, KNNImputer, MissingIndicator, SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, PolynomialFeatures, StandardScaler
from tests.predictor.workshop import NAMES, REPORT, contract_file, fitted, numbers, packed, price
from xgboost import XGBRegressor

from sayso.contract.admit import FeatureVector, admit
from sayso.failures import DocumentError, PackError
from sayso.predictor.manifest import Score
from sayso.predictor.pack import Report, pack
from sayso.predictor.package import Package

BOOSTED = GradientBoostingRegressor(n_estimators=10, random_state=0)


def _refused(folder: Path, model: BaseEstimator, rows: pd.DataFrame, target: object) -> str:
    with pytest.raises(PackError) as raised:
        pack(model, rows, target, contract=contract_file(folder), folder=folder / "package", report=REPORT)
    assert not (folder / "package").exists()
    return str(raised.value)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(LinearRegression(), id="linear"),
        pytest.param(make_pipeline(StandardScaler(), Ridge()), id="scaler and ridge"),
        pytest.param(make_pipeline(PolynomialFeatures(2), Ridge()), id="derived columns"),
        pytest.param(BOOSTED, id="gradient boosting"),
        pytest.param(RandomForestRegressor(10, random_state=0), id="forest"),
    ],
)
def test_a_regressor_is_packed_and_answers_as_it_did(tmp_path: Path, model: BaseEstimator) -> None:
    """The package gives what the estimator gives, on rows that neither was fitted on too."""
    package = packed(tmp_path, fitted(model))
    rows = numbers(150)[120:]
    vectors = [admit(package.contract, row) for row in rows.to_dict("records")]

    answers = package.predict([vector for vector in vectors if isinstance(vector, FeatureVector)])

    assert answers == pytest.approx(model.predict(rows).tolist(), rel=1e-5, abs=1e-5)


def test_packing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the moment or the place goes into a package."""
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        package = packed(tmp_path / name, fitted(BOOSTED))
        made.append({path.name: path.read_bytes() for path in package.folder.iterdir()})

    assert made[0] == made[1]


def test_a_package_says_what_it_is(tmp_path: Path) -> None:
    """Scores, interval, limitations, training data and converters are in the manifest."""
    score = Score("persistence", "baseline", 0.7, 0.8)

    report = Report("made up", scores=[score], limitations=["Made up."])

    manifest = packed(tmp_path, fitted(BOOSTED), report).manifest

    assert (manifest.scores, manifest.limitations, manifest.interval) == ([score], ["Made up."], None)
    assert (manifest.model.estimator, manifest.training.rows) == ("GradientBoostingRegressor", 120)
    assert set(manifest.files) == {"feature_columns.json", "model.onnx", "baseline.json"}
    assert manifest.agreement.split_point_rows > 100


IMPUTING = [
    pytest.param(make_pipeline(SimpleImputer(), Ridge()), "simpleimputer", "SimpleImputer", id="simple"),
    pytest.param(make_pipeline(KNNImputer(), Ridge()), "knnimputer", "KNNImputer", id="nearest neighbours"),
    pytest.param(make_pipeline(IterativeImputer(), Ridge()), "iterativeimputer", "IterativeImputer", id="iterative"),
    pytest.param(
        make_pipeline(
            ColumnTransformer(
                [("numbers", make_pipeline(SimpleImputer(), StandardScaler()), list(NAMES))], remainder="passthrough"
            ),
            BOOSTED,
        ),
        "columntransformer__numbers__simpleimputer",
        "SimpleImputer",
        id="inside a ColumnTransformer",
    ),
    pytest.param(
        make_pipeline(FeatureUnion([("plain", StandardScaler()), ("filled", SimpleImputer())]), Ridge()),
        "featureunion__filled",
        "SimpleImputer",
        id="inside a FeatureUnion",
    ),
    pytest.param(
        make_pipeline(FeatureUnion([("plain", StandardScaler()), ("gaps", MissingIndicator(features="all"))]), Ridge()),
        "featureunion__gaps",
        "MissingIndicator",
        id="a column that says what is missing",
    ),
]


@pytest.mark.parametrize(("model", "step", "kind"), IMPUTING)
def test_an_imputer_is_refused_by_name_wherever_it_hides(
    tmp_path: Path, model: BaseEstimator, step: str, kind: str
) -> None:
    """A step that fills in values is named with its path in the pipeline, and the remedy."""
    rows = numbers()

    message = _refused(tmp_path, fitted(model), rows, price(rows))

    assert f"step '{step}' ({kind}): fills in values that nobody stated; remove the step" in message


@pytest.mark.parametrize("unknown", ["ignore", "infrequent_if_exist"])
def test_an_encoder_that_swallows_unknown_words_is_refused(tmp_path: Path, unknown: str) -> None:
    """handle_unknown must be error; whatever else answers for words never seen."""
    encoder = OneHotEncoder(handle_unknown=unknown)
    model = make_pipeline(ColumnTransformer([("kind", encoder, ["width"])], remainder="passthrough"), Ridge())
    rows = numbers()

    message = _refused(tmp_path, fitted(model), rows, price(rows))

    assert f"step 'columntransformer__kind' (OneHotEncoder): has handle_unknown='{unknown}'" in message


@pytest.mark.parametrize(
    ("model", "message"),
    [
        pytest.param(
            make_pipeline(ColumnTransformer([("some", StandardScaler(), ["width", "depth"])]), Ridge()),
            "step 'columntransformer' (ColumnTransformer): drops the columns ['weight']",
            id="ColumnTransformer",
        ),
        pytest.param(
            make_pipeline(SelectKBest(f_regression, k=2), Ridge()),
            "step 'selectkbest' (SelectKBest): drops the columns ['depth']",
            id="selector",
        ),
    ],
)
def test_a_pipeline_that_drops_a_column_is_refused(tmp_path: Path, model: BaseEstimator, message: str) -> None:
    """Nobody is asked for a value that changes nothing."""
    rows = numbers()

    assert message in _refused(tmp_path, fitted(model), rows, price(rows))


def test_a_selector_that_keeps_everything_is_packed(tmp_path: Path) -> None:
    """What selects all columns drops none."""
    package = packed(tmp_path, fitted(make_pipeline(SelectKBest(f_regression, k=3), Ridge())))

    assert isinstance(package, Package)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        pytest.param(["depth", "width", "weight"], "have the order ['depth', 'width', 'weight']", id="other order"),
        pytest.param(["width", "depth"], "lack ['weight'], which the contract lists", id="one too few"),
        pytest.param(
            ["width", "depth", "height"], "have ['height'], which the contract does not list", id="other name"
        ),
    ],
)
def test_a_model_of_other_columns_is_refused(tmp_path: Path, columns: list[str], message: str) -> None:
    """Names that the estimator kept are compared with the contract: order, number and spelling."""
    rows = numbers()
    other = rows.rename(columns={"weight": "height"} if "height" in columns else {})[columns]
    model = LinearRegression().fit(other, price(rows))

    assert f"the model's columns: {message}" in _refused(tmp_path, model, rows, price(rows))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        pytest.param(["depth", "width", "weight"], "rows: have the order", id="other order"),
        pytest.param(["width", "depth"], "rows: lack ['weight']", id="one too few"),
    ],
)
def test_rows_of_other_columns_are_refused(tmp_path: Path, columns: list[str], message: str) -> None:
    """The rows' names tie the model to the contract, so they must be its names in its order."""
    rows = numbers()

    assert message in _refused(tmp_path, fitted(LinearRegression()), rows[columns], price(rows))


def test_a_nameless_model_of_another_width_is_refused(tmp_path: Path) -> None:
    """An estimator fitted on an array keeps its width, and that is compared."""
    rows = numbers()
    model = LinearRegression().fit(rows.to_numpy()[:, :2], price(rows))

    message = _refused(tmp_path, model, rows, price(rows))

    assert "model: takes 2 columns; the contract lists 3" in message


def test_rows_without_names_are_refused(tmp_path: Path) -> None:
    """An array says nothing about its columns."""
    rows = numbers()

    message = _refused(tmp_path, fitted(LinearRegression()), rows.to_numpy(), price(rows))

    assert "rows: are no pandas DataFrame; name the columns" in message


def test_columns_that_are_numbered_are_refused(tmp_path: Path) -> None:
    """A number is no name that anybody could ask for."""
    rows = numbers().set_axis(range(3), axis=1)

    message = _refused(tmp_path, fitted(LinearRegression()), rows, price(numbers()))

    assert "rows: have columns named [0, 1, 2], which is no text; name them" in message


UNCONVERTIBLE = [
    pytest.param(
        make_pipeline(ColumnTransformer([("all", StandardScaler(), slice("width", "weight"))]), Ridge()),
        "list a ColumnTransformer's columns one by one",
        id="columns as a slice",
    ),
    pytest.param(
        TransformedTargetRegressor(Ridge(), func=np.cbrt, inverse_func=np.sin),
        "fit the regressor inside it on the target itself",
        id="a transformed target",
    ),
    pytest.param(DummyRegressor(), "use a kind that docs/models.md lists", id="no converter"),
    pytest.param(
        XGBRegressor(missing=-999, n_estimators=2, n_jobs=1),
        "leave the parameter missing at its default",
        id="a number that means missing",
    ),
]


@pytest.mark.filterwarnings("ignore:The provided functions")
@pytest.mark.parametrize(("model", "remedy"), UNCONVERTIBLE)
def test_what_can_not_be_converted_is_refused_with_a_remedy(tmp_path: Path, model: BaseEstimator, remedy: str) -> None:
    """The converter's own words, and what to do."""
    message = _refused(tmp_path, fitted(model), numbers(), price(numbers()))

    assert "can't be converted to ONNX" in message
    assert remedy in message


ROW_FAULTS = {
    "missing": (
        lambda rows: rows.assign(depth=rows["depth"].where(rows.index > 2)),
        "rows['depth']: has 3 missing values, the first in row 0",
    ),
    "text": (lambda rows: rows.assign(depth=rows["depth"].astype(str)), "rows['depth']: holds"),
    "booleans": (lambda rows: rows.assign(depth=rows["depth"] > 0), "rows['depth']: holds bool"),
    "beyond the range": (lambda rows: rows.assign(depth=rows["depth"] * 10), "values outside -100 to 100"),
    "infinite": (lambda rows: rows.assign(depth=np.inf), "rows['depth']: holds infinite values"),
}


@pytest.mark.parametrize(("change", "message"), ROW_FAULTS.values(), ids=ROW_FAULTS)
def test_rows_that_the_contract_does_not_admit_are_refused(
    tmp_path: Path, change: Callable[..., Any], message: str
) -> None:
    """A model must not have learned from what nobody may say."""
    rows = numbers()

    assert message in _refused(tmp_path, fitted(LinearRegression()), change(rows), price(rows))


TARGET_FAULTS = {
    "missing": (lambda target: np.where(np.arange(120) < 2, np.nan, target), "target: has 2 missing values"),
    "too short": (lambda target: target[:100], "target: has 100 values for 120 rows"),
    "two columns": (lambda target: np.column_stack([target, target]), "target: has the shape (120, 2)"),
    "beyond the range": (lambda target: target * 100, "values outside -1000 to 1000"),
    "text": (lambda target: target.astype(str), "the contract says number"),
}


@pytest.mark.parametrize(("change", "message"), TARGET_FAULTS.values(), ids=TARGET_FAULTS)
def test_a_target_that_the_contract_does_not_describe_is_refused(
    tmp_path: Path, change: Callable[..., Any], message: str
) -> None:
    """The target is one complete column of numbers in range."""
    rows = numbers()

    assert message in _refused(tmp_path, fitted(LinearRegression()), rows, change(price(rows)))


def test_a_model_of_several_outputs_is_refused(tmp_path: Path) -> None:
    """One contract has one target."""
    rows = numbers()
    model = LinearRegression().fit(rows, np.column_stack([price(rows), price(rows)]))

    assert "gives 2 outputs; pack one model for each target" in _refused(tmp_path, model, rows, price(rows))


def test_a_classifier_under_a_number_is_refused(tmp_path: Path) -> None:
    """What the model answers must be what the contract's target is."""
    rows = numbers()
    model = LogisticRegression().fit(rows, price(rows) > 0)

    assert "is no regressor; the contract's target is a number" in _refused(tmp_path, model, rows, price(rows))


def test_a_model_that_was_not_fitted_is_refused(tmp_path: Path) -> None:
    """There is nothing to pack in a recipe."""
    rows = numbers()

    assert "model: is not fitted; fit it first" in _refused(tmp_path, LinearRegression(), rows, price(rows))


def test_a_step_of_own_code_is_refused(tmp_path: Path) -> None:
    """Code that ONNX does not have can't be packed, and the reason says which."""
    rows = numbers()
    model = fitted(make_pipeline(FunctionTransformer(np.cbrt), LinearRegression()))

    message = _refused(tmp_path, model, rows, price(rows))

    assert "can't be converted to ONNX" in message
    assert "FunctionTransformer" in message


def test_every_reason_is_named_at_once(tmp_path: Path) -> None:
    """Nobody has to mend one fault to learn of the next."""
    rows = numbers()[["depth", "width", "weight"]]
    model = fitted(make_pipeline(SimpleImputer(), KNNImputer(), Ridge()), rows)

    message = _refused(tmp_path, model, numbers(), price(numbers()))

    assert all(part in message for part in ("simpleimputer", "knnimputer", "have the order"))


def test_a_contract_that_is_not_frozen_is_refused(tmp_path: Path) -> None:
    """Digests that are not written, or not true, bind nothing."""
    path = contract_file(tmp_path)
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps({**document, "version": "1.0.1"}))
    rows = numbers()

    with pytest.raises(DocumentError, match="the contract was changed after it was frozen"):
        pack(fitted(LinearRegression()), rows, price(rows), contract=path, folder=tmp_path / "package", report=REPORT)


def test_a_refused_model_leaves_the_package_that_was_there(tmp_path: Path) -> None:
    """Nothing is lost: a package is replaced by a sound one only, and other files are left alone."""
    package = packed(tmp_path, fitted(LinearRegression()))
    (package.folder / "train.py").write_text("# mine\n")
    before = {path.name: path.read_bytes() for path in package.folder.iterdir()}
    rows = numbers()

    with pytest.raises(PackError):
        packed(tmp_path, make_pipeline(SimpleImputer(), Ridge()).fit(rows, price(rows)))

    assert {path.name: path.read_bytes() for path in package.folder.iterdir()} == before
