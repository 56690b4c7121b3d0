"""Read the splits of the tree ensembles in an ONNX model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx

MAX_SPLITS = 20_000
"""Probed at most, evenly chosen: a forest of 500 deep trees has millions, and its estimator takes minutes for them."""

Bounds = Mapping[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Split:
    """Hold one split: the column that it looks at, its threshold, and what the path to it demands of columns."""

    column: int
    threshold: float
    bounds: Bounds = field(default_factory=dict)
    """Column → (low, high]: what a row must obey to reach this split."""


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


def lower(node: onnx.NodeProto, splits: Sequence[tuple[int, float]]) -> None:
    """Move every split at one of these (column, threshold) down by one step of float32."""
    wanted = set(splits)
    attributes = {item.name: item for item in node.attribute}
    thresholds, columns = attributes["nodes_values"].floats, attributes["nodes_featureids"].ints
    for index, (column, mode) in enumerate(zip(columns, attributes["nodes_modes"].strings, strict=True)):
        if mode == b"BRANCH_LEQ" and (column, thresholds[index]) in wanted:
            thresholds[index] = float(np.nextafter(np.float32(thresholds[index]), np.float32(-np.inf)))


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
