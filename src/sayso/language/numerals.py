"""Read a bare numeral, in digits or in words, as an exact fraction, or say why it can't be read.

It knows neither signs nor units. What could be read in two ways is not read.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from sayso.language.lexicon.numbers import (
    DIGIT_WORDS,
    FRACTIONS,
    GLUED_SCALES,
    NOT_BEFORE_ONE,
    NUMBER_WORDS,
    SCALE_AFTER_DIGITS,
    SCALES,
    SMALL,
    TENS,
)
from sayso.language.tokens import NUMBER, WORD, Token


class DecimalStyle(StrEnum):
    """Say how people here write a decimal sign."""

    POINT = "point"
    COMMA = "comma"


class Numeral(NamedTuple):
    """Hold one numeral read from tokens."""

    stop: int
    """The index after its last token."""
    value: Fraction | None
    """None where it can't be read."""
    reason: str | None = None
    scale: str | None = None
    """A glued letter that may be a scale or a unit (``5m``); `value` is then unscaled."""
    plain: bool = False
    """Digits alone: no group mark, no decimal, no scale."""


UNREADABLE = "can't be read as one number"
MAX_DIGITS = 40
"""Longer runs of digits are identifiers, and cost time to multiply."""

_PLAIN = re.compile(r"\d+")
_READINGS = {
    DecimalStyle.POINT: re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:[\u00a0']\d{3})+)?(?:\.\d+)?"),
    DecimalStyle.COMMA: re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[\u00a0']\d{3})+)?(?:,\d+)?"),
}
_LEADING_ZERO_GROUP = re.compile(r"0\d*[,.\u00a0']\d{3}(?!\d)")


def digits(text: str, style: DecimalStyle) -> tuple[Fraction | None, str | None]:
    """Read a run of digits with its inner marks.

    The style's own reading wins; what does not fit it is read in the other style, and what fits neither is not read.
    """
    if len(text) > MAX_DIGITS:
        return None, UNREADABLE
    if _PLAIN.fullmatch(text):
        return Fraction(int(text)), None
    body, _, exponent = text.partition("e")
    other = DecimalStyle.COMMA if style is DecimalStyle.POINT else DecimalStyle.POINT
    for reading in (style, other):
        if _READINGS[reading].fullmatch(body) and not (reading is style and _grouped_zero(body, reading)):
            return _scaled(_decimal(body, reading), exponent)
    return None, UNREADABLE


def _grouped_zero(body: str, style: DecimalStyle) -> bool:
    """Say whether the style would read ``0,125`` as thousands, which nobody writes."""
    mark = "," if style is DecimalStyle.POINT else "."
    return mark in body and bool(_LEADING_ZERO_GROUP.match(body))


def _decimal(body: str, style: DecimalStyle) -> Fraction:
    point, group = (".", ",") if style is DecimalStyle.POINT else (",", ".")
    plain = body.replace(group, "").replace("\u00a0", "").replace("'", "")
    whole, _, decimals = plain.partition(point)
    return Fraction(int(whole + decimals or "0"), 10 ** len(decimals))


def _scaled(value: Fraction, exponent: str) -> tuple[Fraction | None, str | None]:
    if not exponent:
        return value, None
    power = int(exponent)
    if abs(power) > MAX_DIGITS:
        return None, UNREADABLE
    return value * Fraction(10) ** power, None


def numeral(tokens: Sequence[Token], start: int, style: DecimalStyle) -> Numeral | None:
    """Read the numeral that starts at a token; None where none starts there."""
    if start >= len(tokens):
        return None
    token = tokens[start]
    if token.kind == NUMBER:
        return _in_digits(tokens, start, style)
    if token.kind == WORD:
        return _in_words(tokens, start)
    return None


def _in_digits(tokens: Sequence[Token], start: int, style: DecimalStyle) -> Numeral:
    text = tokens[start].text
    value, reason = digits(text, style)
    stop = start + 1
    if value is None:
        return Numeral(stop, None, reason)
    if fraction := _slash_fraction(tokens, start):
        return fraction
    if (mixed := _slash_fraction(tokens, stop)) and mixed.value is not None and mixed.value < 1:
        return Numeral(mixed.stop, value + mixed.value)  # 2 1/4
    word = _text(tokens, stop)
    if word in GLUED_SCALES and tokens[stop].glued:
        if word == "k":
            return _tail(tokens, stop + 1, value * 1000, None)
        return Numeral(stop + 1, value, None, word)
    scale = SCALE_AFTER_DIGITS.get(word)
    if scale is not None:
        return Numeral(stop + 1, value * scale)
    if word == "point" and (_text(tokens, stop + 1) in DIGIT_WORDS or _kind(tokens, stop + 1) == NUMBER):
        return Numeral(stop + 2, None, UNREADABLE)  # "5 point 3": half digits, half dictation
    if word in NUMBER_WORDS and word not in ("one", "zero"):
        return Numeral(stop + 1, None, UNREADABLE)
    return _tail(tokens, stop, value, None, plain=_PLAIN.fullmatch(text) is not None)


def _slash_fraction(tokens: Sequence[Token], start: int) -> Numeral | None:
    """Read ``1/4``; a ratio that is no common fraction (``120/80``) is unreadable."""
    if _kind(tokens, start) != NUMBER or _text(tokens, start + 1) != "/" or _kind(tokens, start + 2) != NUMBER:
        return None
    if not (tokens[start + 1].glued and tokens[start + 2].glued):
        return None
    above, below = tokens[start].text, tokens[start + 2].text
    if _text(tokens, start + 3) == "/" or not (_PLAIN.fullmatch(above) and _PLAIN.fullmatch(below)):
        return Numeral(start + 3, None, UNREADABLE)
    if 0 < int(above) < int(below) and int(below) in _DENOMINATORS:
        return Numeral(start + 3, Fraction(int(above), int(below)), None, "fraction")
    return Numeral(start + 3, None, UNREADABLE)


_DENOMINATORS = frozenset({2, 3, 4, 5, 6, 8, 10, 16, 32, 64, 100})


def _in_words(tokens: Sequence[Token], start: int) -> Numeral | None:
    word = tokens[start].text
    if word in ("a", "an"):
        return _article(tokens, start)
    if word == "half":
        return _half(tokens, start)
    if word in ("point", "oh") and not (word == "oh" and _text(tokens, start + 1) != "point"):
        after = start + 1 if word == "point" else start + 2
        return _decimals(tokens, after, Fraction(0))
    if word not in NUMBER_WORDS or word == "dozen":
        return None
    if word == "one" and not _is_number_one(tokens, start):
        return None
    return _cardinal(tokens, start)


def _article(tokens: Sequence[Token], start: int) -> Numeral | None:
    """Read ``a hundred``, ``a dozen``, ``a quarter of a percent``; other articles are no numeral."""
    following = _text(tokens, start + 1)
    if following == "dozen":
        return Numeral(start + 2, Fraction(12))
    if following in SCALES or following == "hundred":
        return _cardinal(tokens, start + 1)
    if following in FRACTIONS and following != "half":
        return _of(tokens, start + 2, FRACTIONS[following])
    return None


def _half(tokens: Sequence[Token], start: int) -> Numeral | None:
    """Read ``half a million``, ``half a percent``; other halves are relations."""
    following = start + 2 if _text(tokens, start + 1) in ("a", "an") else start + 1
    if _text(tokens, following) in SCALES:
        return Numeral(following + 1, Fraction(SCALES[_text(tokens, following)], 2))
    if _text(tokens, following) in _HALVED:
        return Numeral(following, Fraction(1, 2))
    return None


_HALVED = frozenset(
    "percent per percentage year month day hour week point pound kilo kilogram mile meter metre".split()
)


def _of(tokens: Sequence[Token], stop: int, value: Fraction) -> Numeral:
    """Step over ``of a``, as in ``three quarters of a percent``; of a million: not read."""
    if _text(tokens, stop) == "of" and _text(tokens, stop + 1) in ("a", "an", "one"):
        if _text(tokens, stop + 2) in SCALES:
            return Numeral(stop + 3, value * SCALES[_text(tokens, stop + 2)])
        return Numeral(stop + 2, value, None, "fraction")
    return Numeral(stop, value, None, "fraction")


def _is_number_one(tokens: Sequence[Token], start: int) -> bool:
    """Tell the number from the pronoun: after ``that`` or before a verb, ``one`` is nobody's number."""
    return _text(tokens, start - 1) not in NOT_BEFORE_ONE and _text(tokens, start + 1) not in ("of", "can", "could")


class _Cardinal:
    """Build a cardinal word by word; says of each word whether it can follow."""

    def __init__(self) -> None:
        self.total = 0
        self.group: int | None = None
        self.last = ""
        self.scale = 10**15

    def take(self, word: str) -> bool:
        """Add one word; False where it can't follow."""
        if word in TENS:
            return self._add(TENS[word], "tens", ("", "hundred", "scale"))
        if word in SMALL:
            value = SMALL[word]
            return self._add(
                value, "unit", ("", "hundred", "scale", "tens") if 1 <= value <= 9 else ("", "hundred", "scale")
            )
        if word == "hundred":
            if self.last not in ("", "unit", "tens", "scale") or not 0 < (self.group or 1) < 100:
                return False
            self.group, self.last = (self.group or 1) * 100, "hundred"
            return True
        scale = SCALES[word]
        if scale >= self.scale or self.last == "scale":
            return False
        self.total += (self.group if self.group is not None else 1) * scale
        self.group, self.last, self.scale = None, "scale", scale
        return True

    def _add(self, value: int, kind: str, after: tuple[str, ...]) -> bool:
        if self.last not in after:
            return False
        self.group, self.last = (self.group or 0) + value, kind
        return True


def _joins(tokens: Sequence[Token], at: int, last: str | None) -> bool:
    """Say whether ``-`` or ``and`` joins two number words: ``twenty-one``, ``two hundred and five``."""
    following = _text(tokens, at + 1)
    if following not in NUMBER_WORDS:
        return False
    hyphen = tokens[at].text == "-" and tokens[at].glued
    return hyphen or (tokens[at].text == "and" and last in ("hundred", "scale") and following != "dozen")


def _cardinal(tokens: Sequence[Token], start: int) -> Numeral:
    """Read number words as far as they go; words that can't follow one another make the whole run unreadable."""
    built, stop, readable = _Cardinal(), start, True
    while stop < len(tokens):
        word = tokens[stop].text
        if word in NUMBER_WORDS and word != "dozen":
            if word == "one" and built.last and not _is_number_one(tokens, stop):
                break
            readable = built.take(word) and readable
            stop += 1
        elif _joins(tokens, stop, built.last):
            stop += 1
        else:
            break
    value = Fraction(built.total + (built.group or 0))
    if not readable:
        return Numeral(stop, None, UNREADABLE)
    word = _text(tokens, stop)
    if word == "point" and _text(tokens, stop + 1) in DIGIT_WORDS:
        return _decimals(tokens, stop + 1, value) or Numeral(stop, value)
    if word == "oh" and _text(tokens, stop + 1) in NUMBER_WORDS:
        return Numeral(stop + 2, None, UNREADABLE)
    if word in FRACTIONS and FRACTIONS[word] != Fraction(1, 2) and value < 64:
        return _of(tokens, stop + 1, value * FRACTIONS[word])  # three quarters of a percent
    return _tail(tokens, stop, value, built)


def _decimals(tokens: Sequence[Token], start: int, whole: Fraction) -> Numeral | None:
    """Read what follows ``point``: one digit a word (``five point two five``), or ``twenty-five`` for two digits."""
    written = ""
    stop = start
    while stop < len(tokens) and tokens[stop].text in DIGIT_WORDS and len(written) < 12:
        written += str(DIGIT_WORDS[tokens[stop].text])
        stop += 1
    if not written:
        return None
    if _text(tokens, stop) in NUMBER_WORDS - set(SCALES):
        return Numeral(stop + 1, None, UNREADABLE)
    value = whole + Fraction(int(written), 10 ** len(written))
    if _text(tokens, stop) in SCALES:
        return Numeral(stop + 1, value * SCALES[_text(tokens, stop)])
    return Numeral(stop, value)


def _tail(
    tokens: Sequence[Token], stop: int, value: Fraction, built: "_Cardinal | None", *, plain: bool = False
) -> Numeral:
    """Read ``and a half``, ``and three quarters``, and a scale after them (``one and a half million``)."""
    fraction = fraction_tail(tokens, stop)
    if fraction is None:
        return Numeral(stop, value, plain=plain)
    if built is not None and built.last == "scale":
        return Numeral(fraction.stop, None, UNREADABLE)  # "two million and a half": of what?
    assert fraction.value is not None
    whole = value + fraction.value
    scale = _text(tokens, fraction.stop)
    if scale in SCALES:
        return Numeral(fraction.stop + 1, whole * SCALES[scale])
    return Numeral(fraction.stop, whole)


def fraction_tail(tokens: Sequence[Token], stop: int) -> Numeral | None:
    """Read ``and a half`` or ``and seven eighths``; None where there is no such tail."""
    if _text(tokens, stop) != "and":
        return None
    word = _text(tokens, stop + 1)
    part = _text(tokens, stop + 2)
    if part == "-" and word in SMALL:
        stop, part = stop + 1, _text(tokens, stop + 3)  # and three-eighths
    if word in ("a", "an", "one") and part in FRACTIONS:
        return Numeral(stop + 3, FRACTIONS[part])
    if SMALL.get(word, 0) > 1 and part in FRACTIONS and SMALL[word] * FRACTIONS[part] < 1:
        return Numeral(stop + 3, SMALL[word] * FRACTIONS[part])
    return None


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""


def _kind(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].kind if 0 <= index < len(tokens) else ""
