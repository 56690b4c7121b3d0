"""Probabilities are sent only where they are some."""

import math

import pytest

from sayso.contract.model import Target, TargetType
from sayso.failures import FailureClass
from sayso.predictor.outputs import refusal, sound_for
from sayso.predictor.session import Output

SPECIES = Target("species", TargetType.CATEGORY, values=("setosa", "virginica", "versicolor"))


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ([0.2, 0.3, 0.5], True),
        ([0.0, 0.0, 1.0], True),
        ([1 / 3, 1 / 3, 1 / 3], True),
        ([0.2, 0.3, 0.6], False),
        ([0.2, 0.3, 0.500002], False),
        ([-0.1, 0.6, 0.5], False),
        ([1.1, -0.1, 0.0], False),
        ([0.5, 0.5], False),
        ([math.nan, 0.5, 0.5], False),
        ([math.inf, 0.0, 0.0], False),
        (0.5, False),
    ],
)
def test_probabilities_name_every_class_and_sum_to_one(output: Output, expected: bool) -> None:
    """Each lies between 0 and 1."""
    assert sound_for(SPECIES)([output]) == expected


@pytest.mark.parametrize(
    ("output", "expected"), [(0.0, True), (-3e38, True), (4e38, False), (math.nan, False), ([0.5, 0.5], False)]
)
def test_a_number_without_a_range_must_be_finite_as_float32(output: Output, expected: bool) -> None:
    """The model's own arithmetic has no other bounds."""
    assert sound_for(Target("price"))([output]) == expected


def test_a_refusal_names_each_bad_row_by_its_own_class() -> None:
    """The first one's class is the whole's."""
    outputs: list[Output] = [[0.2, 0.3, 0.5], [0.9, 0.9, 0.9], [math.nan, 0.5, 0.5]]

    failure = refusal(outputs, SPECIES)

    assert failure.failure_class is FailureClass.OUT_OF_TARGET_RANGE
    assert [(v.instance, v.rule) for v in failure.violations] == [
        (1, "out_of_target_range"),
        (2, "not_finite_prediction"),
    ]
