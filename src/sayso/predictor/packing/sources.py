"""Read what ``sayso pack`` is pointed at: training rows from a file, a fitted model from a script, skops or ONNX.

No pickle is ever loaded, because loading one runs whatever it holds. A script of the user's own is run, because the
user names it and it is theirs. skops reads data, and only types on a fixed list become objects.
"""

import runpy
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import skops.io
from sklearn.base import BaseEstimator
from skops.io.exceptions import UntrustedTypesFoundException

from sayso.failures import PackError, Problem
from sayso.predictor.packing.coding import Code

PICKLES = (".pkl", ".pickle", ".joblib", ".dill")

TRUSTED = (
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRegressor",
)
"""What a skops file may hold beyond what skops trusts itself: the types of the models that we know how to pack."""


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV or Parquet table; in CSV an empty cell is a missing value, and nothing else is."""
    try:
        if path.suffix == ".parquet":
            return pa.parquet.read_table(path).to_pandas()
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
    except (OSError, ValueError, pa.ArrowException) as error:
        raise PackError([Problem(str(path), f"can't be read as a table: {str(error)[:200]}")]) from error


def read_rows(path: Path, target: str) -> tuple[pd.DataFrame, "pd.Series[object]"]:
    """Read a table and take the target's column out of it."""
    table = read_table(path)
    if target not in table.columns:
        raise PackError([Problem(str(path), f"has no column {target!r}; it has {list(table.columns)}")])
    return table.drop(columns=[target]), table[target]


def load_model(reference: str) -> BaseEstimator | bytes:
    """Load a fitted model: an estimator from ``FILE.py:NAME`` or ``FILE.skops``, or the bytes of ``FILE.onnx``."""
    path = Path(reference)
    if path.suffix in PICKLES:
        raise PackError([Problem(reference, f"is a pickle, and loading one runs whatever it holds; {_INSTEAD}")])
    if path.suffix not in {".onnx", ".skops"}:
        return _run(reference)
    if not path.is_file():
        raise PackError([Problem(reference, "is not there")])
    return path.read_bytes() if path.suffix == ".onnx" else _from_skops(path)


_INSTEAD = "save it with skops, or point to the script that fits it as FILE.py:NAME"


def _from_skops(path: Path) -> BaseEstimator:
    try:
        return _estimator(str(path), skops.io.load(path, trusted=list(TRUSTED)))
    except UntrustedTypesFoundException as error:
        unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED))
        reason = f"holds {unknown}, which are not on the list of known types; pack it where it is fitted"
        raise PackError([Problem(str(path), reason)]) from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise PackError([Problem(str(path), f"can't be read as skops: {str(error)[:200]}")]) from error


def _run(reference: str) -> BaseEstimator:
    """Run a script, and give what a name in it holds, or what it returns if it is a function."""
    file, _, name = reference.rpartition(":")
    if not file.endswith(".py") or not name.isidentifier():
        raise PackError([Problem(reference, "is none of FILE.py:NAME, FILE.skops and FILE.onnx")])
    if not Path(file).is_file():
        raise PackError([Problem(file, "is not there")])
    found = runpy.run_path(file, run_name="sayso_pack").get(name)
    if found is None:
        raise PackError([Problem(file, f"defines no {name!r}")])
    return _estimator(reference, found if isinstance(found, BaseEstimator) or not callable(found) else found())


def _estimator(reference: str, found: object) -> BaseEstimator:
    if not isinstance(found, BaseEstimator):
        raise PackError([Problem(reference, f"is a {type(found).__name__}, no scikit-learn estimator")])
    return found


def parse_codes(given: list[str]) -> dict[str, dict[str, Code]]:
    """Read ``NAME=WORD:CODE,WORD:CODE``, once for each category that was fitted on codes."""
    return dict(_codes(text) for text in given)


def _codes(text: str) -> tuple[str, dict[str, Code]]:
    name, _, pairs = text.partition("=")
    split = [pair.rpartition(":") for pair in pairs.split(",")]
    if not name or not all(word and code for word, _, code in split):
        raise PackError([Problem(f"--codes {text}", "is not NAME=WORD:CODE,WORD:CODE, such as sex=female:1,male:2")])
    return name, {word: _code(code) for word, _, code in split}


_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}


def _code(text: str) -> Code:
    """Read a code as a boolean or a number where it is one."""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    return next(_numbers(text), text)


def _numbers(text: str) -> Iterator[int | float]:
    for kind in (int, float):
        try:
            yield kind(text)
        except ValueError:
            continue
