"""Admit a batch of rows: matrices of the sound ones, a named refusal for each other."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sayso.contract.admit import refusal, violations_of
from sayso.contract.model import Contract, DateRule, FeatureType, LessOrEqualRule, Range, Rule
from sayso.failures import Failure, FailureClass
from sayso.score import columns

_DAYS_OF_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class Refused(NamedTuple):
    """Hold one row that gets no prediction."""

    place: int
    """Its 0-based place in the batch."""
    failure: Failure


class Admitted(NamedTuple):
    """Hold what may be sent to the model."""

    indexes: NDArray[np.int64]
    """The places of the rows in the batch."""
    numbers: NDArray[np.float32]
    words: NDArray[np.object_]
    extrapolated: Mapping[str, NDArray[np.bool_]]
    """For each numeric feature, which of the rows lie outside what the model learned from."""
    refused: list[Refused]


class Admission:
    """Hold what rows are admitted under."""

    def __init__(
        self, contract: Contract, training_ranges: Mapping[str, Range], *, textual: bool, extrapolate: bool
    ) -> None:
        """Take the contract and the ranges.

        Args:
            contract: what rows must obey.
            training_ranges: what the model learned from, by numeric feature.
            textual: whether numbers come as text, as in CSV.
            extrapolate: whether a row outside the training ranges may be predicted.
        """
        self._contract = contract
        self._ranges = training_ranges
        self._textual = textual
        self._extrapolate = extrapolate

    def admit(self, batch: pa.RecordBatch) -> Admitted:
        """Part the rows of one batch; it has a column for each feature."""
        sound = np.ones(batch.num_rows, np.bool_)
        numbers: dict[str, NDArray[np.float64]] = {}
        words: dict[str, pa.Array] = {}
        for feature in self._contract.features:
            column = batch.column(feature.name)
            if feature.type is FeatureType.CATEGORY:
                words[feature.name], fits = columns.words(column, feature)
            else:
                numbers[feature.name], fits = columns.numbers(column, feature, textual=self._textual)
            sound &= fits
        for rule in self._contract.rules:
            sound &= _obeys(rule, numbers, sound)
        beyond = {name: ~_within(numbers[name], of) for name, of in self._ranges.items() if name in numbers}
        refused = [Refused(index, self._failure(batch, index)) for index in np.flatnonzero(~sound).tolist()]
        if not self._extrapolate:
            refused += self._blocked(sound, beyond)
        indexes = np.flatnonzero(sound)
        return Admitted(
            indexes,
            _matrix([values[indexes] for values in numbers.values()], len(indexes)),
            _texts([column.take(pa.array(indexes)) for column in words.values()], len(indexes)),
            {name: mask[indexes] for name, mask in beyond.items()},
            sorted(refused, key=lambda one: one.place),
        )

    def _failure(self, batch: pa.RecordBatch, index: int) -> Failure:
        """Name what is wrong with one row, by the contract's own admission."""
        row = {name: self._value(name, batch.column(name)[index].as_py()) for name in self._contract.names}
        return refusal(tuple(violations_of(self._contract, row)))

    def _value(self, name: str, value: object) -> object:
        """Give a cell as JSON would hold it."""
        if isinstance(value, str):
            if not self._textual:
                return value
            numeric = self._contract.by_name[name].type is not FeatureType.CATEGORY
            return float(value) if numeric and columns.is_number(value) else value or None
        if isinstance(value, Decimal):
            return float(value)
        return value if value is None or isinstance(value, bool | int | float) else str(value)

    def _blocked(self, sound: NDArray[np.bool_], beyond: Mapping[str, NDArray[np.bool_]]) -> list[Refused]:
        """Take sound rows out that lie outside the training ranges."""
        blocked = np.zeros_like(sound)
        for mask in beyond.values():
            blocked |= mask & sound
        sound &= ~blocked
        found = []
        for index in np.flatnonzero(blocked).tolist():
            names = [name for name, mask in beyond.items() if mask[index]]
            learned = "; ".join(f"{name}: learned from {self._ranges[name]}" for name in names)
            found.append(Refused(index, Failure(FailureClass.EXTRAPOLATION, learned)))
        return found


def _within(values: NDArray[np.float64], of: Range) -> NDArray[np.bool_]:
    return (values >= of.low) & (values <= of.high)


def _obeys(rule: Rule, numbers: Mapping[str, NDArray[np.float64]], sound: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Apply one rule to the rows that are sound so far; the others may be answered either way."""
    match rule:
        case LessOrEqualRule(smaller, larger):
            return numbers[smaller] <= numbers[larger]
        case DateRule(year, month, day):
            y, m, d = (np.trunc(np.where(sound, numbers[name], 1)) for name in (year, month, day))
            y = np.maximum(y, 1)  # as `admit` does
            leap = (np.fmod(y, 4) == 0) & ((np.fmod(y, 100) != 0) | (np.fmod(y, 400) == 0))
            in_year = (m >= 1) & (m <= 12)
            days = _DAYS_OF_MONTH[np.where(in_year, m, 0).astype(np.int64)] + ((m == 2) & leap)
            kept: NDArray[np.bool_] = in_year & (d >= 1) & (d <= days)
            return kept


def _matrix(given: Sequence[NDArray[np.float64]], rows: int) -> NDArray[np.float32]:
    matrix = np.empty((rows, len(given)), np.float32)
    for index, values in enumerate(given):
        matrix[:, index] = values
    return matrix


def _texts(given: Sequence[pa.Array], rows: int) -> NDArray[np.object_]:
    matrix = np.empty((rows, len(given)), np.object_)
    for index, values in enumerate(given):
        matrix[:, index] = values.to_pylist()
    return matrix
