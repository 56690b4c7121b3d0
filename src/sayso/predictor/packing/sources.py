"""Read what ``sayso pack`` is pointed at: training rows from a file, a fitted estimator from a script.

No pickle is ever loaded, because loading one runs whatever it holds. A script of the user's own is run, because the
user names it and it is theirs.
"""

import runpy
from pathlib import Path

import pandas as pd
from sklearn.base import BaseEstimator

from sayso.failures import PackError, Problem

PICKLES = (".pkl", ".pickle", ".joblib", ".dill")


def read_rows(path: Path, target: str) -> tuple[pd.DataFrame, "pd.Series[float]"]:
    """Read a table and take the target's column out of it; an empty cell is a missing value and nothing else is."""
    try:
        table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise PackError([Problem(str(path), f"can't be read as CSV: {error}")]) from error
    if target not in table.columns:
        raise PackError([Problem(str(path), f"has no column {target!r}; it has {list(table.columns)}")])
    return table.drop(columns=[target]), table[target]


def resolve(reference: str) -> BaseEstimator:
    """Run the script of ``FILE.py:NAME`` and give what NAME holds, or what it returns if it is a function."""
    file, _, name = reference.rpartition(":")
    if Path(reference).suffix in PICKLES:
        raise PackError([Problem(reference, f"is a pickle, and loading one runs whatever it holds; {_INSTEAD}")])
    if not file.endswith(".py") or not name.isidentifier():
        raise PackError(
            [Problem(reference, "is not FILE.py:NAME, the script that fits the model and the name it has there")]
        )
    if not Path(file).is_file():
        raise PackError([Problem(file, "is not there")])
    found = runpy.run_path(file, run_name="sayso_pack").get(name)
    if found is None:
        raise PackError([Problem(file, f"defines no {name!r}")])
    model = found if isinstance(found, BaseEstimator) or not callable(found) else found()
    if not isinstance(model, BaseEstimator):
        raise PackError([Problem(reference, f"is a {type(model).__name__}, no scikit-learn estimator")])
    return model


_INSTEAD = "call sayso.predictor.pack.pack(...) where the model is fitted, or point to that script as FILE.py:NAME"
