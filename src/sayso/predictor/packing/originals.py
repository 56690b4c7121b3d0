"""Ask the model that is being packed, as it was before packing: the other side of the agreement gate."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sayso.failures import PackError, Problem
from sayso.predictor.packing.coding import Coding


class Original(Protocol):
    """Answer rows as the model did before it was packed."""

    def answers(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Give [rows, 1] numbers, or [rows, classes] probabilities in the order of the target's values."""
        ...


@dataclass(frozen=True, slots=True)
class FittedEstimator:
    """Ask a fitted estimator, with column names only where it was fitted with them."""

    model: BaseEstimator
    target: Coding | None

    def answers(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Give predictions, or probabilities; raises PackError on several outputs."""
        given = frame if hasattr(self.model, "feature_names_in_") else frame.to_numpy()
        if self.target is None:
            values = np.asarray(self.model.predict(given), dtype=np.float64).reshape(len(frame), -1)
            if values.shape[1] != 1:
                raise PackError([Problem("model", f"gives {values.shape[1]} outputs; pack one model for each target")])
            return values
        shares = np.asarray(self.model.predict_proba(given), dtype=np.float64)
        return shares[:, self.class_order()]

    def class_order(self) -> list[int]:
        """Give, for each of the target's values, its column among the estimator's classes."""
        assert self.target is not None
        classes = self.model.classes_.tolist()
        return [classes.index(code) for code in self.target.codes.values()]

    def most_probable_differs(self, frame: pd.DataFrame) -> int | None:
        """Find a row where ``predict`` is not the most probable class; None where there is none."""
        assert self.target is not None
        shares = self.answers(frame)
        given = frame if hasattr(self.model, "feature_names_in_") else frame.to_numpy()
        codes = list(self.target.codes.values())
        said = np.array([codes.index(code) for code in np.asarray(self.model.predict(given)).tolist()])
        # 1e-6: of two classes that are equal in float32, either may be named.
        behind = shares.max(axis=1) - shares[np.arange(len(frame)), said] > 1e-6
        return int(np.flatnonzero(behind)[0]) if behind.any() else None
