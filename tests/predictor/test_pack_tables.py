"""Columns of a table are described as a contract would, and what looks odd is remarked on."""

from datetime import date

import pandas as pd
import pytest

from sayso.contract.draft import Column, Numbers, Unclear, Words
from sayso.predictor.packing.tables import describe, remarks


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([1.5, None, 3.0], Numbers("x", whole=False, extent=(1.5, 3.0)), id="numbers"),
        pytest.param([3, 1, 2], Numbers("x", whole=True, extent=(1.0, 3.0)), id="whole numbers"),
        pytest.param([True, False], Words("x", ("yes", "no")), id="booleans"),
        pytest.param(["b", "a", "b"], Words("x", ("a", "b")), id="words"),
        pytest.param([None, None], Unclear("x", "decide what this is; the column is empty"), id="empty"),
        pytest.param(["a", "a"], Unclear("x", "take it out; it has one value alone"), id="one word"),
        pytest.param(
            [date(2024, 1, 1)], Unclear("x", "number, integer or category; the column holds object"), id="dates"
        ),
        pytest.param(
            [f"id-{index}" for index in range(50)],
            Unclear("x", "take it out, or group its values; 50 different ones are no category"),
            id="identifiers",
        ),
    ],
)
def test_a_column_is_described_by_its_values(values: list[object], expected: Column) -> None:
    """Missing values say nothing; what is no category is left to decide."""
    assert describe(pd.Series(values, name="x")) == expected


def test_missing_values_and_codes_are_remarked_on() -> None:
    """Both are refused or misread later, so they are said now."""
    table = pd.DataFrame({"sex": [1, 2, 1], "bmi": [21.5, None, 23.0], "name": ["a", "b", "c"]})

    assert list(remarks(table)) == [
        "sex: holds only 1, 2; if they stand for words, make it a category and pack with --codes",
        "bmi: 1 of 3 values are missing; sayso pack refuses a model fitted on them",
    ]
