"""Train and pack the example `iris`: which species a flower belongs to, with the probability of each.

Data: Fisher's irises as scikit-learn ships them (150 flowers, 1936; public domain). It brings no code but this: the
contract, the settings and the package beside it are all that a deployment needs. Running this again gives the same
bytes.
"""

import sys
from pathlib import Path

import pandas as pd
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from sayso.predictor.pack import Report, pack
from sayso.predictor.package import Package

HERE = Path(__file__).parent
FOLDS = 10
DIGITS = 6


def flowers() -> tuple[pd.DataFrame, "pd.Series[object]"]:
    """Give the flowers' measures in cm under the contract's names, and their species in words."""
    found = load_iris(as_frame=True)
    rows = found.data.rename(columns=lambda name: name.removesuffix(" (cm)"))
    return rows, found.target.map(dict(enumerate(found.target_names.tolist()))).astype(object)


def fit(rows: pd.DataFrame, species: "pd.Series[object]") -> LogisticRegression:
    """Fit, and round what was fitted: the digits below depend on the CPU, and packing must not."""
    model = _model().fit(rows, species)
    model.coef_, model.intercept_ = model.coef_.round(DIGITS), model.intercept_.round(DIGITS)
    return model


def _model() -> LogisticRegression:
    # Newton's method ends within 1e-10 of the optimum, so that rounding to six digits hides where it ended.
    return LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=1000)


def main(folder: Path = HERE) -> Package:
    """Train, judge and pack."""
    rows, species = flowers()
    right = cross_val_score(_model(), rows, species, cv=FOLDS).mean()
    always = cross_val_score(DummyClassifier(), rows, species, cv=FOLDS).mean()
    report = Report(
        source="sklearn.datasets.load_iris, all 150 flowers",
        limitations=[
            f"Cross-validated in {FOLDS} parts, it names {right:.1%} of the species rightly; "
            f"always naming the same one, {always:.1%}.",
            "It knows three species, and takes every flower for one of them.",
        ],
    )
    return pack(
        fit(rows, species),
        rows,
        species,
        contract=HERE / "feature_columns.json",
        folder=folder,
        report=report,
    )


if __name__ == "__main__":
    print(f"packed {main().manifest.contract.name}", file=sys.stderr)
