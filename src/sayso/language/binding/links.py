"""Judge whether two neighbours of a clause belong together."""

import itertools
from collections.abc import Sequence

from sayso.contract.units import CURRENCIES
from sayso.language import gaps
from sayso.language.binding.ages import is_of_age
from sayso.language.binding.state import TurnState
from sayso.language.choices import Choice
from sayso.language.clauses import (
    CHOICE,
    QUANTITY,
    UNKNOWN,
    Clause,
    Node,
)
from sayso.language.gaps import Gap
from sayso.language.lexemes import GLUE_WORD, Lexeme
from sayso.language.lexicon.words import COPULAS

_NAMING = COPULAS | {"of", "at", ":", "="}
_UNKNOWN_FORWARD = frozenset("of is was at in = : # no . 's number were are".split())
_UNKNOWN_REVERSE = frozenset("of ‐ the a my our this".split())
CONSUMED = "consumed"
"""A category word that only says what a number is of (``a $320,000 mortgage``)."""


def links_ahead(clause: Clause) -> None:
    """Let category words that name a number (``rent is $1,200``) be unknown words."""
    for node, following in itertools.pairwise(clause.nodes):
        if node.kind == CHOICE and following.kind == QUANTITY and _names(node, following):
            node.kind = UNKNOWN
        elif node.kind == QUANTITY and following.kind == CHOICE and not following.before and _is_measure(node):
            following.kind = CONSUMED
            node.taken = True


def _names(word: Node, number: Node) -> bool:
    gap = [lexeme.text for lexeme in number.before]
    if not gap:
        return number.quantity.unit in CURRENCIES
    choice = word.lexeme.item
    somebody = isinstance(choice, Choice) and choice.kin  # "my aunt is seventy-three"
    return bool(set(gap) & _NAMING) and not somebody and not is_of_age(word, number)


def _is_measure(number: Node) -> bool:
    return number.quantity.unit in CURRENCIES or number.quantity.unit == "percent"


def link(state: TurnState, a: Node, b: Node) -> Gap:
    """Judge whether two neighbours belong together."""
    match a.kind, b.kind:
        case "name", "quantity":
            return _compatible(state, a, b, gaps.forward(b.before))
        case "quantity", "name":
            return _compatible(state, b, a, gaps.reverse(b.before), reverse=True)
        case "name", "choice":
            return choice_link(a, b)
        case "choice", "name" if not b.before and a.lexeme.item and _is_of(a, b):
            return Gap(leads=True)
        case "unknown", "quantity":
            return _unknown_link(b.before, _UNKNOWN_FORWARD)
        case "quantity", "unknown":
            if a.quantity.unit is not None and b.lexeme.kind == UNKNOWN:
                return gaps.NO_LINK
            return _unknown_link(b.before, _UNKNOWN_REVERSE)._replace(strong=True)
        case _:
            return gaps.NO_LINK


def _compatible(state: TurnState, name: Node, number: Node, gap: Gap, *, reverse: bool = False) -> Gap:
    """Drop a weak link to a number whose unit the feature can't take; a strong one stays, and blocks."""
    if not gap.leads:
        return gap
    label, facts = name.label, state.vocabulary.facts[name.label.feature]
    if label.only_moves and gap.movement is None:
        return gaps.NO_LINK
    if not facts.numeric:
        return gap if gap.strong or not number.quantity.unit else gaps.NO_LINK
    if gap.strong and not reverse:
        return gap
    value = state.vocabulary.value(label.feature, number.quantity)
    mismatch = isinstance(value, str) and number.quantity.unit is not None and number.quantity.value is not None
    return gaps.NO_LINK if mismatch else gap


def _is_of(word: Node, name: Node) -> bool:
    """Say whether a category word is one of a name's own values (``sunny weather``)."""
    choice = word.lexeme.item
    return isinstance(choice, Choice) and any(index == name.label.feature for index, _ in choice.options)


def choice_link(name: Node, word: Node) -> Gap:
    """Judge whether a category word belongs to the name before it."""
    choice = word.lexeme.item
    assert isinstance(choice, Choice)
    if not any(index == name.label.feature for index, _ in choice.options):
        return gaps.NO_LINK
    gap = gaps.forward(word.before)
    return gap if gap.movement is None and gap.unit is None else gaps.NO_LINK


def _unknown_link(gap: Sequence[Lexeme], allowed: frozenset[str]) -> Gap:
    if gap and gap[0].text == "of" and "of" in allowed and all(lexeme.kind == GLUE_WORD for lexeme in gap):
        return Gap(leads=True)
    return Gap(leads=True) if all(lexeme.text in allowed for lexeme in gap) else gaps.NO_LINK
