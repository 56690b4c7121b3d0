"""Read one turn: fold it, take out its structured parts, and bind what is left."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from sayso.language.binding import binder
from sayso.language.binding.state import NOTHING_ASKED, Context, TurnState
from sayso.language.dates import Date
from sayso.language.fold import fold
from sayso.language.lexemes import lexemes
from sayso.language.quantity import Quantity
from sayso.language.statements import Statement
from sayso.language.structures import passages
from sayso.language.tokens import tokenize
from sayso.language.vocabulary import Vocabulary


class Reading(NamedTuple):
    """Hold what one turn says."""

    statements: tuple[Statement, ...]
    mentions: tuple[tuple[int, int], ...]
    """The span of every numeral and date, in code points of the raw text."""


def read(text: str, vocabulary: Vocabulary, context: Context = NOTHING_ASKED) -> Reading:
    """Read one user turn in the light of what was asked."""
    tokens = tokenize(fold(text))
    state = TurnState(vocabulary, text, context)
    for passage in passages(text, tokens, vocabulary):
        read_passage = binder.skim if passage.silent else binder.read
        read_passage(state, passage.tokens, lexemes(passage.tokens, vocabulary, text, passage.decimal))
    binder.finish(state)
    return Reading(tuple(state.statements), tuple(state.mentions))


def numbers(phrase: str, vocabulary: Vocabulary, feature: int) -> Iterator[Fraction]:
    """Give every number that a phrase holds, as one feature would read it; of a date, its parts."""
    for lexeme in lexemes(tokenize(fold(phrase)), vocabulary, phrase):
        match lexeme.item:
            case Quantity() as quantity:
                value = vocabulary.value(feature, quantity)
                if isinstance(value, Fraction):
                    yield value
                    yield -value
            case Date() as date:
                yield from (Fraction(part) for part in (date.year, date.month, date.day) if part is not None)
            case _:
                continue
