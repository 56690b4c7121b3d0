"""Cut folded text into words, numbers, shapes of digits, marks and line ends, in linear time.

It knows no meaning: a number token is a run of digits with its inner marks, a shape is a run that can only be a date, a
time of day or an identifier.
"""

import re
from typing import NamedTuple

from sayso.language.fold import Folded

WORD, NUMBER, MARK, LINE = "word", "number", "mark", "line"
SHAPE = "shape"
"""Digits joined by dashes, slashes, dots or colons as only dates, times and identifiers are."""


class Token(NamedTuple):
    """Hold one token; offsets are code points of the raw text."""

    kind: str
    text: str
    start: int
    end: int
    glued: bool
    """No blank stands before it."""


_TOKEN = re.compile(
    r"""
      (?P<shape> (?<![\w.])(?:
          \d{4}[-/.]\d{1,2}[-/.]\d{1,2}                # 2027-03-15
        | \d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})      # 15/03/2027, 15.3.27
        | \d{1,2}/\d{4}                                # 3/2027
        | \d{4}-\d{2}                                  # 2027-03
        | \d{1,2}:\d{2}(?::\d{2})?                     # 10:30
        | \d+(?:-\d+){2,}                              # 212-555-0199
        )(?![\w%]|[-/:.,]\d) )
    | (?P<number> \d+(?:[.,\u00a0]\d+|'\d{3})*(?:e[+-]?\d+(?!\w))? | (?<![\w.,])\.\d+ )
    | (?P<word> [^\W\d_][^\W_]*(?:'[^\W\d_]+)* )
    | (?P<line> \n )
    | (?P<mark> -> | [^\s\w] | _ )
    """,
    re.VERBOSE,
)


def tokenize(folded: Folded) -> list[Token]:
    """Cut one folded turn into tokens; a possessive ``'s`` becomes a token of its own."""
    tokens: list[Token] = []
    places = folded.places
    last = -1
    for match in _TOKEN.finditer(folded.text):
        start, end = match.span()
        kind = match.lastgroup or MARK
        text = match.group()
        glued = start == last
        last = end
        if kind == WORD and text.endswith("'s") and text not in _WHOLE:
            middle = end - 2
            tokens.append(Token(WORD, text[:-2], places[start], places[middle - 1] + 1, glued))
            tokens.append(Token(WORD, "'s", places[middle], places[end - 1] + 1, glued=True))
            continue
        tokens.append(Token(kind, text, places[start], places[end - 1] + 1, glued))
    return tokens


_WHOLE = frozenset({"let's"})
