"""Read a date, or the parts of one that are certain; what was not said stays missing.

Year, month and day are separate. ``04/05/2027`` states the year alone, ``March '27`` the month alone.
Relative days state nothing. Impossible dates are read as said: the contract's date rule refuses them by name.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sayso.contract.model import DatePart
from sayso.language.fold import fold
from sayso.language.lexicon.months import MONTHS, NEEDS_A_NUMBER, ORDINAL_SUFFIXES, TIME_PREPOSITIONS
from sayso.language.lexicon.numbers import ORDINALS, SMALL, TENS
from sayso.language.tokens import NUMBER, SHAPE, WORD, Token, tokenize


class Date(NamedTuple):
    """Hold the parts of a date that were said; offsets are code points of the raw text."""

    stop: int
    """The index after its last token."""
    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int
    reason: str | None = None
    """Why a part that was hinted at is not certain."""


TWO_READINGS = "can be day/month or month/day"
TWO_DIGITS = "has a year of two digits"
NOT_A_DATE = "is no date"

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})/(\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})")
FIRST_YEAR, LAST_YEAR = 1900, 2100
"""What a bare integer of four digits can be as a year."""


def parse(phrase: str) -> Date | None:
    """Read a phrase that is one date and nothing else; None where it is not."""
    tokens = tokenize(fold(phrase))
    if not tokens:
        return None
    found = date(tokens, 0)
    if found is None and (year := _year(tokens, 0)) is not None:
        found = _make(tokens, 0, year.stop, year=year.value)
    whole = found is not None and found.stop == len(tokens) and found.reason != NOT_A_DATE
    return found if whole else None


def is_part(phrase: str, part: DatePart, value: object) -> bool:
    """Say whether a phrase is one part of a date in words, and nothing else: ``2027``, ``March``, ``15th``."""
    tokens = [token for token in tokenize(fold(phrase)) if token.text != "the"]
    if not tokens:
        return False
    match part:
        case DatePart.YEAR:
            return len(tokens) == 1 and len(tokens[0].text) == 4 and tokens[0].text == str(value)
        case DatePart.MONTH:
            return len(tokens) == 1 and MONTHS.get(tokens[0].text) == value
        case DatePart.DAY:
            day = ordinal(tokens, 0)
            bare = len(tokens) == 1 and tokens[0].text == str(value)
            return bare or (day is not None and day.stop == len(tokens) and day.value == value)


def date(tokens: Sequence[Token], start: int) -> Date | None:
    """Read the date that starts at a token; None where none starts there. A bare year is no date here."""
    token = tokens[start]
    if token.kind == SHAPE:
        return _shape(tokens, start)
    if token.text == "the" and start + 1 < len(tokens):
        found = _day_first(tokens, start + 1)
        return found and found._replace(start=tokens[start + 1].start)
    if token.kind == WORD and token.text in MONTHS:
        return _month_first(tokens, start)
    if token.kind == NUMBER or token.text in ORDINALS or token.text in TENS:
        return _day_first(tokens, start)
    if re.fullmatch(r"q[1-4]", token.text):
        year = _year(tokens, start + 1)
        return _make(tokens, start, year.stop, year=year.value) if year else None
    return None


class _Part(NamedTuple):
    stop: int
    value: int


def _shape(tokens: Sequence[Token], start: int) -> Date | None:
    """Read digits joined by marks: ``2027-03-15``, ``15/03/2027``, ``3/2027``."""
    text = tokens[start].text
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return _make(tokens, start, start + 1, year=year, month=month, day=day) if month <= 12 else _odd(tokens, start)
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(tokens, start, int(found[1]), int(found[3]), found[4])
    if found := _MONTH_YEAR.fullmatch(text):
        month, year = int(found[1]), int(found[2])
        good = 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR
        return _make(tokens, start, start + 1, year=year, month=month) if good else _odd(tokens, start)
    if found := _YEAR_MONTH.fullmatch(text):
        year, month = int(found[1]), int(found[2])
        good = 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR and month != year % 100 + 1
        return _make(tokens, start, start + 1, year=year, month=month) if good else _odd(tokens, start)
    return _odd(tokens, start)


def _odd(tokens: Sequence[Token], start: int) -> Date:
    return _make(tokens, start, start + 1, reason=NOT_A_DATE)


def _year_last(tokens: Sequence[Token], start: int, first: int, second: int, written: str) -> Date:
    """Tell day and month apart where one of them is beyond 12, or both are the same."""
    year = int(written) if len(written) == 4 else None
    reason = None if year else TWO_DIGITS
    stop = start + 1
    if first == second and 1 <= first <= 12:
        return _make(tokens, start, stop, year=year, month=first, day=first, reason=reason)
    if 12 < first <= 31 and 1 <= second <= 12:
        return _make(tokens, start, stop, year=year, month=second, day=first, reason=reason)
    if 12 < second <= 31 and 1 <= first <= 12:
        return _make(tokens, start, stop, year=year, month=first, day=second, reason=reason)
    if 1 <= first <= 12 and 1 <= second <= 12:
        return _make(tokens, start, stop, year=year, reason=reason or TWO_READINGS)
    return _odd(tokens, start)


def _month_first(tokens: Sequence[Token], start: int) -> Date | None:
    """Read ``March 15th, 2027``, ``March 2027``, ``in March``, and ``August`` where it can't be anything else."""
    month, at = MONTHS[tokens[start].text], start + 1
    if _text(tokens, at) == "." and tokens[at].glued:
        at += 1
    day = _day(tokens, at + 1 if _text(tokens, at) == "the" else at)
    if day is not None:
        year = _year(tokens, _skip(tokens, day.stop))
        stop = year.stop if year else day.stop
        if _text(tokens, stop) in ("%", ".", "-", "–", "/") and _kind(tokens, stop + 1) == NUMBER and not year:
            return None
        if _text(tokens, stop) == "%":
            return None
        return _make(tokens, start, stop, year=year.value if year else None, month=month, day=day.value)
    year = _year(tokens, _skip(tokens, at))
    if year is not None:
        return _make(tokens, start, year.stop, year=year.value, month=month)
    if _is_short_year(tokens, at):
        return _make(tokens, start, at + 2, month=month, reason=TWO_DIGITS)
    before = _text(tokens, start - 1)
    if tokens[start].text in NEEDS_A_NUMBER and before not in TIME_PREPOSITIONS:
        return None
    return _make(tokens, start, start + 1, month=month)


def _day_first(tokens: Sequence[Token], start: int) -> Date | None:
    """Read ``15 March 2027``, ``the 15th of March``, ``15 de marzo de 2027``, and ``the 15th`` alone."""
    day = _day(tokens, start)
    if day is None:
        return None
    at = day.stop
    if _text(tokens, at) in ("of", "de", "-", "day"):
        at += 1
        at += _text(tokens, at) == "of"
    if _text(tokens, at) in MONTHS and _kind(tokens, at) == WORD:
        month, stop = MONTHS[_text(tokens, at)], at + 1
        if _text(tokens, stop) == "." and tokens[stop].glued and _year(tokens, stop + 1):
            stop += 1
        year = _year(tokens, _skip(tokens, stop))
        if year is not None:
            return _make(tokens, start, year.stop, year=year.value, month=month, day=day.value)
        if _is_short_year(tokens, stop):
            return _make(tokens, start, stop + 2, month=month, day=day.value, reason=TWO_DIGITS)
        return _make(tokens, start, stop, month=month, day=day.value)
    if (
        _text(tokens, start - 1) == "the"
        and _is_ordinal(tokens, start, day.stop)
        and _text(tokens, day.stop) not in _RANKED
    ):
        return _make(tokens, start, day.stop, day=day.value)
    return None


_RANKED = frozenset(
    "quarter percentile time place half floor century one decile quartile grade year month week day".split()
)


def _is_ordinal(tokens: Sequence[Token], start: int, stop: int) -> bool:
    last = tokens[stop - 1].text
    return last in ORDINALS or last in ORDINAL_SUFFIXES or (stop - start == 1 and last in ORDINALS)


def ordinal(tokens: Sequence[Token], start: int) -> _Part | None:
    """Read an ordinal of a day, in digits or words: ``16th``, ``sixteenth``, ``twenty-first``."""
    day = _day(tokens, start)
    return day if day is not None and _is_ordinal(tokens, start, day.stop) else None


def _day(tokens: Sequence[Token], start: int) -> _Part | None:
    """Read a day of 1 to 31, with its ordinal ending if it has one."""
    token = tokens[start] if start < len(tokens) else None
    if token is None:
        return None
    if token.kind == NUMBER and token.text.isdigit() and len(token.text) <= 2 and 1 <= int(token.text) <= 31:
        following = start + 1
        if _text(tokens, following) in ORDINAL_SUFFIXES and tokens[following].glued:
            return _Part(following + 1, int(token.text))
        return _Part(following, int(token.text))
    if token.text in ORDINALS:
        return _Part(start + 1, ORDINALS[token.text])
    if token.text in ("twenty", "thirty"):
        at = start + 2 if _text(tokens, start + 1) == "-" else start + 1
        unit = ORDINALS.get(_text(tokens, at), 99)
        if unit <= 9 and TENS[token.text] + unit <= 31:
            return _Part(at + 1, TENS[token.text] + unit)
    return None


def _year(tokens: Sequence[Token], start: int) -> _Part | None:
    """Read a year of four digits, or one spoken in two halves (``twenty twenty-seven``)."""
    token = tokens[start] if 0 <= start < len(tokens) else None
    if token is None:
        return None
    if token.kind == NUMBER:
        if token.text.isdigit() and len(token.text) == 4 and FIRST_YEAR <= int(token.text) <= LAST_YEAR:
            if _text(tokens, start + 1) in ("%", "s") and tokens[start + 1].glued:
                return None
            return _Part(start + 1, int(token.text))
        return None
    return spoken_year(tokens, start)


def spoken_year(tokens: Sequence[Token], start: int) -> _Part | None:
    """Read ``twenty twenty-seven``, ``nineteen ninety``, ``two thousand (and) twenty-seven``."""
    first = _text(tokens, start)
    if first == "two" and _text(tokens, start + 1) == "thousand":
        at = start + 3 if _text(tokens, start + 2) == "and" else start + 2
        rest = _two_digits(tokens, at)
        return _Part(rest.stop, 2000 + rest.value) if rest else None
    century = {"nineteen": 1900, "twenty": 2000}.get(first)
    if century is None:
        return None
    at = start + 1
    rest = _two_digits(tokens, at)
    if rest is None or rest.value < 10:
        return None
    return _Part(rest.stop, century + rest.value)


def _two_digits(tokens: Sequence[Token], start: int) -> _Part | None:
    word = _text(tokens, start)
    if word in TENS:
        at = start + 2 if _text(tokens, start + 1) == "-" else start + 1
        unit = SMALL.get(_text(tokens, at), 0)
        return _Part(at + 1, TENS[word] + unit) if 1 <= unit <= 9 else _Part(start + 1, TENS[word])
    if word in SMALL and SMALL[word] > 0:
        return _Part(start + 1, SMALL[word])
    return None


def _is_short_year(tokens: Sequence[Token], start: int) -> bool:
    """Find ``'27``."""
    return _text(tokens, start) == "'" and _kind(tokens, start + 1) == NUMBER and len(_text(tokens, start + 1)) == 2


def _skip(tokens: Sequence[Token], start: int) -> int:
    """Step over what stands between month and year: a comma, ``of``, ``de``."""
    return start + 1 if _text(tokens, start) in (",", "of", "de", "-") else start


def _make(
    tokens: Sequence[Token],
    start: int,
    stop: int,
    *,
    year: int | None = None,
    month: int | None = None,
    day: int | None = None,
    reason: str | None = None,
) -> Date:
    return Date(stop, year, month, day, tokens[start].start, tokens[stop - 1].end, reason)


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""


def _kind(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].kind if 0 <= index < len(tokens) else ""
