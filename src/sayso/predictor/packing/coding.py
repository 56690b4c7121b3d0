"""Translate between the contract's words for a category and what a model was fitted on.

Text is its own word. Booleans are ``yes`` and ``no``. Other codes (1 and 2 for a sex, 0 to 2 for a species) mean what
the caller says they mean; nothing is guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sayso.failures import Problem

Code = bool | int | float | str
Codes = Mapping[str, Mapping[str, Code]]
"""Feature or target name → the contract's word → the value in the training rows."""

YES_NO: Mapping[str, Code] = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Coding:
    """Hold the codes of one category, by word, in contract order."""

    codes: Mapping[str, Code]

    @property
    def is_text(self) -> bool:
        """Say whether the model takes the words themselves."""
        return all(word == code for word, code in self.codes.items())

    def words_of(self, values: "pd.Series[object]") -> NDArray[np.object_]:
        """Give the word of each value; all of them are known."""
        words = {code: word for word, code in self.codes.items()}
        return np.array([words[value] for value in values.tolist()], dtype=object)


def coding_of(
    place: str, words: tuple[str, ...], values: "pd.Series[object]", given: Mapping[str, Code] | None
) -> Coding | Problem:
    """Find the coding of a column without missing values, or say why there is none.

    Args:
        place: the column, for messages.
        words: the contract's words, in its order.
        values: the column.
        given: what the caller says the codes are; None where text or booleans speak for themselves.
    """
    codes = given if given is not None else _natural(words, values)
    if codes is None:
        example = ", ".join(f"{word!r}: …" for word in words[:3])
        return Problem(place, f"holds {values.dtype}, the contract has words; say which is which: codes={{{example}}}")
    if set(codes) != set(words) or len(set(codes.values())) != len(words):
        return Problem(place, f"has codes for {sorted(codes)}; give one of its own to each of {list(words)}")
    coding = Coding({word: codes[word] for word in words})
    return next(_disagreements(place, coding, set(values.tolist())), coding)


def _natural(words: tuple[str, ...], values: "pd.Series[object]") -> Mapping[str, Code] | None:
    if pd.api.types.is_bool_dtype(values):
        return YES_NO if set(words) == set(YES_NO) else None
    return {word: word for word in words} if all(isinstance(value, str) for value in values) else None


def _disagreements(place: str, coding: Coding, present: set[object]) -> Iterator[Problem]:
    known = set(coding.codes.values())
    if unknown := sorted(present - known, key=str):
        yield Problem(place, f"holds {unknown[:5]}, which the contract does not list among {list(coding.codes)[:10]}")
    if unseen := [word for word, code in coding.codes.items() if code not in present]:
        yield Problem(place, f"never holds {unseen[:5]}: the model can't know them; take them out of the contract")
