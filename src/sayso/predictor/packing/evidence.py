"""Look for evidence that a model was fitted on columns in another order.

A model that kept no names says nothing about its columns, and answers wrongly with every sign of health. But its own
training rows tell: a fit that gets better when two columns change places was not made on them as they stand.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sayso.failures import Problem
from sayso.predictor.packing.originals import Original
from sayso.predictor.packing.rows import TrainingRows

ROWS = 200
"""Looked at, evenly chosen: 40 features make 780 pairs, and so 156,000 rows to answer."""

BETTER = 0.8
"""A swap that leaves less than this share of the error is evidence. A fitted model's swaps make its error larger; the
smallest share seen among sound models of the tests, with features that carry nothing, is 0.98."""


def order_problems(original: Original, rows: TrainingRows) -> Iterator[Problem]:
    """Name the swap of two columns that makes the model fit its own training rows better, if there is one."""
    chosen = np.linspace(0, len(rows.frame) - 1, min(ROWS, len(rows.frame))).round().astype(int)
    frame = rows.frame.iloc[chosen].reset_index(drop=True)
    truth = _truth(rows)[chosen]
    pairs = [pair for pair in combinations(rows.contract.names, 2) if _may_change_places(rows, frame, *pair)]
    if not pairs:
        return
    swapped = pd.concat([_swap(frame, *pair) for pair in pairs], ignore_index=True)
    answers = original.answers(swapped).reshape(len(pairs), len(frame), -1)
    errors = ((answers - truth) ** 2).sum(axis=2).mean(axis=1)
    error = float(((original.answers(frame) - truth) ** 2).sum(axis=1).mean())
    best = int(errors.argmin())
    if errors[best] < BETTER * error:
        one, other = pairs[best]
        evidence = f"with {one!r} and {other!r} in each other's place it fits its training rows better"
        figures = f"(mean squared error {errors[best]:.3g} instead of {error:.3g})"
        yield Problem("the model's columns", f"seem to be in another order: {evidence} {figures}; {_REMEDY}")


_REMEDY = "fit on a DataFrame with named columns in contract order"


def _truth(rows: TrainingRows) -> NDArray[np.float64]:
    """Give what the answers should be: the number, or 1 for the true class and 0 for the others."""
    if rows.target_coding is None:
        return np.asarray(rows.target, dtype=np.float64).reshape(-1, 1)
    words = rows.target_words()
    return np.column_stack([(words == word).astype(np.float64) for word in rows.target_coding.codes])


def _may_change_places(rows: TrainingRows, frame: pd.DataFrame, one: str, other: str) -> bool:
    """Say whether each column's values are of the other's kind; a word can't stand where a number is read."""
    if one in rows.codings or other in rows.codings:
        codings = rows.codings.get(one), rows.codings.get(other)
        return None not in codings and codings[0] == codings[1]
    return bool(frame[one].dtype.kind in "iuf" and frame[other].dtype.kind in "iuf")


def _swap(frame: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    return frame.assign(**{one: frame[other], other: frame[one]})
