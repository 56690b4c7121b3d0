"""Read a question or an assumption as its hearer would: which features it names, which numbers it says.

It uses the reading that conversations are read with, so that an alias counts as a name here where it counts there.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from sayso.contract import units
from sayso.language.fold import fold
from sayso.language.labels import GENERIC_NOUNS, GROWTH_NOUNS, Label
from sayso.language.lexemes import UNKNOWN, Lexeme, lexemes
from sayso.language.lexicon.words import GLUE
from sayso.language.quantity import Quantity
from sayso.language.tokens import tokenize
from sayso.language.unit_forms import Unit
from sayso.language.vocabulary import Vocabulary

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_DIGITS = re.compile(r"[-−]?\d+(?:\.\d+)?")
_REQUESTS = re.compile(r"\?|\b(tell|give|say|provide|supply|send|look up|please|need|which|what|how)\b")
_MEASURES = (GENERIC_NOUNS | GROWTH_NOUNS) - {"number", "figure", "value", "reading", "percent"}
_PLAIN_MODIFIERS = frozenset(("rate", "read", "mean", "open", "missing", "last", "remaining"))
"""Words before a name that make it no other quantity: ``I read inflation as …``."""


class Sentence(NamedTuple):
    """Hold what one sentence says."""

    text: str
    named: tuple[int, ...]
    """The features that it names, by index in the contract."""
    numbers: tuple[Fraction, ...]
    asks: bool
    """Whether it asks for something."""
    strays: tuple[str, ...]
    """Names of quantities that are no feature's, and units that no feature takes."""


def sentences(text: str, vocabulary: Vocabulary) -> tuple[Sentence, ...]:
    """Read a text sentence by sentence."""
    return tuple(_sentence(part, vocabulary) for part in _SENTENCE_END.split(text.strip()) if part)


def numbers(text: str, vocabulary: Vocabulary) -> frozenset[Fraction]:
    """Give every number of a text, in digits or words, as it is written."""
    return frozenset(_numbers(_lexemes(text, vocabulary)))


def _lexemes(text: str, vocabulary: Vocabulary) -> list[Lexeme]:
    return lexemes(tokenize(fold(text)), vocabulary, text)


def _sentence(text: str, vocabulary: Vocabulary) -> Sentence:
    found = _lexemes(text, vocabulary)
    named = dict.fromkeys(
        lexeme.item.feature
        for index, lexeme in enumerate(found)
        if isinstance(lexeme.item, Label) and not _is_other(found, index)
    )
    asks = _REQUESTS.search(text.casefold()) is not None
    return Sentence(text, tuple(named), tuple(_numbers(found)), asks, tuple(_strays(found, vocabulary)))


def _numbers(found: Sequence[Lexeme]) -> Iterator[Fraction]:
    for lexeme in found:
        if isinstance(lexeme.item, Quantity):
            if lexeme.item.value is not None:
                yield lexeme.item.value
            else:
                yield from (Fraction(digits.replace("−", "-")) for digits in _DIGITS.findall(lexeme.text))


def _is_other(found: Sequence[Lexeme], index: int) -> bool:
    """Say whether an unknown word before a name makes it another quantity's: ``nominal GDP``."""
    before = found[index - 1] if index else None
    return before is not None and before.kind == UNKNOWN and before.text not in _PLAIN_MODIFIERS | GLUE


def _strays(found: Sequence[Lexeme], vocabulary: Vocabulary) -> Iterator[str]:
    for index, lexeme in enumerate(found):
        if (isinstance(lexeme.item, Label) and _is_other(found, index)) or _is_measure(found, index):
            yield f"{found[index - 1].text} {lexeme.text}"
        elif isinstance(lexeme.item, Unit) and not _is_taken(lexeme.item, vocabulary):
            yield lexeme.text


def _is_measure(found: Sequence[Lexeme], index: int) -> bool:
    """Say whether an unknown word and a measure name another quantity: ``participation rate``."""
    is_pair = index > 0 and found[index].text in _MEASURES and found[index - 1].kind == UNKNOWN
    return is_pair and not _is_manner(found, index)


def _is_manner(found: Sequence[Lexeme], index: int) -> bool:
    """Say whether a measure only says how something is counted: ``at an annual rate``."""
    return index > 1 and found[index - 2].text in ("a", "an")


def _is_taken(unit: Unit, vocabulary: Vocabulary) -> bool:
    """Say whether a feature takes a unit, as it is or converted."""
    return any(
        feature.unit is not None
        and (unit.name in (feature.unit, *feature.units) or units.conversion(unit.name, feature.unit) is not None)
        for feature in vocabulary.contract.features
    )
