"""Make rows that sit on both sides of every split of every tree in an ONNX model.

A tree that was converted, or whose input was scaled, can send a value that lies on a split to the other side: float32
rounds where the estimator did not. Training rows seldom lie there, so this makes rows that do: for each split the
path from the root is followed, and the split's own column is set to the threshold and its neighbours in float32.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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

    @property
    def is_exact(self) -> bool:
        """Say whether the column is an input as it came."""
        return self.factor == 1 and self.offset == 0


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
    low, high = int(seen.argmin()), int(seen.argmax())
    span = seen[high] - seen[low]
    if span == 0 or values[high] == values[low]:
        return None
    factor = (values[high] - values[low]) / span
    offset = values[low] - factor * seen[low]
    # 1e-4 of the span: float32 keeps seven digits, and scaling far from zero loses some of them.
    close = np.abs(seen * factor + offset - values).max() <= 1e-4 * abs(values[high] - values[low])
    return Column(source, float(factor), float(offset)) if close else None


def probes(
    splits: list[Split], columns: Mapping[int, Column], background: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Make rows on both sides of each split whose column is known.

    Args:
        splits: what `splits_of` gave.
        columns: what `match_columns` gave.
        background: the numeric training values, [rows, inputs]; each split starts from one of them.

    Returns:
        The probe rows, [probes, inputs], exact in float32, and for each the background row it started from.
    """
    known = [split for split in splits if split.column in columns]
    made = [row for index, split in enumerate(known) for row in _rows(split, columns, background, index)]
    if not made:
        return np.empty((0, background.shape[1])), np.empty(0, np.int64)
    starts = [start % len(background) for start, _ in made]
    return np.vstack([row for _, row in made]).astype(np.float64), np.asarray(starts, np.int64)


def _rows(
    split: Split, columns: Mapping[int, Column], background: NDArray[np.float64], index: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    row = background[index % len(background)].astype(np.float32)
    for column, (low, high) in split.bounds.items():
        if column in columns:
            matched = columns[column]
            inside = (float(row[matched.source]) - matched.offset) / matched.factor
            row[matched.source] = _inside(inside, low, high) * matched.factor + matched.offset
    matched = columns[split.column]
    for value in _around(split.threshold * matched.factor + matched.offset, 1 if matched.is_exact else 3):
        probe = row.copy()
        probe[matched.source] = value
        yield index, probe


def _inside(value: float, low: float, high: float) -> float:
    """Keep a value that obeys the path, or take one that does."""
    if low < value < high:
        return value
    if np.isfinite(low) and np.isfinite(high):
        return (low + high) / 2
    return low + max(1.0, abs(low)) * 1e-3 if np.isfinite(low) else high - max(1.0, abs(high)) * 1e-3


def _around(value: float, steps: int) -> Iterator[np.float32]:
    """Give a value and its nearest neighbours in float32."""
    low = high = np.float32(value)
    yield low
    for _ in range(steps):
        low, high = np.nextafter(low, np.float32(-np.inf)), np.nextafter(high, np.float32(np.inf))
        yield low
        yield high
