"""Describe the columns of a table for a draft of a contract, say what to look at, and give rows as instances."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from sayso.contract.draft import Column, Numbers, Unclear, Words
from sayso.failures import PackError, Problem

MAX_WORDS = 1000
"""More different words than this are an identifier or free text, not a category."""

_CODES = 10
"""So few different whole numbers may stand for words."""


def describe(column: "pd.Series[object]") -> Column:
    """Describe one column by its values; missing ones say nothing."""
    name, present = str(column.name), column.dropna()
    if present.empty:
        return Unclear(name, "decide what this is; the column is empty")
    if pd.api.types.is_bool_dtype(present):
        return Words(name, ("yes", "no"))
    if pd.api.types.is_numeric_dtype(present):
        whole = pd.api.types.is_integer_dtype(column)
        return Numbers(name, whole=whole, extent=(float(present.min()), float(present.max())))
    if not all(isinstance(value, str) for value in present):
        return Unclear(name, f"number, integer or category; the column holds {present.dtype}")
    words = sorted(set(present))
    if len(words) > MAX_WORDS or (len(words) == len(present) and len(words) > 20):
        return Unclear(name, f"take it out, or group its values; {len(words)} different ones are no category")
    return Words(name, tuple(words)) if len(words) > 1 else Unclear(name, "take it out; it has one value alone")


def remarks(table: pd.DataFrame) -> Iterator[str]:
    """Say what somebody should look at before the draft is frozen, a line for each column."""
    for name in table.columns:
        column = table[name]
        if missing := int(column.isna().sum()):
            yield f"{name}: {missing} of {len(column)} values are missing; sayso pack refuses a model fitted on them"
        values = column.dropna()
        if pd.api.types.is_integer_dtype(values) and 1 < values.nunique() <= _CODES:
            shown = ", ".join(str(value) for value in sorted(set(values.tolist())))
            yield f"{name}: holds only {shown}; if they stand for words, make it a category and pack with --codes"


def instances(table: pd.DataFrame, names: Sequence[str], count: int) -> list[dict[str, object]]:
    """Give rows of a table as instances of a predict request, evenly chosen; booleans are ``yes`` and ``no``.

    Raises:
        PackError: the table lacks a column, or has fewer than two rows.
    """
    if missing := [name for name in names if name not in table.columns]:
        raise PackError([Problem("rows", f"lack {missing}, which the contract lists; they have {list(table.columns)}")])
    if len(table) < 2:
        raise PackError([Problem("rows", "are fewer than two; give rows that differ, as the model was fitted on")])
    chosen = np.linspace(0, len(table) - 1, min(count, len(table))).round().astype(int)
    columns = {name: table[name].iloc[chosen].astype(object).tolist() for name in names}
    plain = {name: [_plain(value) for value in values] for name, values in columns.items()}
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def _plain(value: object) -> object:
    """Give a value as JSON has it."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return value.item() if isinstance(value, np.generic) else value
