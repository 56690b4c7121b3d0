"""A batch is admitted as its rows would be one by one."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.predictor.test_decode import CLINIC, ROW

from sayso.contract.admit import FeatureVector, admit
from sayso.contract.model import FLOAT32_MAX, Range
from sayso.failures import Failure
from sayso.score.admission import Admission, Admitted
from sayso.score.columns import is_number

RANGES = {"bmi": Range(18, 30)}
NUMERIC = [name for name in CLINIC.names if name != "smoker"]

_edges = st.sampled_from(
    [None, math.nan, math.inf, -math.inf, 1e39, FLOAT32_MAX, -FLOAT32_MAX, -0.0, 7.5, 10.0, 80.0, 1e15, 29.0, 30.0, 2.0]
)
_numbers = st.integers(-2, 130).map(float) | st.floats() | _edges
_words = st.sampled_from(["yes", "no", "né", "ne\u0301", "YES", "", None])
_dates = st.tuples(st.sampled_from([1900.0, 2000.0, 2023.0, 2024.0, 3e20]), st.integers(0, 13), st.integers(0, 32))
_rows = st.lists(
    st.builds(
        lambda changes, date: {**ROW, **dict(zip(("Year", "Month", "Day"), date, strict=True)), **changes},
        st.fixed_dictionaries({}, optional={**dict.fromkeys(NUMERIC, _numbers), "smoker": _words}),
        _dates,
    ),
    max_size=6,
)


def _batch(rows: Sequence[Mapping[str, object]]) -> pa.RecordBatch:
    fields = [pa.field(name, pa.string() if name == "smoker" else pa.float64()) for name in CLINIC.names]
    return pa.RecordBatch.from_pylist(
        [
            {name: value if value is None or name == "smoker" else float(str(value)) for name, value in row.items()}
            for row in rows
        ],
        pa.schema(fields),
    )


def _admitted(batch: pa.RecordBatch, *, textual: bool = False, extrapolate: bool = True) -> Admitted:
    return Admission(CLINIC, RANGES, textual=textual, extrapolate=extrapolate).admit(batch)


@given(_rows)
def test_a_batch_is_admitted_as_its_rows_are_one_by_one(rows: list[dict[str, object]]) -> None:
    """The same rows with the same values, and the same words for the others."""
    one_by_one = [admit(CLINIC, {name: row[name] for name in CLINIC.names}) for row in rows]

    admitted = _admitted(_batch(rows))

    vectors = [vector for vector in one_by_one if isinstance(vector, FeatureVector)]
    assert admitted.indexes.tolist() == [i for i, one in enumerate(one_by_one) if isinstance(one, FeatureVector)]
    assert admitted.words[:, 0].tolist() == [vector.values[3] for vector in vectors]
    assert [row.tolist() for row in admitted.numbers] == [
        pa.array([value for value in vector.values if isinstance(value, float)], pa.float32()).to_pylist()
        for vector in vectors
    ]
    assert [str(one.failure) for one in admitted.refused] == [
        str(one) for one in one_by_one if isinstance(one, Failure)
    ]


@pytest.mark.parametrize(
    ("column", "label"),
    [
        (pa.array([True]), "wrong_type"),
        (pa.array(["7"]), "wrong_type"),
        (pa.array([None]), "wrong_type"),
        (pa.array([[7]]), "wrong_type"),
        (pa.array([7], pa.timestamp("s")), "wrong_type"),
        (pa.array([7], pa.int8()), None),
        (pa.array([7], pa.uint64()), None),
        (pa.array([2**63], pa.uint64()), "out_of_range"),
        (pa.array([7], pa.float32()), None),
        (pa.array([Decimal("7.00")], pa.decimal128(10, 2)), None),
        (pa.array([7.5], pa.float16()), "wrong_type"),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else str(value),
)
def test_a_column_of_another_type_is_no_number(column: pa.Array, label: str | None) -> None:
    """Whole numbers and fractions of any width are numbers; nothing else is, however it looks."""
    batch = _batch([ROW])
    batch = batch.set_column(batch.schema.get_field_index("age"), "age", column)

    refused = _admitted(batch).refused

    assert [one.failure.failure_class.label for one in refused] == ([label] if label else [])


def test_words_may_be_encoded_as_a_dictionary() -> None:
    """As pandas writes categories."""
    batch = _batch([ROW, ROW | {"smoker": "maybe"}])
    index = batch.schema.get_field_index("smoker")
    batch = batch.set_column(index, "smoker", batch.column(index).dictionary_encode())

    assert _admitted(batch).indexes.tolist() == [0]


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ("7", None), ("7.0", None), ("7e0", None), ("-0", None), ("", "wrong_type"), (" 7", "wrong_type"),
        ("7,5", "wrong_type"), ("+7", "wrong_type"), ("07", "wrong_type"), (".5", "wrong_type"), ("NaN", "wrong_type"),
        ("inf", "wrong_type"), ("0x7", "wrong_type"), ("1_0", "wrong_type"), ("٧", "wrong_type"),
        ("seven", "wrong_type"),
        ("7\n", "wrong_type"), ("1e400", "not_finite"), ("1e39", "not_finite"), ("121", "out_of_range"),
        ("9" * 400, "not_finite"),
    ],
)  # fmt: skip
def test_a_cell_of_text_is_a_number_only_as_json_writes_one(cell: str, label: str | None) -> None:
    """CSV has no other way to write a number; nothing is trimmed or guessed."""
    row = {name: str(value) for name, value in ROW.items()} | {"age": cell}
    batch = pa.RecordBatch.from_pylist([row], pa.schema([pa.field(name, pa.string()) for name in CLINIC.names]))

    refused = _admitted(batch, textual=True).refused

    assert [one.failure.failure_class.label for one in refused] == ([label] if label else [])


@given(st.text("0123456789+-.eE_ \n", max_size=8))
def test_both_ways_to_recognise_a_number_agree(text: str) -> None:
    """One is compiled for columns, the other names what is wrong with a cell."""
    row = {name: str(value) for name, value in ROW.items()} | {"Größe": text}
    batch = pa.RecordBatch.from_pylist([row], pa.schema([pa.field(name, pa.string()) for name in CLINIC.names]))

    admitted = _admitted(batch, textual=True)

    refused = [one.failure.failure_class.label for one in admitted.refused]
    assert (refused == ["wrong_type"]) is not is_number(text)


def test_rows_outside_the_training_range_are_marked_or_refused() -> None:
    """As the deployment's settings say."""
    batch = _batch([ROW, ROW | {"bmi": 50}, ROW | {"bmi": 900}])

    marked, blocked = _admitted(batch), _admitted(batch, extrapolate=False)

    assert marked.extrapolated["bmi"].tolist() == [False, True]
    assert [(one.place, one.failure.failure_class.label) for one in blocked.refused] == [
        (1, "extrapolation"),
        (2, "out_of_range"),
    ]
