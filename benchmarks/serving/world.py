"""Make the model that every server serves, and the bodies that every server is sent."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor

from sayso.contract.freeze import freeze
from sayso.predictor.pack import Report, pack
from sayso.predictor.package import Package

ROWS = 200
TREES = 200

DOCUMENT = {
    "contract": "bench",
    "version": "1.0.0",
    "target": {"name": "Rate", "type": "number", "unit": "percent", "range": [-50, 50]},
    "feature_columns": ["Year", "Month", "Day", "Real GDP Growth", "Unemployment Rate", "Inflation Rate"],
    "features": {
        "Year": {"type": "integer", "date_part": "year", "range": [1900, 2100]},
        "Month": {"type": "integer", "date_part": "month", "range": [1, 12]},
        "Day": {"type": "integer", "date_part": "day", "range": [1, 31]},
        "Real GDP Growth": {"type": "number", "unit": "percent", "range": [-50, 50]},
        "Unemployment Rate": {"type": "number", "unit": "percent", "range": [0, 100]},
        "Inflation Rate": {"type": "number", "unit": "percent", "range": [-50, 200]},
    },
    "rules": [{"date": ["Year", "Month", "Day"]}],
}
"""Six numbers and a date, which is what research on model servers was done with; every kind of check has work."""


def rows() -> pd.DataFrame:
    """Make rows as statistics offices write them."""
    random = np.random.default_rng(7)
    columns = {
        "Year": random.integers(1950, 2020, ROWS),
        "Month": random.integers(1, 13, ROWS),
        "Day": random.integers(1, 29, ROWS),
        "Real GDP Growth": random.uniform(-5, 9, ROWS).round(1),
        "Unemployment Rate": random.uniform(2, 12, ROWS).round(1),
        "Inflation Rate": random.uniform(-2, 14, ROWS).round(2),
    }
    return pd.DataFrame(columns)


def package(folder: Path) -> Package:
    """Pack a boosted-tree model of usual size."""
    given = rows()
    target = 0.6 * given["Inflation Rate"] - 0.3 * given["Unemployment Rate"] + 0.2 * given["Real GDP Growth"]
    model = GradientBoostingRegressor(n_estimators=TREES, max_depth=3, random_state=0).fit(given, target)
    contract = folder / "contract.json"
    contract.write_bytes(freeze(str(contract), json.dumps(DOCUMENT).encode()))
    return pack(model, given, target.to_numpy(), contract=contract, folder=folder / "package", report=Report("made up"))


def body(instances: int) -> bytes:
    """Give the body of a request with so many instances, as json.dumps writes it."""
    records = rows().to_dict("records")
    return json.dumps({"instances": [records[index % ROWS] for index in range(instances)]}).encode()
