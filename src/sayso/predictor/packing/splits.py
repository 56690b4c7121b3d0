"""Make rows that sit on both sides of every split of every tree in an ONNX model.

A tree that was converted, or whose input was scaled, can send a value that lies on a split to the other side: float32
rounds where the estimator did not. Training rows seldom lie there, so this makes rows that do: for each split the
path from the root is followed, and the split's own column is set to the threshold and its neighbours in float32.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray

MAX_SPLITS = 20_000
"""Probed at most, evenly chosen: a forest of 500 deep trees has millions, and its estimator takes minutes for them."""

Bounds = Mapping[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Split:
    """Hold one split: the column that it looks at, its threshold, and what the path to it demands of columns."""

    column: int
    threshold: float
    bounds: Bounds = field(default_factory=dict)


def tree_nodes(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """Give the tree ensembles of a model."""
    return [node for node in model.graph.node if node.op_type.startswith("TreeEnsemble")]


def splits_of(node: onnx.NodeProto) -> list[Split]:
    """Give every split of a tree ensemble, or MAX_SPLITS of them, evenly chosen."""
    table = _table(node)
    found = [split for root in table.roots for split in _walk(table, root)]
    if len(found) <= MAX_SPLITS:
        return found
    return [found[index] for index in np.linspace(0, len(found) - 1, MAX_SPLITS).astype(int)]


@dataclass(frozen=True, slots=True)
class _Table:
    """Hold a tree ensemble's nodes by (tree, node)."""

    columns: Mapping[tuple[int, int], int]
    thresholds: Mapping[tuple[int, int], float]
    children: Mapping[tuple[int, int], tuple[int, int]]
    roots: tuple[tuple[int, int], ...]


def _table(node: onnx.NodeProto) -> _Table:
    read = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}
    keys = list(zip(read["nodes_treeids"], read["nodes_nodeids"], strict=True))
    inner = [index for index, mode in enumerate(read["nodes_modes"]) if mode != b"LEAF"]
    roots: dict[int, tuple[int, int]] = {}
    for tree, number in keys:  # the first node listed of a tree is its root
        roots.setdefault(tree, (tree, number))
    return _Table(
        columns={keys[i]: read["nodes_featureids"][i] for i in inner},
        thresholds={keys[i]: read["nodes_values"][i] for i in inner},
        children={keys[i]: (read["nodes_truenodeids"][i], read["nodes_falsenodeids"][i]) for i in inner},
        roots=tuple(roots.values()),
    )


def _walk(table: _Table, root: tuple[int, int]) -> Iterator[Split]:
    """Walk one tree from its root, without recursion: trees can be deep."""
    waiting: list[tuple[tuple[int, int], dict[int, tuple[float, float]]]] = [(root, {})]
    while waiting:
        key, bounds = waiting.pop()
        if key not in table.columns:
            continue
        column, threshold = table.columns[key], table.thresholds[key]
        yield Split(column, threshold, bounds)
        low, high = bounds.get(column, (-np.inf, np.inf))
        true, false = table.children[key]
        waiting.append(((key[0], false), {**bounds, column: (threshold, high)}))
        waiting.append(((key[0], true), {**bounds, column: (low, threshold)}))


@dataclass(frozen=True, slots=True)
class Column:
    """Say which input a tree's column is made of: ``input = tree column * factor + offset``."""

    source: int
    factor: float
    offset: float
    step: float = 0.0
    """How exactly a value of the column is known as an input: float32's step at the input's largest value.

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
    return Column(source, factor, offset, float(np.spacing(np.float32(np.abs(values).max())))) if close else None


class Probe(NamedTuple):
    """Hold rows around one split: as near to it as float32 gets, and just clear of it on both sides."""

    start: int
    """The training row that they were made from."""
    on: NDArray[np.float32]
    below: NDArray[np.float32]
    above: NDArray[np.float32]


def probes(
    splits: Sequence[Split], columns: Mapping[int, Column], inputs: NDArray[np.float64], seen: NDArray[np.float32]
) -> Iterator[Probe]:
    """Make rows around each split whose column is known.

    Args:
        splits: what `splits_of` gave.
        columns: what `match_columns` gave.
        inputs: the numeric features of training rows, [rows, inputs]; each probe starts from one of them.
        seen: what the tree saw of the same rows, [rows, tree columns].
    """
    for index, split in enumerate(splits):
        if split.column in columns:
            start = _start(split, columns, seen, index)
            yield from _around(split, columns, inputs[start].astype(np.float32), start)


def _start(split: Split, columns: Mapping[int, Column], seen: NDArray[np.float32], index: int) -> int:
    """Choose a row that obeys the path in the columns that can't be set, such as those of a category."""
    obeys = np.ones(len(seen), dtype=bool)
    for column, (low, high) in split.bounds.items():
        if column not in columns:
            obeys &= (seen[:, column] > low) & (seen[:, column] <= high)
    candidates = np.flatnonzero(obeys)
    return int(candidates[index % len(candidates)]) if len(candidates) else index % len(seen)


def _around(split: Split, columns: Mapping[int, Column], row: NDArray[np.float32], start: int) -> Iterator[Probe]:
    for column, (low, high) in split.bounds.items():
        if column in columns:
            matched = columns[column]
            inside = _inside((float(row[matched.source]) - matched.offset) / matched.factor, low, high)
            row[matched.source] = inside * matched.factor + matched.offset
    matched = columns[split.column]
    below, *between, above = _values(split.threshold * matched.factor + matched.offset, matched.step)
    for value in between:
        yield Probe(start, *(_with(row, matched.source, near) for near in (value, below, above)))


def _with(row: NDArray[np.float32], column: int, value: np.float32) -> NDArray[np.float32]:
    changed = row.copy()
    changed[column] = value
    return changed


def _inside(value: float, low: float, high: float) -> float:
    """Keep a value that obeys the path, or take one that does."""
    if low < value < high:
        return value
    if np.isfinite(low) and np.isfinite(high):
        return (low + high) / 2
    return low + max(1.0, abs(low)) * 1e-3 if np.isfinite(low) else high - max(1.0, abs(high)) * 1e-3


def _values(split: float, step: float) -> list[np.float32]:
    """Give the values on a split, between one clear of it on each side, ascending."""
    middle = np.float32(split)
    if step:
        return [np.float32(split + count * step) for count in range(-4, 5)]
    return [np.nextafter(middle, np.float32(-np.inf)), middle, np.nextafter(middle, np.float32(np.inf))]
