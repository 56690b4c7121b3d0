"""Take in the rows that a model was fitted on, or name every column that disagrees with the contract.

Whoever holds `TrainingRows` knows that no value is missing and that each lies in the contract's range, in contract
order. Columns must be named: the names are what ties the model's columns to the contract's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sayso.contract.model import Contract, Feature, FeatureType, Range
from sayso.failures import PackError, Problem


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """Hold complete training rows in contract order, with their target."""

    frame: pd.DataFrame
    target: NDArray[np.float64]

    @classmethod
    def of(cls, contract: Contract, rows: pd.DataFrame, target: object) -> "TrainingRows":
        """Check rows and target against the contract; raises PackError naming every column at fault."""
        wanted = np.asarray(target)
        problems = [*_name_problems(contract, rows), *_shape_problems(rows, wanted)]
        if not problems:
            problems = [*_column_problems(contract, rows), *_target_problems(contract, wanted)]
        if problems:
            raise PackError(problems)
        return cls(rows.reset_index(drop=True), wanted.astype(np.float64))


def _name_problems(contract: Contract, rows: pd.DataFrame) -> Iterator[Problem]:
    if not isinstance(rows, pd.DataFrame):
        yield Problem(
            "rows", "are no pandas DataFrame; name the columns, so that they can be compared with the contract"
        )
        return
    yield from column_differences("rows", [str(name) for name in rows.columns], contract)


def column_differences(place: str, names: list[str], contract: Contract) -> Iterator[Problem]:
    """Say how these column names differ from the contract's: missing, too many, or in another order."""
    missing = [name for name in contract.names if name not in names]
    extra = [name for name in names if name not in contract.by_name]
    if missing:
        yield Problem(place, f"lack {missing}, which the contract lists; fit on them, or take them out of the contract")
    if extra:
        yield Problem(place, f"have {extra}, which the contract does not list; add them there, or fit without them")
    if not missing and not extra and tuple(names) != contract.names:
        order = f"have the order {names}; the contract's is {list(contract.names)}"
        yield Problem(place, f"{order}; fit anew with the columns in contract order")


def _shape_problems(rows: pd.DataFrame, target: NDArray[np.generic]) -> Iterator[Problem]:
    if target.ndim != 1:
        yield Problem("target", f"has the shape {target.shape}; a contract has one target, as one column")
    elif len(target) != len(rows):
        yield Problem("target", f"has {len(target)} values for {len(rows)} rows")
    elif len(rows) < 2:
        yield Problem("rows", "are fewer than two; give the rows that the model was fitted on")


def _column_problems(contract: Contract, rows: pd.DataFrame) -> Iterator[Problem]:
    for feature in contract.features:
        column = rows[feature.name]
        place = f"rows[{feature.name!r}]"
        if missing := int(column.isna().sum()):
            first = int(np.flatnonzero(column.isna())[0])
            yield Problem(place, f"has {missing} missing values, the first in row {first}; {_COMPLETE}")
        elif not is_number(column.to_numpy()):
            yield Problem(place, f"holds {column.dtype}, the contract says {feature.type}; convert it before fitting")
        else:
            yield from _value_problems(place, feature, column.to_numpy(np.float64))


_COMPLETE = "fit on complete rows, since the people who ask are never asked for less than everything"


def is_number(values: NDArray[np.generic]) -> bool:
    """Say whether an array holds numbers; booleans are no numbers."""
    return bool(np.issubdtype(values.dtype, np.number))


def _value_problems(place: str, feature: Feature, values: NDArray[np.float64]) -> Iterator[Problem]:
    if feature.type is FeatureType.INTEGER and (values != np.floor(values)).any():
        yield Problem(place, f"holds {values[values != np.floor(values)][0]:g}, the contract says integer")
    yield from _range_problems(place, feature.range, values)


def _range_problems(place: str, allowed: Range | None, values: NDArray[np.float64]) -> Iterator[Problem]:
    if not np.isfinite(values).all():
        yield Problem(place, "holds infinite values")
    elif allowed and (outside := values[(values < allowed.low) | (values > allowed.high)]).size:
        yield Problem(place, f"has {outside.size} values outside {allowed}, such as {outside[0]:g}; {_WIDEN}")


_WIDEN = "widen the contract's range, or leave those rows out of the fit"


def _target_problems(contract: Contract, target: NDArray[np.generic]) -> Iterator[Problem]:
    if not is_number(target):
        yield Problem("target", f"holds {target.dtype}, the contract says number")
        return
    values = target.astype(np.float64)
    if missing := int(np.isnan(values).sum()):
        yield Problem("target", f"has {missing} missing values; {_COMPLETE}")
    else:
        yield from _range_problems("target", contract.target.range, values)
