"""Read dates, and numbers that need no name: by their unit, as an age, or as a year."""

from fractions import Fraction

from sayso.contract.model import DatePart
from sayso.contract.units import CURRENCIES
from sayso.language.binding.ages import age_feature
from sayso.language.binding.state import TurnState
from sayso.language.clauses import (
    NAME,
    UNKNOWN,
    Clause,
    Node,
    marked,
    marks_of,
)
from sayso.language.dates import FIRST_YEAR, LAST_YEAR, TWO_DIGITS, TWO_READINGS, Date
from sayso.language.lexemes import GLUE_WORD, MARKS
from sayso.language.lexicon.marks import Mark
from sayso.language.lexicon.words import BARE_GLUE, HEDGES
from sayso.language.statements import Effect, Statement


def date(state: TurnState, node: Node) -> None:
    """Read the parts of a date that the contract asks for; what is not said stays missing."""
    said = node.lexeme.item
    assert isinstance(said, Date)
    if node.dead is not None:
        if node.denied:
            _deny_date(state, node, said)
        return
    span = (said.start, said.end, said.start, said.end)
    for part, value in ((DatePart.YEAR, said.year), (DatePart.MONTH, said.month), (DatePart.DAY, said.day)):
        index = state.date_part(part)
        if index is None:
            continue
        if value is not None:
            state.note(Statement(index, Effect.SET, Fraction(value), *span, corrects=state.corrects))
        elif said.reason in (TWO_READINGS, TWO_DIGITS):
            state.note(Statement(index, Effect.BLOCKED, None, *span, reason=said.reason, corrects=state.corrects))
    if state.vocabulary.date_parts:
        state.corrects = False


def _deny_date(state: TurnState, node: Node, said: Date) -> None:
    """Take back the parts of a date that are denied: ``not the 15th``."""
    for part, value in ((DatePart.YEAR, said.year), (DatePart.MONTH, said.month), (DatePart.DAY, said.day)):
        index = state.date_part(part)
        if index is not None and value is not None:
            state.deny(index, node, node.dead or "", Fraction(value))


def unnamed(state: TurnState, clause: Clause, node: Node) -> None:
    """Read a number by its unit alone, or as an age or a year; another number is left to what comes after."""
    feature = _feature(state, clause, node) if node.dead is None else None
    if feature is None:
        if not clause.of_kind(UNKNOWN):
            state.loose.append(node)
        return
    value = state.vocabulary.value(feature, node.quantity)
    if not isinstance(value, str):
        state.take(node, feature, value)


def _feature(state: TurnState, clause: Clause, node: Node) -> int | None:
    for find in (age_feature, _year_feature, _unit_feature):
        feature = find(state, clause, node)
        if feature is not None:
            return feature
    return None


def _year_feature(state: TurnState, clause: Clause, node: Node) -> int | None:
    """Read a bare number of four digits as a year where the contract has one and the clause is understood."""
    index = state.date_part(DatePart.YEAR)
    value = node.quantity.value
    if index is None or not node.quantity.bare_integer or value is None or clause.of_kind(UNKNOWN):
        return None
    four_digits = node.quantity.core_end - node.quantity.core_start == 4
    return index if four_digits and FIRST_YEAR <= value <= LAST_YEAR else None


def _unit_feature(state: TurnState, clause: Clause, node: Node) -> int | None:
    """Read a number whose unit only one feature takes, in a clause of which every word is understood."""
    takers = state.vocabulary.takers(node.quantity)
    asked = [index for index in takers if index in state.context.asks]
    takers = asked if len(asked) == 1 else takers
    if len(takers) != 1 or node.quantity.per is not None:
        return None
    facts = state.vocabulary.facts[takers[0]]
    if any(other.kind == UNKNOWN or (other.kind == NAME and not other.taken) for other in clause.nodes):
        return None
    easily_meant = facts.is_age or node.quantity.unit in CURRENCIES  # many things have ages and prices
    if easily_meant and not facts.is_age and len(clause.nodes) > 1:
        return None
    return takers[0] if _is_understood(clause, node, HEDGES if easily_meant else BARE_GLUE) else None


_HARMLESS = frozenset({Mark.CORRECTION, Mark.NOW, Mark.IF, Mark.BOUND, Mark.TO})


def _is_understood(clause: Clause, node: Node, glue: frozenset[str]) -> bool:
    """Say whether a clause has no words but these, and no marks that change what its number means."""
    if marked(node.before[-1:], Mark.TO):
        return False
    if any(lexeme.text not in glue for lexeme in clause.lexemes if lexeme.kind == GLUE_WORD):
        return False
    return all(marks_of(lexeme) & _HARMLESS for lexeme in clause.lexemes if lexeme.kind == MARKS)
