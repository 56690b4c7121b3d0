"""Read what takes up, corrects or doubts what was said before."""

from sayso.language.binding.state import TurnState
from sayso.language.clauses import (
    NAME,
    QUANTITY,
    UNKNOWN,
    Clause,
    Node,
    marked,
    marks_of,
)
from sayso.language.lexemes import GLUE_WORD, MARKS, PUNCTUATION
from sayso.language.lexicon.marks import Mark
from sayso.language.lexicon.words import COPULAS, HEDGES, PRONOUNS
from sayso.language.statements import Effect, Statement

_FILLERS = frozenset("no nope er erm uh um ah oh hmm wait sorry oops .".split())
"""A clause of these alone takes back the number before it: ``3, er, 2.3``."""
_TAKES_BACK = frozenset({"scratch that", "strike that", "never mind", "nevermind", "nvm"})


def note_before(state: TurnState, clause: Clause) -> None:
    """Notice a correction that stands before the first number or name of a clause."""
    head = clause.nodes[0].before if clause.nodes else clause.lexemes
    if clause.lexemes and all(lexeme.text in _FILLERS for lexeme in clause.lexemes):
        state.corrects = True
    elif clause.nodes:
        state.corrects = state.corrects or marked(head, Mark.CORRECTION)
    elif any(lexeme.text in _TAKES_BACK for lexeme in clause.lexemes) and state.statements:
        last = state.statements[-1]
        state.note(last._replace(effect=Effect.WITHDRAWN, value=None, reason="was taken back"))
        state.corrects = True
    elif marked(clause.lexemes, Mark.CORRECTION):
        state.corrects = True


def note_after(state: TurnState, clause: Clause) -> None:
    """Notice a correction that ends a clause, for the next."""
    if clause.nodes and marked(clause.nodes[-1].after, Mark.CORRECTION):
        state.corrects = True


def is_open(state: TurnState, name: Node) -> bool:
    """Say whether a name's own number was set aside, so that ``it`` can still mean it."""
    said = state.latest_of.get(name.label.feature)
    return said is not None and said.effect is Effect.DENIED


def alone(state: TurnState, clause: Clause, previous: Clause | None) -> None:
    """Read a lone number after a correction, after a name that was set aside, or as a second value."""
    free = [node for node in clause.of_kind(QUANTITY) if not node.taken]
    if len(free) != 1 or clause.of_kind(UNKNOWN) or any(not name.taken for name in clause.of_kind(NAME)):
        return
    node = free[0]
    if marked(node.before, Mark.CORRECTION):
        state.corrects = True
    if node.dead is not None and not node.denied:
        if state.corrects:
            _unresolved(state, node)
        return
    if node.dead is not None:
        _deny_again(state, clause, node)
        return
    if state.corrects:
        _correct(state, node)
    elif state.latest is not None and _begins_now(clause, node):
        state.corrects = True
        _take_up(state, node, state.latest)
    elif state.last_name is not None and _takes_up(clause, node):
        _take_up(state, node, state.last_name)
    elif previous is not None and state.context.asked is None:
        _second_value(state, clause, previous, node)


def _deny_again(state: TurnState, clause: Clause, node: Node) -> None:
    """Let ``62, not 52`` deny the 52 for the feature that was just stated."""
    if state.statements and clause.joint == ",":
        value = state.vocabulary.value(state.statements[-1].feature, node.quantity)
        state.deny(state.statements[-1].feature, node, node.dead or "", value)
        node.taken = True


def _correct(state: TurnState, node: Node) -> None:
    """Give a corrected number to the feature that was stated last, where its unit allows."""
    last = next((s for s in reversed(state.statements) if s.effect is not Effect.DENIED), None)
    if state.last_name is not None and not state.last_name.taken:
        _take_up(state, node, state.last_name)
        return
    earlier = [other for other in state.loose if other is not node and not other.taken]
    if last is None and earlier and state.context.asked is not None:
        for other in earlier:
            other.taken = True
        state.corrects = False
        return
    features = [last.feature] if last is not None else list(state.context.recent)
    if len(features) == 1:
        value = state.vocabulary.value(features[0], node.quantity)
        if not isinstance(value, str):
            state.take(node, features[0], value)
            return
    _unresolved(state, node)


def _unresolved(state: TurnState, node: Node) -> None:
    """Ask again for everything that a correction could have meant."""
    said = state.stated or set(state.context.recent)
    for feature in sorted(said):
        facts = state.vocabulary.facts[feature]
        if facts.numeric and (
            node.quantity.value is None or not isinstance(state.vocabulary.value(feature, node.quantity), str)
        ):
            core = state.core(node)
            state.note(
                Statement(feature, Effect.BLOCKED, None, *core, *core, reason="may have been corrected", corrects=True)
            )
    state.corrects = False
    node.taken = True


def _take_up(state: TurnState, node: Node, name: Node) -> None:
    value = state.vocabulary.value(name.label.feature, node.quantity)
    if isinstance(value, str):
        state.block(name.label.feature, node, value)
    elif name.label.only_moves or not state.vocabulary.facts[name.label.feature].numeric:
        return
    else:
        state.take(node, name.label.feature, value)
    node.taken = True


def _second_value(state: TurnState, clause: Clause, previous: Clause, node: Node) -> None:
    """Let a lone number right after a stated one (``inflation 3 and 4``) make that one doubtful."""
    if not state.statements or not previous.nodes or previous.nodes[-1].kind != QUANTITY or clause.joint == "but":
        return
    last = state.statements[-1]
    if last.effect is not Effect.SET or state.core(previous.nodes[-1]) != (last.core_start, last.core_end):
        return
    value = state.vocabulary.value(last.feature, node.quantity)
    if not isinstance(value, str) and not isinstance(last.value, str) and len(clause.nodes) == 1:
        state.block(last.feature, node, "can be a second value")


def _begins_now(clause: Clause, node: Node) -> bool:
    """Find ``now it's 4.1``: the last name's value at this time, whatever was said of another."""
    before = [lexeme for lexeme in clause.lexemes if lexeme.first < node.lexeme.first and lexeme.kind != PUNCTUATION]
    if not before or Mark.NOW not in marks_of(before[0]):
        return False
    return all(lexeme.text in PRONOUNS | COPULAS | HEDGES | {"use", "at"} for lexeme in before[1:])


def _takes_up(clause: Clause, node: Node) -> bool:
    """Say whether a clause takes up the last name: ``it's 4.4``, ``now 105``, ``but 6``."""
    before = [lexeme for lexeme in clause.lexemes if lexeme.first < node.lexeme.first]
    if not all(lexeme.kind in (GLUE_WORD, MARKS) or lexeme.kind == PUNCTUATION for lexeme in before):
        return False
    if clause.joint == "but" and all(lexeme.text in HEDGES or lexeme.kind == MARKS for lexeme in before):
        return True
    first = before[0] if before else None
    if first is None:
        return False
    return first.text in PRONOUNS or first.text in COPULAS or Mark.NOW in marks_of(first) or Mark.BUT in marks_of(first)
