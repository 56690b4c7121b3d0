"""A date gives the parts that are certain; what was not said stays missing."""

import pytest

from sayso.language import dates

Parts = tuple[int | None, int | None, int | None]

DATES: tuple[tuple[str, Parts, str | None], ...] = (
    ("2027-03-15", (2027, 3, 15), None),
    ("15/03/2027", (2027, 3, 15), None),
    ("15.3.2027", (2027, 3, 15), None),
    ("March 15th, 2027", (2027, 3, 15), None),
    ("15 March 2027", (2027, 3, 15), None),
    ("the 15th of March 2027", (2027, 3, 15), None),
    ("March 2027", (2027, 3, None), None),
    ("3/2027", (2027, 3, None), None),
    ("2027", (2027, None, None), None),
    ("July 4", (None, 7, 4), None),
    ("04/05/2027", (2027, None, None), dates.TWO_READINGS),
    ("05/05/2027", (2027, 5, 5), None),
    ("March '27", (None, 3, None), dates.TWO_DIGITS),
    ("31 February 2027", (2027, 2, 31), None),
)
"""Phrase, (year, month, day), and why a part that was hinted at is missing."""


@pytest.mark.parametrize(("phrase", "parts", "reason"), DATES, ids=[row[0] for row in DATES])
def test_a_date_has_the_parts_that_were_said(phrase: str, parts: Parts, reason: str | None) -> None:
    """``04/05/2027`` states the year alone; an impossible day is read as said, and the contract refuses it."""
    found = dates.parse(phrase)

    assert found is not None
    assert (found.year, found.month, found.day) == parts
    assert found.reason == reason


@pytest.mark.parametrize(
    "phrase", ["", "tomorrow", "next week", "3", "12", "March madness", "10:30", "1.5", "212-555-0199"]
)
def test_what_is_no_date_is_none(phrase: str) -> None:
    """Relative days and plain numbers are no dates."""
    assert dates.parse(phrase) is None
