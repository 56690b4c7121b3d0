"""A misspelt name is known at one letter's distance, and at nothing more."""

import pytest

from sayso.language.typos import Typos

KNOWN = Typos({"unemployment", "inflation", "weight", "height", "temperature"}, {"implement"})


@pytest.mark.parametrize(
    ("word", "corrected"),
    [
        ("unemploymnt", "unemployment"),
        ("unemployement", "unemployment"),
        ("inflatoin", "inflation"),
        ("inflattion", "inflation"),
        ("wieght", "weight"),
        ("temprature", "temperature"),
    ],
    ids=[
        "a missing letter",
        "an extra letter",
        "a swap",
        "a doubled letter",
        "a swap near the front",
        "a missing vowel",
    ],
)
def test_one_letter_wrong_is_put_right(word: str, corrected: str) -> None:
    """One swapped, missing, doubled or extra letter is understood."""
    assert KNOWN.correct(word) == corrected


@pytest.mark.parametrize(
    "word",
    [
        "weight",
        "heigth5",
        "eight",
        "sleight",
        "inflition",
        "deflation",
        "nflation",
        "infltion" * 20,
        "unemplmnt",
        "wght",
    ],
    ids=[
        "a known word",
        "with a digit",
        "too short",
        "another first letter",
        "a replaced letter",
        "another word",
        "the first letter is missing",
        "very long",
        "two letters",
        "short and far",
    ],
)
def test_anything_else_stays_as_it_is(word: str) -> None:
    """A replaced letter makes another word of it: weight is never height."""
    assert KNOWN.correct(word) is None
