"""Set aside what states nothing: orders, questions, other times, and what is said to be unsure."""

import itertools
from collections.abc import Iterator

from sayso.language import gaps
from sayso.language.binding.state import TurnState
from sayso.language.clauses import (
    CHOICE,
    DATE,
    NAME,
    QUANTITY,
    Clause,
    Node,
    Sentence,
    marked,
    marks_of,
)
from sayso.language.lexemes import Lexeme
from sayso.language.lexicon.marks import Mark
from sayso.language.lexicon.words import AUXILIARIES
from sayso.language.statements import Effect, Statement

_PAST_VERBS = frozenset("was were had stood hit peaked reached ran averaged".split())
_TIME_UNITS = frozenset({"year", "month", "week", "day", "hour", "minute", "second"})


def is_order(state: TurnState, sentence: Sentence) -> bool:
    """Find a sentence that instructs the system, or an order that follows one."""
    if state.goes_on or marked(sentence.lexemes, Mark.INJECTION):
        return True
    return state.injected and any(lexeme.text in gaps.ORDERS for lexeme in sentence.lexemes)


def set_aside(state: TurnState, sentence: Sentence) -> None:
    """Kill the numbers of questions and of other times."""
    if _is_question(sentence):
        for node in sentence.nodes:
            node.kill(gaps.QUESTION, denied=True)
    if state.quoted:
        _set_quoted_aside(state, sentence)
    past = False
    for clause in sentence.clauses:
        past = _set_clause_aside(clause, past=past and clause.joint != "but")
        _date_elsewhere(state, clause)
        _unsure_of_name(state, clause)


def _set_quoted_aside(state: TurnState, sentence: Sentence) -> None:
    """Kill what stands with a name between quotes (``claims "inflation is 9 %"``); a quoted number alone is said."""
    nodes = list(sentence.nodes)
    for start, end in state.quoted:
        inside = [node for node in nodes if start <= state.start(node.lexeme) < end]
        if any(node.kind == NAME for node in inside):
            for node in inside:
                node.kill(gaps.QUOTED, denied=True)


def _set_clause_aside(clause: Clause, *, past: bool) -> bool:
    """Kill the numbers of one clause that are of another time or unsure; tell whether it ends in the past."""
    unsure = False
    for lexeme, node in _in_order(clause):
        marks = marks_of(lexeme)
        past = Mark.NOW not in marks and (past or Mark.PAST in marks)
        unsure = unsure or Mark.UNSURE in marks
        if node is None:
            continue
        if past and not is_turned(node):
            node.kill(gaps.OTHER_TIME, denied=True)
        if unsure:
            node.kill(gaps.UNSURE)
        _kill_locally(node)
    return past


def _date_elsewhere(state: TurnState, clause: Clause) -> None:
    """Let a past verb with a date (``was 14.7 % in April 2020``) speak of another time, where dates are no features."""
    if state.vocabulary.date_parts:
        return
    for number, date in itertools.pairwise(clause.nodes):
        past = any(lexeme.text in _PAST_VERBS for lexeme in number.before)
        if number.kind == QUANTITY and date.kind in (DATE, QUANTITY) and past and _is_dated(number, date):
            number.kill(gaps.OTHER_TIME, denied=True)


def _unsure_of_name(state: TurnState, clause: Clause) -> None:
    """Let ``not sure about the lot`` make the lot's value doubtful, where it has one."""
    for lexeme in clause.lexemes:
        if Mark.UNSURE in marks_of(lexeme) and not clause.of_kind(QUANTITY):
            for name in clause.of_kind(NAME):
                core = state.core(name)
                unsure = Statement(name.label.feature, Effect.BLOCKED, None, *core, *core, reason=gaps.UNSURE)
                state.add(unsure._replace(corrects=True))
            return


def _kill_locally(node: Node) -> None:
    """Look at what stands right before and after one number or word."""
    if node.kind == QUANTITY:
        quantity = node.quantity
        if quantity.reason is not None:
            node.kill(quantity.reason)
        duration = gaps.is_duration(node.before) and quantity.unit in _TIME_UNITS and not quantity.is_age
        reason, denied = (None, False) if duration else gaps.dead_before(node.before)
        if reason is not None:
            node.kill(reason, denied=denied)
        reason, denied = gaps.dead_after(node.after)
        if reason is not None and reason is not gaps.CHANGE and not is_turned(node):
            node.kill(reason, denied=denied)
    elif node.kind in (CHOICE, DATE):
        judge = gaps.dead_date if node.kind == DATE else gaps.dead_before
        reason, denied = judge(node.before)
        if reason is not None:
            node.kill(reason, denied=denied)


def is_turned(node: Node) -> bool:
    """Find ``turned 62`` and ``just turned``: a time in the past that states the present."""
    return marked(node.before, Mark.TURNED)


def _is_question(sentence: Sentence) -> bool:
    """Find ``is inflation 3?`` and ``should I use 3?``: they ask, they don't state."""
    if sentence.end != "?" or not sentence.clauses:
        return False
    first = [lexeme for lexeme in sentence.clauses[0].lexemes if lexeme.text not in ("so", "and", "well", "then")]
    if not first or first[0].text not in AUXILIARIES:
        return False
    rest = [lexeme for lexeme in first[1:] if lexeme.text not in ("the", "my", "our", "an", "a", "it", "that", "this")]
    if not rest:
        return False
    if rest[0].text in ("i", "we"):
        return first[0].text != "can" and not any(lexeme.text in ("get", "ask", "have", "see") for lexeme in rest[1:2])
    return rest[0].kind in (NAME, QUANTITY, CHOICE)


def _in_order(clause: Clause) -> Iterator[tuple[Lexeme, Node | None]]:
    nodes = {id(node.lexeme): node for node in clause.nodes}
    return ((lexeme, nodes.get(id(lexeme))) for lexeme in clause.lexemes)


def _is_dated(number: Node, date: Node) -> bool:
    """Say whether a date, or a bare year, tells when a number was so."""
    words = [lexeme.text for lexeme in date.before]
    year = date.kind == DATE or date.quantity.bare_integer
    return year and words[:1] in (["in"], ["on"], ["at"], ["during"], ["back"]) and number.quantity.value is not None
