"""Take in the rows that a model was fitted on, or name every column that disagrees with the contract.

Whoever holds `TrainingRows` knows that no value is missing and that each is admitted by the contract. Columns must be
named and in contract order: the names are what ties the model's columns to the contract's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sayso.contract.model import Contract, Feature, FeatureType, Range, TargetType
from sayso.failures import PackError, Problem
from sayso.predictor.packing.coding import Codes, Coding, coding_of


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """Hold complete training rows in contract order, with their target."""

    contract: Contract
    frame: pd.DataFrame
    """As the model was fitted on them: a category may be text, booleans or other codes."""
    target: "pd.Series[object]"
    """As the model was fitted on it."""
    codings: Mapping[str, Coding]
    """How each category feature is coded."""
    target_coding: Coding | None
    """How a category target is coded; None for a number."""

    @classmethod
    def of(cls, contract: Contract, rows: pd.DataFrame, target: object, codes: Codes) -> "TrainingRows":
        """Check rows and target against the contract; raises PackError naming every column at fault."""
        problems = [*_name_problems(contract, rows), *_code_problems(contract, codes), *_shape_problems(rows, target)]
        if problems:
            raise PackError(problems)
        wanted = pd.Series(np.asarray(target))
        found = {of.name: _column(of, rows[of.name], codes) for of in contract.features}
        judged = _target(contract, wanted, codes)
        problems = [*_problems(found), *_problems({"target": judged})]
        if problems:
            raise PackError(problems)
        codings = {name: coding for name, coding in found.items() if isinstance(coding, Coding)}
        return cls(
            contract, rows.reset_index(drop=True), wanted, codings, judged if isinstance(judged, Coding) else None
        )

    def numbers(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Give the numeric features of rows like these, [rows, numbers], in contract order."""
        return np.asarray(frame[[name for name in self.contract.names if name not in self.codings]], dtype=np.float64)

    def words(self, frame: pd.DataFrame) -> NDArray[np.object_]:
        """Give the category features of rows like these as the contract's words, [rows, categories]."""
        columns = [coding.words_of(frame[name]) for name, coding in self.codings.items()]
        return np.column_stack(columns) if columns else np.empty((len(frame), 0), dtype=object)

    def target_words(self) -> NDArray[np.object_]:
        """Give a category target as the contract's words."""
        assert self.target_coding is not None
        return self.target_coding.words_of(self.target)


def _name_problems(contract: Contract, rows: pd.DataFrame) -> Iterator[Problem]:
    if not isinstance(rows, pd.DataFrame):
        yield Problem(
            "rows", "are no pandas DataFrame; name the columns, so that they can be compared with the contract"
        )
        return
    if nameless := [name for name in rows.columns if not isinstance(name, str)]:
        yield Problem("rows", f"have columns named {nameless[:5]}, which is no text; name them and fit again")
        return
    yield from column_differences("rows", list(rows.columns), contract.names)


def column_differences(place: str, names: list[str], wanted: tuple[str, ...]) -> Iterator[Problem]:
    """Say how these column names differ from the contract's: missing, too many, or in another order."""
    missing = [name for name in wanted if name not in names]
    extra = [name for name in names if name not in wanted]
    if missing:
        yield Problem(place, f"lack {missing}, which the contract lists; fit on them, or take them out of the contract")
    if extra:
        yield Problem(place, f"have {extra}, which the contract does not list; add them there, or fit without them")
    if not missing and not extra and tuple(names) != wanted:
        order = f"have the order {names}; the contract's is {list(wanted)}"
        yield Problem(place, f"{order}; fit anew with the columns in contract order")


def _code_problems(contract: Contract, codes: Codes) -> Iterator[Problem]:
    categories = {of.name for of in contract.features if of.type is FeatureType.CATEGORY}
    if contract.target.type is TargetType.CATEGORY:
        categories.add(contract.target.name)
    for name in codes:
        if name not in categories:
            yield Problem(f"codes[{name!r}]", f"is for no category of the contract; those are {sorted(categories)}")


def _shape_problems(rows: pd.DataFrame, target: object) -> Iterator[Problem]:
    shape = np.asarray(target).shape
    if len(shape) != 1:
        yield Problem("target", f"has the shape {shape}; a contract has one target, as one column")
    elif shape[0] != len(rows):
        yield Problem("target", f"has {shape[0]} values for {len(rows)} rows")
    elif len(rows) < 2:
        yield Problem("rows", "are fewer than two; give the rows that the model was fitted on")


_Judged = Coding | Problem | None
"""A category's coding, a column's first fault, or nothing to say about a sound number."""


def _problems(judged: Mapping[str, _Judged]) -> Iterator[Problem]:
    yield from (found for found in judged.values() if isinstance(found, Problem))


def _column(feature: Feature, column: "pd.Series[object]", codes: Codes) -> _Judged:
    place = f"rows[{feature.name!r}]"
    if missing := _missing(place, column):
        return missing
    if feature.type is FeatureType.CATEGORY:
        return coding_of(place, feature.values, column, codes.get(feature.name))
    return _number(place, column, feature.range, whole=feature.type is FeatureType.INTEGER)


def _target(contract: Contract, target: "pd.Series[object]", codes: Codes) -> _Judged:
    if missing := _missing("target", target):
        return missing
    if contract.target.type is TargetType.CATEGORY:
        return coding_of("target", contract.target.values, target, codes.get(contract.target.name))
    return _number("target", target, contract.target.range, whole=False)


def _missing(place: str, column: "pd.Series[object]") -> Problem | None:
    gaps = column.isna().to_numpy()
    if not gaps.any():
        return None
    where = f"has {int(gaps.sum())} missing values, the first in row {int(np.flatnonzero(gaps)[0])}"
    return Problem(place, f"{where}; fit on complete rows, since nobody who asks may leave anything out")


def _number(place: str, column: "pd.Series[object]", allowed: Range | None, *, whole: bool) -> Problem | None:
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return Problem(place, f"holds {column.dtype}, the contract says number; convert it before fitting")
    values = column.to_numpy(np.float64)
    if not np.isfinite(values).all():
        return Problem(place, "holds infinite values")
    if whole and (parts := values[values != np.floor(values)]).size:
        return Problem(place, f"holds {parts[0]:g}, the contract says integer")
    if allowed and (outside := values[(values < allowed.low) | (values > allowed.high)]).size:
        where = f"has {outside.size} values outside {allowed}, such as {outside[0]:g}"
        return Problem(place, f"{where}; widen the contract's range, or leave those rows out of the fit")
    return None
