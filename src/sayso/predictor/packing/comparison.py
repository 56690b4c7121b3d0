"""Compare answers of a packed model with those of its original, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sayso.failures import PackError, Problem
from sayso.predictor.packing.originals import Original
from sayso.predictor.packing.rows import TrainingRows
from sayso.predictor.packing.splits import Probe
from sayso.predictor.session import Session

GATE = 1e-5
"""Largest ``|onnx - original| / max(scale, |original|)``: sound ones stay below 1e-6, broken ones reach 0.3."""

SIDES = ("on", "below", "above")

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Hold what is compared. The packed model is given float32, its original the same values in float64."""

    original: Original
    session: Session
    rows: TrainingRows
    scale: float
    """What differences are measured against at least."""
    cause: str
    """The likely cause of a difference, for messages."""

    def worst(self, kind: str, frame: pd.DataFrame) -> float:
        """Give the largest difference in these rows; raises PackError beyond the gate, naming the worst row."""
        expected, got = self.original.answers(frame), self._packed(frame)
        difference = self._difference(expected, got)
        index = int(difference.argmax())
        if difference[index] <= GATE:
            return float(difference[index])
        row = ", ".join(f"{name} = {_shown(value)}" for name, value in frame.iloc[index].items())
        both = f"the model answers {_numbers(expected[index])}, its ONNX form {_numbers(got[index])} ({row})"
        count = f"{int((difference > GATE).sum())} of {len(frame)} such rows differ by more than {GATE:g}"
        raise PackError([Problem(f"{kind} {index}", f"{both}; {count}; {self.cause}")])

    def misplaced(self, found: Sequence[Probe]) -> list[Probe]:
        """Give the probes whose row on the split the packed model sends to the other side."""
        frame = self.frame(found, "on")
        difference = self._difference(self.original.answers(frame), self._packed(frame))
        return [probe for probe, off in zip(found, difference > GATE, strict=True) if off]

    def frame(self, found: Sequence[Probe], side: str) -> pd.DataFrame:
        """Make rows as the original takes them: a training row with the probe's numbers."""
        frame = self.rows.frame.iloc[[probe.start for probe in found]].reset_index(drop=True)
        numbers = np.vstack([getattr(probe, side) for probe in found])
        names = [name for name in self.rows.contract.names if name not in self.rows.codings]
        return frame.assign(**dict(zip(names, numbers.T, strict=True)))

    def _packed(self, frame: pd.DataFrame) -> Matrix:
        numbers = self.rows.numbers(frame).astype(np.float32)
        outputs = self.session.run(numbers, self.rows.words(frame))
        return np.asarray(outputs, dtype=np.float64).reshape(len(frame), -1)

    def _difference(self, expected: Matrix, got: Matrix) -> NDArray[np.float64]:
        """Give the largest relative difference of each row; infinite where either is no number."""
        relative = np.abs(got - expected) / np.maximum(self.scale, np.abs(expected))
        relative[~np.isfinite(relative)] = np.inf
        largest: NDArray[np.float64] = relative.max(axis=1)
        return largest


def _shown(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, int | float) and not isinstance(value, bool) else repr(value)


def _numbers(values: Matrix) -> str:
    return ", ".join(f"{value:.9g}" for value in values)
