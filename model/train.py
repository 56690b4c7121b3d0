"""Train and pack the reference model: the US three-month Treasury bill rate, one quarter ahead.

Data: `statsmodels.datasets.macrodata`, 203 quarters 1959-2009 (FRED and BLS; public domain). Inflation is its own
``infl`` (CPI change, 400 times the log difference, so at an annual rate); real GDP growth is compounded to an annual
rate from ``realgdp`` as the BEA publishes it, and rounded to two decimals as people quote it.

The split is by time: fitted on 1959-1994, interval calibrated on 1994-2001, everything judged on 2002-2009. The
candidate is chosen by cross-validation inside the first window alone. Each candidate predicts the level, or the change
that is then added to the current rate. Running this again gives the same bytes.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.datasets import macrodata

from sayso.predictor.conformal import split_conformal
from sayso.predictor.manifest import Score
from sayso.predictor.pack import Report, pack
from sayso.predictor.package import Package

HERE = Path(__file__).parent
TRAINED, CALIBRATED = 141, 171
"""Rows before the first are fitted on, before the second calibrate the interval, the rest are held out."""

LEVEL = 0.9
FOLDS = 5

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quarters:
    """Hold the features of each quarter and the rate of the next."""

    rows: pd.DataFrame
    target: Numbers
    names: list[str]
    """Such as ``1959Q2``: the quarter in which the question is asked."""


def quarters() -> Quarters:
    """Build the data; growth needs the quarter before and the target the quarter after."""
    data = macrodata.load_pandas().data
    ratio = data["realgdp"] / data["realgdp"].shift(1)
    columns = {
        "Inflation Rate": data["infl"],
        "Unemployment Rate": data["unemp"],
        # Multiplied out: numpy's power differs in the last digit between CPUs.
        "Real GDP Growth": (100 * (ratio * ratio * ratio * ratio - 1)).round(2),
        "Current Rate": data["tbilrate"],
    }
    names = [f"{year:.0f}Q{quarter:.0f}" for year, quarter in zip(data["year"], data["quarter"], strict=True)]
    rows = pd.DataFrame(columns).iloc[1:-1].reset_index(drop=True)
    return Quarters(rows, data["tbilrate"].to_numpy(np.float64)[2:], names[1:-1])


@dataclass(frozen=True, slots=True)
class Candidate:
    """Name a way to forecast: an estimator of the level, or of the change from the current rate."""

    make: Callable[[], BaseEstimator]
    of_change: bool

    def forecast(self, fit_on: pd.DataFrame, target: Numbers, rows: pd.DataFrame) -> Numbers:
        """Fit anew and forecast the level."""
        base = fit_on["Current Rate"].to_numpy() if self.of_change else 0.0
        added = rows["Current Rate"].to_numpy() if self.of_change else 0.0
        forecast: Numbers = self.make().fit(fit_on, target - base).predict(rows) + added
        return forecast


def _boosting() -> BaseEstimator:
    return GradientBoostingRegressor(n_estimators=200, max_depth=2, learning_rate=0.05, random_state=0)


def _ridge(alpha: float) -> Callable[[], BaseEstimator]:
    return lambda: make_pipeline(StandardScaler(), Ridge(alpha))


LINEAR = "linear regression on the level"
CANDIDATES: Mapping[str, Candidate] = {
    LINEAR: Candidate(LinearRegression, of_change=False),
    "gradient boosting on the level": Candidate(_boosting, of_change=False),
    "gradient boosting on the change": Candidate(_boosting, of_change=True),
    "ridge (alpha 10) on the change": Candidate(_ridge(10), of_change=True),
    "ridge (alpha 100) on the change": Candidate(_ridge(100), of_change=True),
    "ridge (alpha 1000) on the change": Candidate(_ridge(1000), of_change=True),
}


def mean_error(forecast: Numbers, truth: Numbers) -> float:
    """Give the mean absolute error, in percentage points, to the digits worth keeping."""
    return float(f"{np.abs(forecast - truth).mean():.4g}")


def cross_validated(data: Quarters, forecast: Callable[[pd.DataFrame, Numbers, pd.DataFrame], Numbers]) -> float:
    """Judge on later parts of the training window, each after fitting on all before it."""
    rows, target = data.rows[:TRAINED], data.target[:TRAINED]
    errors = [
        mean_error(forecast(rows.iloc[past], target[past], rows.iloc[future]), target[future])
        for past, future in TimeSeriesSplit(FOLDS).split(rows)
    ]
    return float(f"{np.mean(errors):.4g}")


def persistence(_fit_on: pd.DataFrame, _target: Numbers, rows: pd.DataFrame) -> Numbers:
    """Forecast that nothing changes: the baseline that is hard to beat."""
    forecast: Numbers = rows["Current Rate"].to_numpy(np.float64)
    return forecast


def scores(data: Quarters) -> list[Score]:
    """Judge candidates and baselines alike; the candidate with the smallest cross-validated error is chosen."""
    judged = {name: candidate.forecast for name, candidate in CANDIDATES.items()} | {"persistence": persistence}
    fit_on, target = data.rows[:TRAINED], data.target[:TRAINED]
    held_out = data.rows[CALIBRATED:], data.target[CALIBRATED:]
    within = {name: cross_validated(data, forecast) for name, forecast in judged.items()}
    beyond = {name: mean_error(forecast(fit_on, target, held_out[0]), held_out[1]) for name, forecast in judged.items()}
    best = min(CANDIDATES, key=lambda name: within[name])
    kinds = dict.fromkeys(judged, "candidate") | {LINEAR: "baseline", "persistence": "baseline", best: "chosen"}
    return [Score(name, kinds[name], within[name], beyond[name]) for name in judged]


def fit(data: Quarters, chosen: Candidate) -> BaseEstimator:
    """Fit the chosen candidate on the training window, as an estimator of the level.

    A linear change plus the current rate is itself linear in the features, so it becomes one LinearRegression.
    """
    rows, target = data.rows[:TRAINED], data.target[:TRAINED]
    if not chosen.of_change:
        return chosen.make().fit(rows, target)
    current = rows["Current Rate"].to_numpy()
    pipeline = chosen.make().fit(rows, target - current)
    scaler, ridge = pipeline[0], pipeline[1]
    level = LinearRegression().fit(rows, target)
    level.coef_ = ridge.coef_ / scaler.scale_ + (rows.columns == "Current Rate")
    level.intercept_ = float(ridge.intercept_ - (ridge.coef_ * scaler.mean_ / scaler.scale_).sum())
    return level


def report(data: Quarters, model: BaseEstimator, judged: list[Score]) -> Report:
    """Say what is known of the model, good and bad."""
    window = data.rows[TRAINED:CALIBRATED], data.target[TRAINED:CALIBRATED]
    held_out = data.rows[CALIBRATED:], data.target[CALIBRATED:]
    span = f"{data.names[TRAINED]} to {data.names[CALIBRATED - 1]}"
    interval = split_conformal((model.predict(window[0]) - window[1]).tolist(), level=LEVEL, calibration=span)
    covered = (np.abs(model.predict(held_out[0]) - held_out[1]) <= interval.half_width).mean()
    by_name = {score.name: score for score in judged}
    chosen = next(score for score in judged if score.kind == "chosen")
    later = f"{data.names[CALIBRATED]} to {data.names[-1]}"
    return Report(
        source=f"statsmodels macrodata, {data.names[0]} to {data.names[TRAINED - 1]}, target one quarter later",
        scores=judged,
        interval=interval,
        limitations=[
            f"Chosen: {chosen.name}. Held out, {later}: mean absolute error {chosen.held_out_mae}, "
            f"persistence {by_name['persistence'].held_out_mae} percentage points.",
            f"The interval covered {covered:.0%} of the held-out quarters; it was made for {LEVEL:.0%}. "
            "Quarters are not exchangeable, so its level is approximate.",
            "Fitted on 1959-1994: it has not seen rates near zero.",
        ],
    )


def main(folder: Path = HERE) -> Package:
    """Train, judge and pack."""
    data = quarters()
    judged = scores(data)
    chosen = next(score.name for score in judged if score.kind == "chosen")
    model = fit(data, CANDIDATES[chosen])
    return pack(
        model,
        data.rows[:TRAINED],
        data.target[:TRAINED],
        contract=HERE / "feature_columns.json",
        folder=folder,
        report=report(data, model, judged),
    )


if __name__ == "__main__":
    print(f"packed {main().manifest.contract.name}", file=sys.stderr)
