"""Make small worlds for packing: a frozen contract, complete rows, and fitted models over them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sayso.contract.freeze import freeze
from sayso.predictor.pack import Report, pack
from sayso.predictor.package import Package
from sayso.wire import JSON

NAMES = ("width", "depth", "weight")
REPORT = Report(source="made up")


def contract_file(folder: Path, **changes: JSON) -> Path:
    """Write and freeze a contract of three numbers and a number."""
    document: dict[str, JSON] = {
        "contract": "parcel",
        "version": "1.0.0",
        "target": {"name": "price", "type": "number", "unit": "EUR", "range": [-1000, 1000]},
        "feature_columns": list(NAMES),
        "features": {name: {"type": "number", "range": [-100, 100]} for name in NAMES},
    }
    path = folder / "contract.json"
    path.write_bytes(freeze(str(path), json.dumps({**document, **changes}).encode()))
    return path


def numbers(rows: int = 120) -> pd.DataFrame:
    """Make rows of three numbers as people write them: one decimal."""
    values = np.random.default_rng(7).uniform(-50, 50, (rows, len(NAMES))).round(1)
    return pd.DataFrame(values, columns=list(NAMES))


def price(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Make a target that depends on every column, and on each differently."""
    result: NDArray[np.float64] = (
        2 * rows["width"] - rows["depth"].abs() + 0.1 * rows["weight"] * (rows["width"] > 0)
    ).to_numpy(np.float64)
    return result


def fitted(model: BaseEstimator, rows: pd.DataFrame | None = None) -> BaseEstimator:
    """Fit a model on the made-up rows."""
    chosen = numbers() if rows is None else rows
    return model.fit(chosen, price(chosen))


def packed(folder: Path, model: BaseEstimator, report: Report = REPORT) -> Package:
    """Pack a model that was fitted on the made-up rows."""
    rows = numbers()
    return pack(model, rows, price(rows), contract=contract_file(folder), folder=folder / "package", report=report)
