"""A model that is ONNX already is packed in the same form, or refused with the reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from tests.predictor.workshop import NAMES, REPORT, contract_file, fitted, numbers, price

from sayso.contract.freeze import freeze
from sayso.failures import PackError
from sayso.predictor.pack import pack_onnx
from sayso.predictor.package import Package
from sayso.predictor.packing.coding import Codes
from sayso.wire import JSON

SIZES: dict[str, JSON] = {"name": "size", "type": "category", "values": ["small", "large"]}
MATRIX = [("x", FloatTensorType([None, 3]))]
COLUMNS = [(name, FloatTensorType([None, 1])) for name in NAMES]


def _exported(model: BaseEstimator, inputs: Any = MATRIX, **options: object) -> bytes:
    made = to_onnx(model, initial_types=inputs, target_opset={"": 18, "ai.onnx.ml": 3}, **options)
    body: bytes = made.SerializeToString()
    return body


def _pack(folder: Path, model: bytes, truth: object = None, codes: Codes | None = None, **contract: JSON) -> Package:
    rows = numbers()
    wanted = price(rows) if truth is None else truth
    path = contract_file(folder, **contract)
    return pack_onnx(model, rows, wanted, contract=path, folder=folder / "package", report=REPORT, codes=codes)


def _refusal(folder: Path, model: bytes, truth: object = None, codes: Codes | None = None, **contract: JSON) -> str:
    with pytest.raises(PackError) as raised:
        _pack(folder, model, truth, codes, **contract)
    return str(raised.value)


def _edited(body: bytes, change: Callable[[onnx.ModelProto], object]) -> bytes:
    model = onnx.load_from_string(body)
    change(model)
    changed: bytes = model.SerializeToString()
    return changed


@pytest.mark.parametrize(
    ("model", "inputs"),
    [
        pytest.param(LinearRegression(), MATRIX, id="one matrix"),
        pytest.param(GradientBoostingRegressor(n_estimators=10, random_state=0), MATRIX, id="trees"),
        pytest.param(LinearRegression(), [("x", DoubleTensorType([None, 3]))], id="doubles in and out"),
        pytest.param(
            make_pipeline(ColumnTransformer([("all", "passthrough", list(NAMES))]), LinearRegression()),
            COLUMNS,
            id="an input for each feature",
        ),
    ],
)
def test_a_regressor_is_packed_and_answers_as_it_did(tmp_path: Path, model: BaseEstimator, inputs: Any) -> None:
    """Whatever its inputs were, the package takes one matrix of numbers."""
    package = _pack(tmp_path, _exported(fitted(model), inputs))

    answers = package.predict_rows(numbers().to_numpy().tolist())

    assert answers == pytest.approx(model.predict(numbers()).tolist(), rel=1e-5, abs=1e-4)
    assert (package.manifest.model.estimator, package.manifest.model.inputs) == ("ready-made ONNX", ["numbers"])


def test_inputs_in_another_order_are_fed_by_name(tmp_path: Path) -> None:
    """An input for each feature is known by its name, wherever it stands."""
    model = fitted(make_pipeline(ColumnTransformer([("all", "passthrough", list(NAMES))]), LinearRegression()))

    package = _pack(tmp_path, _exported(model, COLUMNS[::-1]))

    assert package.predict_rows([(1.0, 2.0, 3.0)]) == pytest.approx(
        model.predict(pd.DataFrame([[1.0, 2.0, 3.0]], columns=list(NAMES))).tolist(), rel=1e-5
    )


def _size() -> np.ndarray[Any, Any]:
    return np.where(price(numbers()) > 0, "large", "small")


@pytest.mark.parametrize("zipmap", [True, False], ids=["ZipMap", "label and probabilities"])
def test_a_classifier_is_packed_with_its_labels(tmp_path: Path, zipmap: bool) -> None:
    """Labels come from the ZipMap, or are seen on the training rows; probabilities stand in the contract's order."""
    model = LogisticRegression().fit(numbers(), _size())
    body = _exported(model, options={id(model): {"zipmap": zipmap}})

    package = _pack(tmp_path, body, _size(), target=SIZES)

    (shares,) = package.predict_rows([(1.0, 2.0, 3.0)])
    expected = model.predict_proba(pd.DataFrame([[1.0, 2.0, 3.0]], columns=list(NAMES)))[0, ::-1]
    assert shares == pytest.approx(expected.tolist(), abs=1e-5)


def test_numeric_labels_need_codes(tmp_path: Path) -> None:
    """0 and 1 are no words; with codes they are."""
    target = (price(numbers()) > 0).astype(int)
    body = _exported(RandomForestClassifier(5, random_state=0).fit(numbers(), target))

    package = _pack(tmp_path, body, target, {"size": {"small": 0, "large": 1}}, target=SIZES)

    assert package.manifest.golden_rows[0].probabilities is not None
    assert "say which is which" in _refusal(tmp_path, body, target, target=SIZES)


def test_labels_that_the_contract_does_not_know_are_refused(tmp_path: Path) -> None:
    """The model's classes must be the contract's."""
    model = LogisticRegression().fit(numbers(), np.where(price(numbers()) > 0, "big", "small"))

    message = _refusal(tmp_path, _exported(model), _size(), target=SIZES)

    assert "knows the classes ['big', 'small'], the contract's stand for ['small', 'large']" in message


def test_labels_that_do_not_show_are_refused(tmp_path: Path) -> None:
    """Where one class is never the most probable, its column can't be told."""
    target = np.array(["small"] * 119 + ["large"])
    model = LogisticRegression(C=1e-9).fit(numbers(), target)

    message = _refusal(tmp_path, _exported(model, options={id(model): {"zipmap": False}}), target, target=SIZES)

    assert "does not show which column is which class" in message


def test_an_imputer_is_refused_by_its_node(tmp_path: Path) -> None:
    """A graph that fills in values is refused as a pipeline is."""
    model = fitted(make_pipeline(SimpleImputer(), LinearRegression()))

    assert "(Imputer): fills in values that nobody stated" in _refusal(tmp_path, _exported(model))


def test_an_encoder_for_unknown_words_is_refused(tmp_path: Path) -> None:
    """zeros=1 in a graph is handle_unknown='ignore'."""
    rows = pd.DataFrame({"colour": ["red", "green"] * 20, "width": np.arange(40.0)})
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    steps = ColumnTransformer([("word", encoder, ["colour"])], remainder="passthrough")
    model = make_pipeline(steps, LinearRegression()).fit(rows, rows["width"])
    features: dict[str, JSON] = {
        "colour": {"type": "category", "values": {"red": [], "green": []}},
        "width": {"type": "number", "range": [0, 100]},
    }
    document = {
        "contract": "parcel",
        "version": "1.0.0",
        "target": {"name": "price", "range": [-1000, 1000]},
        "feature_columns": list(features),
        "features": features,
    }
    path = tmp_path / "c.json"
    path.write_bytes(freeze("c", json.dumps(document).encode()))
    body = _exported(model, [("colour", StringTensorType([None, 1])), ("width", FloatTensorType([None, 1]))])

    with pytest.raises(PackError, match="takes unknown categories as none of the known"):
        pack_onnx(body, rows, rows["width"], contract=path, folder=tmp_path / "p", report=REPORT)


def test_a_nameless_model_of_another_column_order_is_refused(tmp_path: Path) -> None:
    """Its training rows fit better with the columns swapped."""
    rows = numbers()
    model = LinearRegression().fit(rows[["depth", "width", "weight"]].to_numpy(), price(rows))

    assert "seem to be in another order" in _refusal(tmp_path, _exported(model))


def _narrow() -> bytes:
    model = LinearRegression().fit(numbers().to_numpy()[:, :2], price(numbers()))
    return _exported(model, [("x", FloatTensorType([None, 2]))])


def _two_outputs() -> bytes:
    node = helper.make_node("Identity", ["variable"], ["twin"])
    twin = helper.make_tensor_value_info("twin", TensorProto.FLOAT, [None, 1])

    def change(model: onnx.ModelProto) -> None:
        model.graph.node.append(node)
        model.graph.output.append(twin)

    return _edited(_exported(fitted(LinearRegression())), change)


def _old() -> bytes:
    made = to_onnx(fitted(LinearRegression()), initial_types=MATRIX, target_opset={"": 11, "ai.onnx.ml": 1})
    body: bytes = made.SerializeToString()
    return body


def _other_names() -> bytes:
    names = ["width", "depth", "height"]
    model = fitted(
        make_pipeline(ColumnTransformer([("all", "passthrough", names)]), LinearRegression()),
        numbers().assign(height=1.0, weight=numbers()["weight"]),
    )
    return _exported(model, [(name, FloatTensorType([None, 1])) for name in [*names, "weight"]])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: b"no model", "is no sound ONNX model", id="no model"),
        pytest.param(_narrow, "takes an input of the shape [0, 2]; the contract lists 3 features", id="too narrow"),
        pytest.param(_two_outputs, "gives 2 outputs of numbers; pack one for each target", id="two outputs"),
        pytest.param(_old, "is of ONNX operator set 11; convert it to 13 or later", id="old operators"),
        pytest.param(_other_names, "it must take one matrix, or the contract's ['width', 'depth'", id="other inputs"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(tmp_path: Path, make: Callable[[], bytes], message: str) -> None:
    """The reason says what was found and what is wanted."""
    assert message in _refusal(tmp_path, make())


def _in_another_order(model: onnx.ModelProto) -> None:
    """Name the operator sets the other way round, and one of them twice."""
    sets = [*reversed(model.opset_import), model.opset_import[0]]
    named = [helper.make_opsetid(item.domain, item.version) for item in sets]
    del model.opset_import[:]
    model.opset_import.extend(named)


def test_the_order_in_which_a_converter_names_operator_sets_changes_nothing(tmp_path: Path) -> None:
    """Converters name them in an order that differs from run to run; the packed bytes are the same."""
    body = _exported(fitted(LinearRegression()))
    (tmp_path / "other").mkdir()

    packed = _pack(tmp_path, body)
    other = _pack(tmp_path / "other", _edited(body, _in_another_order))

    assert (other.folder / "model.onnx").read_bytes() == (packed.folder / "model.onnx").read_bytes()
