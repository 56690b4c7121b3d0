"""Read what takes values back, and what states zero by saying there is none."""

import itertools
from fractions import Fraction

from sayso.language import gaps
from sayso.language.binding.state import TurnState
from sayso.language.clauses import (
    NAME,
    QUANTITY,
    Clause,
    Sentence,
    marks_of,
)
from sayso.language.labels import Label
from sayso.language.lexemes import Lexeme
from sayso.language.lexicon.marks import Mark
from sayso.language.statements import Effect, Statement

_AFTER_NOTHING = frozenset("at all in it the mix whatsoever added used there here ) . this so far".split())
_BEFORE_NOTHING = frozenset("there is 's there's with has have we i it and so also a the uses used contains".split())


def withdraw(state: TurnState, sentence: Sentence, clause: Clause) -> None:
    """Read ``scrap the unemployment number``, and ``drop the LDL and the MAP``."""
    lexeme = next((each for each in clause.lexemes if _takes_out(clause, each)), None)
    if lexeme is None:
        return
    after = [node for node in clause.nodes if node.lexeme.first > lexeme.first]
    names = [node for node in after if isinstance(node.lexeme.item, Label)]
    for node in after:
        if node.kind == QUANTITY:
            node.kill(gaps.DENIED, denied=True)
    for node in names:
        node.taken = True
        _withdraw_feature(state, node.label.feature, lexeme, node.lexeme)
    if names:
        names_after = sentence.clauses[sentence.clauses.index(clause) + 1 :]
        for further in itertools.takewhile(_is_bare_name, names_after):
            further.nodes[0].taken = True
            _withdraw_feature(state, further.nodes[0].label.feature, further.nodes[0].lexeme, further.nodes[0].lexeme)
    rest = {each.text for each in clause.lexemes if each.first > lexeme.first}
    if not names and rest & {"date", "day"} and state.vocabulary.date_parts:
        for feature in state.vocabulary.date_parts.values():
            _withdraw_feature(state, feature, lexeme, lexeme)
    elif not names and rest & {"it", "that", "this", "one"} and state.latest is not None:
        _withdraw_feature(state, state.latest.label.feature, lexeme, lexeme)


def _is_bare_name(clause: Clause) -> bool:
    return len(clause.nodes) == 1 and clause.nodes[0].kind == NAME and clause.joint in (",", "and", "&")


def _withdraw_feature(state: TurnState, feature: int, first: Lexeme, last: Lexeme) -> None:
    span = (state.start(first), state.end(last))
    state.add(Statement(feature, Effect.WITHDRAWN, None, *span, *span, reason="was taken back"))


def zeros(state: TurnState, clause: Clause) -> None:
    """Read ``no superplasticizer at all`` as zero, where zero is in range and the clause ends there."""
    for index, node in enumerate(clause.nodes):
        if node.kind != NAME or node.taken or not node.before or Mark.WITHOUT not in marks_of(node.before[-1]):
            continue
        facts = state.vocabulary.facts[node.label.feature]
        bounds = facts.feature.range
        unfinished = any(lexeme.text not in _AFTER_NOTHING for lexeme in node.after) or index + 1 < len(clause.nodes)
        others = [lexeme for lexeme in node.before[:-1] if lexeme.text not in _BEFORE_NOTHING]
        if unfinished or others or not facts.numeric or facts.is_percent or bounds is None or 0.0 not in bounds:
            continue
        start, end = state.start(node.before[-1]), state.end(node.lexeme)
        node.taken = True
        state.add(Statement(node.label.feature, Effect.SET, Fraction(0), start, end, start, end))


def _takes_out(clause: Clause, lexeme: Lexeme) -> bool:
    """Find what takes a value back: ``scrap the …``, ``leave the … out``."""
    if Mark.WITHDRAWAL in marks_of(lexeme):
        return True
    if lexeme.text not in ("leave", "take", "throw"):
        return False
    return any(
        other.text in ("out", "away", "open", "blank", "empty", "unset") and other.first > lexeme.first
        for other in clause.lexemes
    )
