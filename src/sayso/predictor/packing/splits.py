"""Make rows that sit on a split of a tree and on both sides of it.

A tree that was converted, or whose input was scaled, can send a value that lies on a split to the other side: float32
rounds where the estimator did not. Training rows seldom lie there, so this makes rows that do: for each split the
path from the root is followed, and the split's own column is set to the threshold and its neighbours in float32, each
written as a person would say it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.predictor.packing.trees import Split


@dataclass(frozen=True, slots=True)
class Column:
    """Say which input a tree's column is made of: ``input = tree column * factor + offset``."""

    source: int
    factor: float
    offset: float
    blur: float = 0.0
    """How far from a split a value must be to lie clear of it: four steps of float32 at the input's largest value.

    0 where the column is the input as it came, and so known to the last bit."""


def match_columns(inputs: NDArray[np.float64], seen: NDArray[np.float32]) -> Mapping[int, Column]:
    """Find, from rows on both sides, which tree columns are an input, or an input shifted and scaled."""
    found = {}
    for column in range(seen.shape[1]):
        for source in range(inputs.shape[1]):
            if match := _match(source, inputs[:, source], seen[:, column].astype(np.float64)):
                found[column] = match
                break
    return found


def _match(source: int, values: NDArray[np.float64], seen: NDArray[np.float64]) -> Column | None:
    if np.array_equal(values.astype(np.float32), seen.astype(np.float32)):
        return Column(source, 1.0, 0.0)
    if np.ptp(seen) == 0 or np.ptp(values) == 0:
        return None
    centred, target = seen - seen.mean(), values - values.mean()
    factor = float(centred @ target / (centred @ centred))
    offset = float(values.mean() - factor * seen.mean())
    # 1e-4 of the span: float32 keeps seven digits, and scaling far from zero loses some of them.
    close = factor != 0 and np.abs(seen * factor + offset - values).max() <= 1e-4 * np.ptp(values)
    return Column(source, factor, offset, 4 * float(np.spacing(np.float32(np.abs(values).max())))) if close else None


class Probe(NamedTuple):
    """Hold three rows around one split."""

    split: Split
    start: int
    """The training row that they were made from."""
    on: NDArray[np.float64]
    below: NDArray[np.float64]
    above: NDArray[np.float64]


def probes(
    splits: Sequence[Split], columns: Mapping[int, Column], inputs: NDArray[np.float64], seen: NDArray[np.float32]
) -> Iterator[Probe]:
    """Make rows around each split whose column is known.

    Args:
        splits: what `sayso.predictor.packing.trees.splits_of` gave.
        columns: what `match_columns` gave.
        inputs: the numeric features of training rows, [rows, inputs]; each probe starts from one of them.
        seen: what the tree saw of the same rows, [rows, tree columns].
    """
    for index, split in enumerate(splits):
        if split.column in columns:
            start = _start(split, columns, seen, index)
            yield _around(split, columns, inputs[start].copy(), start)


def _start(split: Split, columns: Mapping[int, Column], seen: NDArray[np.float32], index: int) -> int:
    """Choose a row that obeys the path in the columns that can't be set, such as those of a category."""
    obeys = np.ones(len(seen), dtype=bool)
    for column, (low, high) in split.bounds.items():
        if column not in columns:
            obeys &= (seen[:, column] > low) & (seen[:, column] <= high)
    candidates = np.flatnonzero(obeys)
    return int(candidates[index % len(candidates)]) if len(candidates) else index % len(seen)


def _around(split: Split, columns: Mapping[int, Column], row: NDArray[np.float64], start: int) -> Probe:
    for column, (low, high) in split.bounds.items():
        if column in columns:
            matched = columns[column]
            inside = _inside((row[matched.source] - matched.offset) / matched.factor, low, high)
            row[matched.source] = inside * matched.factor + matched.offset
    matched = columns[split.column]
    below, on, above = _values(split.threshold * matched.factor + matched.offset, matched.blur)
    return Probe(split, start, *(_with(row, matched.source, value) for value in (on, below, above)))


def _with(row: NDArray[np.float64], column: int, value: np.float32) -> NDArray[np.float64]:
    changed = row.copy()
    changed[column] = float(str(value))  # the shortest decimal of this float32
    return changed


def _inside(value: float, low: float, high: float) -> float:
    """Keep a value that obeys the path, or take one that does."""
    if low < value < high:
        return value
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) * 0.382  # not the middle, where the splits of other trees lie
    return low + max(1.0, abs(low)) * 1e-3 if np.isfinite(low) else high - max(1.0, abs(high)) * 1e-3


def _values(split: float, blur: float) -> tuple[np.float32, np.float32, np.float32]:
    """Give the value below a split, on it and above it."""
    middle = np.float32(split)
    if blur:
        return np.float32(split - blur), middle, np.float32(split + blur)
    return np.nextafter(middle, np.float32(-np.inf)), middle, np.nextafter(middle, np.float32(np.inf))
