"""JSON goes into protobuf's Value and comes back as it was."""

import math

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from sayso.struct_values import UnsetValueError, to_json, to_value
from sayso.wire import JSON

SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(st.characters(exclude_categories=["Cs"]))
ANY = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)


@given(ANY)
def test_any_json_comes_back_equal(value: JSON) -> None:
    """Kinds, empty lists and objects included, survive the way over the wire's bytes."""
    there = struct_pb2.Value.FromString(to_value(value).SerializeToString())

    assert to_json(there) == value


@given(st.integers(-(2**53), 2**53))
def test_an_integer_comes_back_as_the_same_integral_number(value: int) -> None:
    """Up to 2^53 a double holds every integer; the contract takes 7.0 for an integer."""
    found = to_json(to_value(value))

    assert found == value
    assert isinstance(found, float)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_not_hidden(value: float) -> None:
    """It is passed on, so that the check on finiteness sees it."""
    assert str(to_json(to_value(value))) == str(value)


@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_is_no_number(value: bool) -> None:
    """True does not become 1."""
    assert to_value(value).WhichOneof("kind") == "bool_value"


def test_a_value_of_no_kind_is_an_error_at_any_depth() -> None:
    """What the sender did not set is not read as null."""
    outer = struct_pb2.Value()
    outer.list_value.values.add()

    with pytest.raises(UnsetValueError):
        to_json(outer)
