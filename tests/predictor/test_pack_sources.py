"""Rows and models are read from files without ever loading a pickle."""

import pickle
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from tests.predictor.workshop import fitted, numbers, price

from sayso.failures import PackError
from sayso.predictor.packing.sources import load_model, parse_codes, read_rows


def _table(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text)
    return path


def test_rows_and_target_are_taken_apart(tmp_path: Path) -> None:
    """Words such as NA, None and null stay words; only an empty cell is missing."""
    rows, target = read_rows(_table(tmp_path, "answer,width,price\nNA,1.5,3\nNone,,4\nnull,2,5\n"), "price")

    assert rows["answer"].tolist() == ["NA", "None", "null"]
    assert rows["width"].isna().tolist() == [False, True, False]
    assert target.tolist() == [3, 4, 5]


def test_parquet_is_read_too(tmp_path: Path) -> None:
    """Types come with the file."""
    table = numbers().assign(price=price(numbers()))
    table.to_parquet(tmp_path / "rows.parquet")

    rows, target = read_rows(tmp_path / "rows.parquet", "price")

    pd.testing.assert_frame_equal(rows, numbers())
    assert target.tolist() == price(numbers()).tolist()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.csv", b"", "can't be read as a table"),
        ("rows.csv", b"width\n1\n", "has no column 'price'; it has ['width']"),
        ("rows.csv", b"\xff\xfe\x00", "can't be read as a table"),
        ("rows.parquet", b"width\n1\n", "can't be read as a table"),
        ("missing.csv", None, "can't be read as a table"),
    ],
    ids=["empty", "no target", "no text", "no parquet", "missing"],
)
def test_a_table_that_can_not_be_used_is_named(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    """The file and the reason are in one line."""
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(PackError) as raised:
        read_rows(tmp_path / name, "price")

    assert message in str(raised.value)
    assert name in str(raised.value)


@pytest.mark.parametrize(
    "model",
    [LinearRegression(), RandomForestRegressor(3, random_state=0), HistGradientBoostingRegressor(max_iter=3)],
    ids=["linear", "forest", "histogram boosting"],
)
def test_a_model_is_read_from_skops(tmp_path: Path, model: BaseEstimator) -> None:
    """Data becomes objects of known types only, and answers as before."""
    skops.io.dump(fitted(model), tmp_path / "model.skops")

    loaded = load_model(str(tmp_path / "model.skops"))

    assert isinstance(loaded, BaseEstimator)
    assert loaded.predict(numbers()).tolist() == model.predict(numbers()).tolist()


def test_a_type_that_is_not_on_the_list_is_refused(tmp_path: Path) -> None:
    """The list is fixed; what a file says of itself is not trusted."""
    model = make_pipeline(FunctionTransformer(SimpleNamespace), LinearRegression())
    skops.io.dump(model, tmp_path / "model.skops")

    with pytest.raises(PackError, match=r"holds \['types.SimpleNamespace'\], which are not on the list"):
        load_model(str(tmp_path / "model.skops"))


class _Trap:
    """Leave a mark when unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self._mark,)


@pytest.mark.parametrize("name", ["model.pkl", "model.pickle", "model.joblib", "model.skops", "model.onnx"])
def test_no_pickle_is_ever_loaded(tmp_path: Path, name: str) -> None:
    """A pickle runs what it holds; under any name it is not run."""
    (tmp_path / name).write_bytes(pickle.dumps(_Trap(tmp_path / "mark")))

    try:
        loaded = load_model(str(tmp_path / name))
    except PackError:
        loaded = b""

    assert isinstance(loaded, bytes)
    assert not (tmp_path / "mark").exists()


SCRIPT = """
from sklearn.linear_model import LinearRegression

model = LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0])
number = 3


def make():
    return model
"""


@pytest.mark.parametrize("name", ["model", "make"], ids=["a name", "a function"])
def test_a_model_is_taken_from_a_script(tmp_path: Path, name: str) -> None:
    """The user's own script is run, and what it names is packed."""
    (tmp_path / "train.py").write_text(SCRIPT)

    loaded = load_model(f"{tmp_path / 'train.py'}:{name}")

    assert isinstance(loaded, LinearRegression)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("train.py:missing", "defines no 'missing'"),
        ("train.py:number", "is a int, no scikit-learn estimator"),
        ("train.py", "is none of FILE.py:NAME, FILE.skops and FILE.onnx"),
        ("other.py:model", "is not there"),
        ("model.skops", "is not there"),
        ("model.onnx", "is not there"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: str, message: str
) -> None:
    """The place and the reason are in one line."""
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text(SCRIPT)

    with pytest.raises(PackError) as raised:
        load_model(reference)

    assert message in str(raised.value)


def test_codes_are_read_as_what_they_are() -> None:
    """Whole numbers, numbers, booleans and words."""
    codes = parse_codes(["sex=female:1,male:2", "grade=low:0.5,high:A", "late=yes:true,no:false"])

    assert codes == {
        "sex": {"female": 1, "male": 2},
        "grade": {"low": 0.5, "high": "A"},
        "late": {"yes": True, "no": False},
    }


@pytest.mark.parametrize("text", ["sex", "sex=", "sex=female", "=female:1", "sex=female:", "sex=:1"])
def test_codes_that_can_not_be_read_are_named(text: str) -> None:
    """The option's form is shown."""
    with pytest.raises(PackError, match="is not NAME=WORD:CODE,WORD:CODE"):
        parse_codes([text])


def test_rows_of_one_kind_are_unchanged_by_reading(tmp_path: Path) -> None:
    """A CSV that was written from numbers gives the same numbers."""
    numbers().assign(price=price(numbers())).to_csv(tmp_path / "rows.csv", index=False)

    rows, _ = read_rows(tmp_path / "rows.csv", "price")

    assert np.array_equal(rows.to_numpy(), numbers().to_numpy())
