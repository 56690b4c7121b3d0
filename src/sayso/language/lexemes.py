"""Turn tokens into lexemes: names, category words, quantities, dates, marks, glue and unknown words.

It drops nothing: every digit run and number word becomes a quantity or a date, readable or not. Which
name a quantity belongs to is decided later.
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from sayso.contract.units import CURRENCIES
from sayso.language import dates
from sayso.language.choices import Choice
from sayso.language.dates import Date
from sayso.language.fold import fold
from sayso.language.labels import Label
from sayso.language.lexicon.marks import PHRASES, Mark
from sayso.language.lexicon.months import NEEDS_A_NUMBER
from sayso.language.lexicon.numbers import NUMBER_WORDS, ORDINALS
from sayso.language.lexicon.words import GLUE
from sayso.language.numerals import DecimalStyle
from sayso.language.quantities import quantity
from sayso.language.quantity import Quantity
from sayso.language.tokens import LINE, MARK, NUMBER, SHAPE, WORD, Token, tokenize
from sayso.language.typos import SHORTEST
from sayso.language.unit_forms import Unit
from sayso.language.vocabulary import Entry, Vocabulary

Item = Label | Choice | Quantity | Date | frozenset[Mark] | Unit | None


class Lexeme(NamedTuple):
    """Hold one lexeme."""

    kind: str
    first: int
    """Its first token."""
    stop: int
    """The index after its last token."""
    text: str
    item: Item = None


NAME, CHOICE, QUANTITY, DATE = "name", "choice", "quantity", "date"
UNKNOWN = "unknown"
"""A word that is understood nowhere: it may name another quantity."""
GLUE_WORD, UNIT, MARKS, PUNCTUATION = "glue", "unit", "marks", "punctuation"
BREAK = "break"
"""The end of a line."""

NODES = frozenset({NAME, CHOICE, QUANTITY, DATE, UNKNOWN})
"""Lexemes that stand for something; the others stand between them."""


def lexemes(
    tokens: Sequence[Token], vocabulary: Vocabulary, raw: str, decimal: DecimalStyle | None = None
) -> list[Lexeme]:
    """Read tokens of one turn from left to right, each once; `decimal` overrides the vocabulary's style."""
    style = decimal or vocabulary.decimal
    tokens = _corrected(tokens, vocabulary)
    found: list[Lexeme] = []
    index = 0
    while index < len(tokens):
        lexeme = _at(tokens, index, vocabulary, raw, style)
        found.append(lexeme)
        index = lexeme.stop
    return found


def _corrected(tokens: Sequence[Token], vocabulary: Vocabulary) -> Sequence[Token]:
    """Put misspelt words of names right; everything else stays as written."""
    changed: list[Token] | None = None
    for index, token in enumerate(tokens):
        if token.kind == WORD and len(token.text) >= SHORTEST and token.text not in GLUE:
            corrected = vocabulary.typos.correct(token.text)
            if corrected is not None and token.text not in _marks():
                changed = list(tokens) if changed is None else changed
                changed[index] = token._replace(text=corrected)
    return tokens if changed is None else changed


def _at(tokens: Sequence[Token], index: int, vocabulary: Vocabulary, raw: str, style: DecimalStyle) -> Lexeme:
    """Read the lexeme at a token: the longest phrase, else a date, a quantity, a mark or a word."""
    token = tokens[index]
    own_stop, own = _phrase(tokens, index, vocabulary.phrases)
    if token.kind == LINE:
        return Lexeme(BREAK, index, index + 1, "\n")
    if token.kind == NUMBER and _is_list_number(tokens, index):
        return Lexeme(PUNCTUATION, index, index + 2, "*")
    mark_stop, marks = _mark(tokens, index)
    if own is not None and own_stop >= mark_stop and not _is_verb(tokens, index, own, own_stop, marks):
        return Lexeme(NAME if isinstance(own, Label) else CHOICE, index, own_stop, _text(tokens, index, own_stop), own)
    if (clock := _clock(tokens, index)) is not None:
        return Lexeme(QUANTITY, index, clock.stop, token.text, clock)
    if (date := _date(tokens, index, raw)) is not None:
        return Lexeme(DATE, index, date.stop, _text(tokens, index, date.stop), date)
    read = quantity(tokens, index, vocabulary.forms, style) if _may_begin(token) else None
    if read is not None and read.stop > mark_stop:
        return Lexeme(QUANTITY, index, read.stop, _text(tokens, index, read.stop), read)
    if marks is not None:
        return Lexeme(MARKS, index, mark_stop, _text(tokens, index, mark_stop), marks)
    if read is not None:
        return Lexeme(QUANTITY, index, read.stop, _text(tokens, index, read.stop), read)
    return _word(tokens, index, vocabulary)


def _is_list_number(tokens: Sequence[Token], index: int) -> bool:
    """Find ``2)`` before what it numbers."""
    if len(tokens[index].text) > 2 or index + 2 >= len(tokens) or tokens[index + 1].text != ")":
        return False
    starts = index == 0 or tokens[index - 1].kind == LINE or tokens[index - 1].text in (":", ";", ",", ".")
    return starts and tokens[index + 1].glued


def _clock(tokens: Sequence[Token], index: int) -> Quantity | None:
    """Read a time of day on the hour (``17:00``) as its hour; other times are no whole hour."""
    token = tokens[index]
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", token.text) if token.kind == SHAPE else None
    if found is None or int(found[1]) > 24 or int(found[2]) > 59:
        return None
    reason = None if found[2] == "00" else "is no whole hour"
    span = (token.start, token.end)
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    stop = index + 2 if following in ("hours", "hrs", "h", "uhr") else index + 1
    return Quantity(stop, Fraction(int(found[1])), "clock", token.text, None, *span, *span, reason)


def _is_verb(tokens: Sequence[Token], index: int, own: Entry, stop: int, marks: frozenset[Mark] | None) -> bool:
    """Tell ``temperatures will fall to 8`` from the season."""
    if not isinstance(own, Choice) or marks is None:
        return False
    if Mark.WITHOUT in marks:  # "no wind" against "holiday no"
        follower = tokens[stop] if stop < len(tokens) else None
        after_name = index > 0 and tokens[index - 1].kind == WORD and tokens[index - 1].text not in GLUE
        return follower is not None and follower.kind == WORD and not after_name and follower.text not in GLUE
    if Mark.RELATIVE in marks:  # "double that" against double glazing
        return stop < len(tokens) and tokens[stop].text in ("that", "it", "this", "the", "what", "my", "as")
    if not marks & {Mark.UP, Mark.DOWN}:
        return False
    before = tokens[index - 1].text if index else ""
    after = tokens[stop].text if stop < len(tokens) else ""
    return before in ("will", "would", "may", "might", "could", "can", "to", "'ll") or after in (
        "to",
        "by",
        "from",
        "below",
    )


_SIGN_WORDS = frozenset({"minus", "negative", "plus", "a", "an", "half", "point", "oh"})
_BEGINNINGS = NUMBER_WORDS | _SIGN_WORDS | {code.lower() for code in CURRENCIES} | {"us", "c"}
_SIGN_MARKS = frozenset("-–+$€£¥₹")


def _may_begin(token: Token) -> bool:
    """Say whether a quantity can begin with a token, so that most words cost one look-up."""
    if token.kind == NUMBER:
        return True
    if token.kind == WORD:
        text = token.text
        return text in _BEGINNINGS
    return token.kind == MARK and token.text in _SIGN_MARKS


def _word(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> Lexeme:
    token = tokens[index]
    if token.kind == SHAPE:
        return Lexeme(UNKNOWN, index, index + 1, token.text)
    unit = vocabulary.forms.find(tokens, index, close=_is_bracketed(tokens, index))
    if unit is not None and _is_bracketed(tokens, index) and unit.stop < len(tokens) and tokens[unit.stop].text in ")]":
        return Lexeme(UNIT, index, unit.stop, unit.surface, unit)
    if token.kind == MARK and unit is None:
        return Lexeme(PUNCTUATION, index, index + 1, HYPHEN if _is_hyphen(tokens, index) else token.text)
    if token.text in GLUE:
        return Lexeme(GLUE_WORD, index, index + 1, token.text)
    if unit is not None and len(unit.surface) > 1 | (token.kind == MARK):
        return Lexeme(UNIT, index, unit.stop, unit.surface, unit)
    if (label := _near_name(tokens, index, vocabulary)) is not None:
        return label
    return Lexeme(UNKNOWN, index, index + 1, token.text)


def _is_bracketed(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a token stands right after an opening bracket, as a unit does in a table's head."""
    return index > 0 and tokens[index - 1].text in ("(", "[")


HYPHEN = "‐"
"""What a hyphen inside a compound becomes (``four-bedroom``): it parts nothing, while a dash between words does."""


def _is_hyphen(tokens: Sequence[Token], index: int) -> bool:
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    return tokens[index].text == "-" and tokens[index].glued and after is not None and after.glued and index > 0


def _near_name(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> Lexeme | None:
    """Read a name that is cut off (``infl``)."""
    word = tokens[index].text
    if len(word) >= 4 and word.isalpha():
        labels = {label.feature: label for name, label in vocabulary.label_words.items() if _is_cut(word, name)}
        if len(labels) == 1:
            return Lexeme(NAME, index, index + 1, word, next(iter(labels.values())))
    return None


def _is_cut(word: str, name: str) -> bool:
    return len(name) >= len(word) + 3 and name.startswith(word)


def _date(tokens: Sequence[Token], index: int, raw: str) -> Date | None:
    """Read a date, unless its month is a common word in lower case without a year (``inflation 5 may rise``)."""
    token = tokens[index]
    if token.kind not in (SHAPE, NUMBER, WORD):
        return None
    found = dates.date(tokens, index)
    if found is not None and found.month is None and found.year is None and _counts_a_noun(tokens, found.stop):
        return None
    if found is None or found.year is not None or found.month is None:
        return found
    words = [t for t in tokens[index : found.stop] if t.text in NEEDS_A_NUMBER]
    if any(raw[t.start].islower() for t in words) and raw != raw.lower():
        return None
    return found


def _counts_a_noun(tokens: Sequence[Token], stop: int) -> bool:
    """Find ``the first frost``: an ordinal that counts what stands after it is no day."""
    if stop >= len(tokens) or tokens[stop].kind != WORD:
        return False
    in_words = tokens[stop - 1].text in ORDINALS
    return in_words or tokens[stop].text not in GLUE


def _phrase(
    tokens: Sequence[Token], index: int, phrases: Mapping[str, Sequence[tuple[tuple[str, ...], Entry]]]
) -> tuple[int, Entry | None]:
    """Find the longest of a contract's phrases that starts here; hyphens and brackets inside a name don't matter."""
    for words, entry in phrases.get(tokens[index].text, ()):
        stop = _follow(tokens, index, words)
        if stop:
            return stop, entry
    return 0, None


def _follow(tokens: Sequence[Token], index: int, words: tuple[str, ...]) -> int:
    """Give the index after the words where they stand here; 0 where they don't."""
    at, opened = index + 1, False
    for word in words[1:]:
        if at < len(tokens) and tokens[at].text in _INSIDE:
            opened = opened or tokens[at].text == "("
            at += 1
        if at >= len(tokens) or tokens[at].text != word:
            return 0
        at += 1
    if opened and at < len(tokens) and tokens[at].text == ")":
        at += 1
    return at


_INSIDE = frozenset("-_(/")


def _mark(tokens: Sequence[Token], index: int) -> tuple[int, frozenset[Mark] | None]:
    """Find the longest general phrase that changes what a number says."""
    for words, marks in _marks().get(tokens[index].text, ()):
        stop = index + len(words)
        if stop <= len(tokens) and all(tokens[index + k].text == words[k] for k in range(1, len(words))):
            return stop, marks
    return 0, None


@cache
def _marks() -> Mapping[str, Sequence[tuple[tuple[str, ...], frozenset[Mark]]]]:
    """Build the table of marks once a process, on first use."""
    effects: dict[tuple[str, ...], set[Mark]] = {}
    for mark, written in PHRASES.items():
        for phrase in filter(None, written.split("|")):
            effects.setdefault(tuple(token.text for token in tokenize(fold(phrase))), set()).add(mark)
    table: dict[str, list[tuple[tuple[str, ...], frozenset[Mark]]]] = {}
    for words, marks in effects.items():
        table.setdefault(words[0], []).append((words, frozenset(marks)))
    return {first: sorted(rows, key=lambda row: -len(row[0])) for first, rows in table.items()}


def _text(tokens: Sequence[Token], start: int, stop: int) -> str:
    return tokens[start].text if stop == start + 1 else " ".join(token.text for token in tokens[start:stop])
