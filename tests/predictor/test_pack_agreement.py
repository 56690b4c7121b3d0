"""A conversion that differs from its estimator is caught, on training rows and on both sides of each split."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.predictor.workshop import contract_file, fitted, numbers, price

from sayso.contract.document import parse
from sayso.failures import PackError
from sayso.predictor.packing.agreement import GATE, ceiling, measure
from sayso.predictor.packing.conversion import convert
from sayso.predictor.packing.rows import TrainingRows
from sayso.predictor.packing.splits import MAX_SPLITS, Column, Split, match_columns, probes, splits_of, tree_nodes
from sayso.predictor.session import Session


def _converted(folder: Path, model: BaseEstimator) -> tuple[onnx.ModelProto, TrainingRows]:
    path = contract_file(folder)
    contract = parse(path.name, path.read_bytes())
    return convert(model, contract), TrainingRows.of(contract, numbers(), price(numbers()))


def _attribute(model: onnx.ModelProto, name: str) -> onnx.AttributeProto:
    (found,) = [item for node in model.graph.node for item in node.attribute if item.name == name]
    return found


def test_trees_agree_on_both_sides_of_every_split(tmp_path: Path) -> None:
    """Three rows for each split, the threshold and its neighbours in float32, and no difference."""
    model = fitted(GradientBoostingRegressor(n_estimators=20, random_state=0))
    converted, rows = _converted(tmp_path, model)
    splits = sum(len(splits_of(node)) for node in tree_nodes(converted))

    agreed = measure(model, Session(converted.SerializeToString()), converted, rows)

    assert (agreed.training_rows, agreed.split_point_rows) == (120, 3 * splits)
    assert agreed.max_difference <= 1e-6


def test_one_threshold_moved_by_its_last_bit_is_caught(tmp_path: Path) -> None:
    """Training rows do not see it; the row that sits on the split does, and the message says what both answer."""
    model = fitted(GradientBoostingRegressor(n_estimators=5, random_state=0))
    converted, rows = _converted(tmp_path, model)
    thresholds = _attribute(converted, "nodes_values").floats
    thresholds[0] = float(np.nextafter(np.float32(thresholds[0]), np.float32(np.inf)))

    with pytest.raises(PackError, match=r"row at a split point \d+: the model answers .*, its ONNX form .*width = "):
        measure(model, Session(converted.SerializeToString()), converted, rows)


def test_a_coefficient_that_is_off_is_caught_on_training_rows(tmp_path: Path) -> None:
    """The row, both values and the known cause are named."""
    model = fitted(LinearRegression())
    converted, rows = _converted(tmp_path, model)
    _attribute(converted, "coefficients").floats[0] *= 1.001

    with pytest.raises(PackError, match=r"training row \d+: .* float32 keeps seven digits"):
        measure(model, Session(converted.SerializeToString()), converted, rows)


def test_scaling_before_trees_is_refused_where_it_rounds_to_the_other_side(tmp_path: Path) -> None:
    """float32 rounds a scaled value across a split; the rows at the split points show it."""
    model = fitted(make_pipeline(StandardScaler(), RandomForestRegressor(20, random_state=0)))
    converted, rows = _converted(tmp_path, model)

    with pytest.raises(PackError, match="fit the trees on unscaled columns"):
        measure(model, Session(converted.SerializeToString()), converted, rows)


def test_a_split_is_reached_by_the_rows_that_probe_it() -> None:
    """A row obeys what the path to its split demands of other columns."""
    split = Split(column=1, threshold=0.5, bounds={0: (2.0, 3.0)})
    columns = {0: Column(0, 1.0, 0.0), 1: Column(1, 1.0, 0.0)}

    rows, starts = probes([split], columns, np.array([[9.0, 9.0]]))

    below, above = (
        float(np.nextafter(np.float32(0.5), np.float32(0))),
        float(np.nextafter(np.float32(0.5), np.float32(1))),
    )
    assert rows.tolist() == [[2.5, 0.5], [2.5, below], [2.5, above]]
    assert starts.tolist() == [0, 0, 0]


def test_columns_are_recognised_as_they_are_shifted_and_scaled() -> None:
    """A tree's column is matched with the input that it is made of; one made of two inputs is matched with none."""
    inputs = np.random.default_rng(0).uniform(0, 10, (50, 2))
    seen = np.column_stack([inputs[:, 1], inputs[:, 0] * 4 + 1, inputs.sum(axis=1)]).astype(np.float32)

    found = match_columns(inputs, seen)

    assert (found[0], set(found)) == (Column(1, 1.0, 0.0), {0, 1})
    assert (found[1].source, found[1].factor, found[1].offset) == pytest.approx((0, 0.25, -0.25), abs=1e-5)


def test_a_forest_beyond_the_limit_is_probed_evenly(tmp_path: Path) -> None:
    """The number of probed splits is bounded, and the first and last trees are among them."""
    model = fitted(RandomForestRegressor(300, random_state=0), numbers(400))
    converted, _ = _converted(tmp_path, model)
    (node,) = tree_nodes(converted)

    assert len(splits_of(node)) == MAX_SPLITS


@pytest.mark.parametrize(("difference", "expected"), [(0.0, 0.0), (3e-7, 1e-6), (1e-6, 1e-6), (9.9e-6, GATE)])
def test_a_difference_is_told_as_the_power_of_ten_above_it(difference: float, expected: float) -> None:
    """The digits below depend on the CPU."""
    assert ceiling(difference) == pytest.approx(expected)
