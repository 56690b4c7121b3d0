"""Check one column of a batch against one feature, all values at once.

What is sound here is what `sayso.contract.admit` admits, value for value (a property in the tests). Text is read as a
number only where the whole file is text (CSV), and only if it is written as JSON would write it.
"""

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sayso.contract.admit import FLOAT32_MAX
from sayso.contract.model import Feature, FeatureType

JSON_NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
"""RFC 8259, section 6."""


class Numbers(NamedTuple):
    """Hold a column of numbers; what is not sound may be anything."""

    values: NDArray[np.float64]
    sound: NDArray[np.bool_]


class Words(NamedTuple):
    """Hold a column of words; what is not sound may be anything."""

    values: pa.Array
    sound: NDArray[np.bool_]


def numbers(column: pa.Array, feature: Feature, *, textual: bool) -> Numbers:
    """Check a column of a numeric feature; null, NaN and what is beyond float32 are never sound."""
    values = _doubles(column, textual=textual)
    low = max(feature.range.low, -FLOAT32_MAX) if feature.range else -FLOAT32_MAX
    high = min(feature.range.high, FLOAT32_MAX) if feature.range else FLOAT32_MAX
    sound = (values >= low) & (values <= high)
    if feature.type is FeatureType.INTEGER:
        sound &= np.trunc(values) == values
    return Numbers(values, sound)


def words(column: pa.Array, feature: Feature) -> Words:
    """Check a column of a category; only a listed word is sound."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (
        pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type)
    ):
        return Words(column, np.zeros(len(column), np.bool_))
    listed = pc.is_in(column, value_set=pa.array(feature.values, column.type))
    return Words(column, listed.to_numpy(zero_copy_only=False))


def is_number(text: str) -> bool:
    """Say whether a cell of CSV is a number."""
    return re.fullmatch(JSON_NUMBER, text) is not None


def _doubles(column: pa.Array, *, textual: bool) -> NDArray[np.float64]:
    """Give a column as doubles, NaN for whatever is no number."""
    of = column.type
    if textual and pa.types.is_string(of):
        column = _parsed(column)
    elif not (pa.types.is_integer(of) or pa.types.is_floating(of) or pa.types.is_decimal(of)):
        return np.full(len(column), np.nan)
    doubles = column.cast(pa.float64(), safe=False)
    given: NDArray[np.float64] = doubles.fill_null(np.nan).to_numpy(zero_copy_only=False)
    return given


def _parsed(column: pa.Array) -> pa.Array:
    """Read text as numbers; null where it is none."""
    written = pc.if_else(pc.match_substring_regex(column, JSON_NUMBER), column, None)
    try:
        return written.cast(pa.float64())
    except pa.ArrowInvalid:  # a number that no double holds, such as 1e400: Python makes it infinite
        return pa.array([None if text is None else float(text) for text in written.to_pylist()], pa.float64())
