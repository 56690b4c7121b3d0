"""Fold text so that one meaning has one form, while every character remembers where it came from.

Full-width digits, narrow spaces, curly quotes and the minus sign become plain; vulgar fractions become `` 1/2``. Quotes
are always cut from the raw text, by the offsets kept here.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

GROUP_SPACE = "\u00a0"
"""What a no-break or thin space becomes: blank between words, a group mark inside a number."""

_GROUP_SPACES = "\u00a0\u202f\u2009\u2007\u2008"
_REPLACED = {
    "\u2212": "-",  # minus sign
    "\u2010": "-",  # hyphen
    "\u2011": "-",  # no-break hyphen
    "\ufe63": "-",
    "\uff0d": "-",
    "\u2012": "–",  # figure dash
    "\u2015": "—",
    "\u2018": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\u00b4": "'",
    "`": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00ad": "",  # soft hyphen
    "\u200b": "",  # zero-width space
    "\u200d": "",
    "\ufeff": "",
    "\u2044": "/",
    "\r": "\n",
} | dict.fromkeys(_GROUP_SPACES, GROUP_SPACE)

_RAISED = frozenset("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")
"""Raised and lowered digits, which NFKC would run into the digits before them."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Hold folded lower-case text and the raw place of each of its characters."""

    text: str
    places: Sequence[int]
    """``places[i]`` is the raw index of folded character i; one entry more for the end."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the raw ``[start, end)`` of a folded span that is not empty."""
        return self.places[start], self.places[end - 1] + 1


def fold(raw: str) -> Folded:
    """Fold one turn."""
    if raw.isascii() and "`" not in raw and "\r" not in raw:
        return Folded(raw.lower(), range(len(raw) + 1))
    parts: list[str] = []
    places: list[int] = []
    for index, character in enumerate(raw):
        folded = character.lower() if character.isascii() and character not in _REPLACED else _folded(character)
        if character in _RAISED and not (parts and parts[-1].isalpha()):
            folded = "^" + folded  # 3² is not 32, while m² is a unit
        parts.append(folded)
        places.extend([index] * len(folded))
    places.append(len(raw))
    return Folded("".join(parts), places)


def _folded(character: str) -> str:
    replaced = _REPLACED.get(character)
    if replaced is not None:
        return replaced
    plain = unicodedata.normalize("NFKC", character)
    if "\u2044" in plain:  # a vulgar fraction, which NFKC would run into the digit before it: 5½ is not 51/2
        return " " + plain.replace("\u2044", "/")
    return plain.lower()
