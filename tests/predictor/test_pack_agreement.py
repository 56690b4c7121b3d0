"""A conversion that differs from its estimator is caught, on training rows and on both sides of each split."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.predictor.workshop import NAMES, contract_file, fitted, numbers, price

from sayso.contract.document import parse
from sayso.failures import PackError
from sayso.predictor.manifest import Agreement
from sayso.predictor.packing.agreement import ceiling, measure, settled
from sayso.predictor.packing.canonical import canonical
from sayso.predictor.packing.comparison import GATE
from sayso.predictor.packing.conversion import convert
from sayso.predictor.packing.originals import FittedEstimator
from sayso.predictor.packing.ready_made import answer_tensor
from sayso.predictor.packing.rows import TrainingRows
from sayso.predictor.packing.splits import Column, match_columns, probes
from sayso.predictor.packing.trees import MAX_SPLITS, Split, splits_of, tree_nodes


class _Conversion(NamedTuple):
    """Hold an estimator, what it was converted to, and the rows it was fitted on."""

    original: FittedEstimator
    model: onnx.ModelProto
    rows: TrainingRows

    def measure(self) -> Agreement:
        """Compare the two."""
        return measure(self.original, self.model, self.rows)


def _converted(folder: Path, model: BaseEstimator, rows: pd.DataFrame | None = None) -> _Conversion:
    path = contract_file(folder)
    frame = numbers() if rows is None else rows
    training = TrainingRows.of(parse(path.name, path.read_bytes()), frame, price(frame), {})
    raw = convert(model, training)
    return _Conversion(FittedEstimator(model, None), canonical(raw, training, answer_tensor(raw), None), training)


def _attribute(model: onnx.ModelProto, name: str) -> onnx.AttributeProto:
    (found,) = [item for node in model.graph.node for item in node.attribute if item.name == name]
    return found


def test_trees_agree_around_every_split(tmp_path: Path) -> None:
    """Three rows for each split, on it and on both sides, and no difference."""
    conversion = _converted(tmp_path, fitted(GradientBoostingRegressor(n_estimators=20, random_state=0)))
    splits = sum(len(splits_of(node)) for node in tree_nodes(conversion.model))

    agreed = conversion.measure()

    assert (agreed.training_rows, agreed.split_point_rows) == (120, 3 * splits)
    assert agreed.max_difference <= GATE


@pytest.mark.parametrize("towards", [-np.inf, np.inf], ids=["down", "up"])
def test_a_threshold_moved_by_its_last_bit_is_caught(tmp_path: Path, towards: float) -> None:
    """Training rows do not see it; the rows around the split do, and the message says what both answer."""
    conversion = _converted(tmp_path, fitted(GradientBoostingRegressor(n_estimators=5, random_state=0)))
    thresholds = _attribute(conversion.model, "nodes_values").floats
    thresholds[0] = float(np.nextafter(np.float32(thresholds[0]), np.float32(towards)))

    with pytest.raises(PackError, match=r"a split \d+: the model answers .*, its ONNX form .*width = "):
        conversion.measure()


def test_a_coefficient_that_is_off_is_caught_on_training_rows(tmp_path: Path) -> None:
    """The row, both values and the likely cause are named."""
    conversion = _converted(tmp_path, fitted(LinearRegression()))
    _attribute(conversion.model, "coefficients").floats[0] *= 1.001

    with pytest.raises(PackError, match=r"training row \d+: .* float32 keeps seven digits"):
        conversion.measure()


def test_scaling_before_trees_is_refused_where_it_rounds_to_the_other_side(tmp_path: Path) -> None:
    """float32 rounds scaled values across a split that lies between two training values close together."""
    rows = pd.DataFrame(np.random.default_rng(0).uniform(-1e-5, 1e-5, (400, 3)) + 50, columns=list(NAMES))
    model = make_pipeline(StandardScaler(), RandomForestRegressor(20, random_state=0))
    model.fit(rows, (rows["width"] - 50) * 1e6)

    with pytest.raises(PackError, match="fit the trees on unscaled columns"):
        _converted(tmp_path, model, rows).measure()


def test_scaling_before_trees_is_refused_where_a_split_is_a_number_that_people_say(tmp_path: Path) -> None:
    """36 lies on the split between 35 and 37, and scaled in float32 it goes to the other side."""
    rows = numbers().round(0)
    model = make_pipeline(StandardScaler(), GradientBoostingRegressor(n_estimators=20, random_state=0))

    with pytest.raises(PackError, match="scaling before trees is the known cause"):
        _converted(tmp_path, fitted(model, rows), rows).measure()


def test_splits_that_float32_rounds_upwards_are_settled(tmp_path: Path) -> None:
    """Thresholds in double precision lie between float32 values; the value that lies on one goes where it went."""
    model = fitted(HistGradientBoostingRegressor(max_iter=20, max_depth=3))
    conversion = _converted(tmp_path, model)
    with pytest.raises(PackError, match="row on a split"):
        conversion.measure()

    made = settled(conversion.original, conversion.model, conversion.rows)

    assert conversion._replace(model=made).measure().max_difference <= GATE


def test_a_model_whose_splits_are_exact_is_left_alone(tmp_path: Path) -> None:
    """Nothing is moved where nothing is off."""
    conversion = _converted(tmp_path, fitted(GradientBoostingRegressor(n_estimators=5, random_state=0)))

    made = settled(conversion.original, conversion.model, conversion.rows)

    assert made == conversion.model


def test_a_split_is_reached_by_the_rows_that_probe_it() -> None:
    """A row obeys what the path to its split demands of other columns."""
    split = Split(column=1, threshold=0.5, bounds={0: (2.0, 3.0)})
    columns = {0: Column(0, 1.0, 0.0), 1: Column(1, 1.0, 0.0)}

    (probe,) = probes([split], columns, np.array([[9.0, 9.0]]), np.array([[9.0, 9.0]], np.float32))

    assert [side.tolist() for side in (probe.on, probe.below, probe.above)] == [
        [2.382, 0.5],
        [2.382, 0.49999997],
        [2.382, 0.50000006],
    ]


def test_a_split_below_a_category_starts_from_a_row_of_that_category() -> None:
    """What can't be set is looked for: the second row has the 1 that the path demands."""
    split = Split(column=0, threshold=0.5, bounds={1: (0.5, np.inf)})
    seen = np.array([[9.0, 0.0], [8.0, 1.0]], np.float32)

    (probe,) = probes([split], {0: Column(0, 1.0, 0.0)}, np.array([[9.0], [8.0]]), seen)

    assert probe.start == 1


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
    (node,) = tree_nodes(_converted(tmp_path, model).model)

    assert len(splits_of(node)) == MAX_SPLITS


@pytest.mark.parametrize(("difference", "expected"), [(0.0, 0.0), (3e-7, 1e-6), (1e-6, 1e-6), (9.9e-6, GATE)])
def test_a_difference_is_told_as_the_power_of_ten_above_it(difference: float, expected: float) -> None:
    """The digits below depend on the CPU."""
    assert ceiling(difference) == pytest.approx(expected)
