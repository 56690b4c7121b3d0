"""Read what takes up, corrects or doubts what was said before."""

from sayso.language.binding.state import TurnState
from sayso.language.clauses import (
    NAME,
    QUANTITY,
    UNKNOWN,
    Clause,
    Node,
    Sentence,
    marked,
    marks_of,
)
from sayso.language.gaps import DENIED
from sayso.language.lexemes import GLUE_WORD, MARKS, PUNCTUATION
from sayso.language.lexicon.marks import Mark
from sayso.language.lexicon.numbers import SMALL
from sayso.language.lexicon.words import COPULAS, HEDGES, PRONOUNS
from sayso.language.statements import Effect, Statement

MAY_BE_CORRECTED = "may have been corrected"
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


def alone(state: TurnState, sentence: Sentence, clause: Clause, previous: Clause | None) -> None:
    """Read a lone number after a correction, after a name that was set aside, or as a second value."""
    free = [node for node in clause.of_kind(QUANTITY) if not node.taken]
    if len(free) == 2 and free[1].dead == DENIED and free[0].dead is None:
        state.corrects, free = True, free[:1]  # "30 km instead of 35"
    unknown = any(node.kind == UNKNOWN for node in sentence.nodes)
    if state.corrects and free and (len(free) > 1 or unknown or _goes_back(state, sentence, clause)):
        unresolved(state, free[0])
        return
    if len(free) != 1 or clause.of_kind(UNKNOWN) or any(not name.taken for name in clause.of_kind(NAME)):
        return
    node = free[0]
    if marked(node.before, Mark.CORRECTION):
        state.corrects = True
    if node.dead is not None:
        _dead(state, clause, node)
    elif state.corrects:
        _correct(state, node)
    elif state.latest is not None and (_begins_now(clause, node) or _is_set_against(clause, node)):
        state.corrects = True
        _take_up(state, node, state.latest)
    elif state.last_name is not None and _takes_up(clause, node):
        _take_up(state, node, state.last_name)
    elif previous is not None and state.context.asked is None:
        _second_value(state, clause, previous, node)


def _goes_back(state: TurnState, sentence: Sentence, clause: Clause) -> bool:
    """Find ``all fine except growth, which I misread: 0.9``: what is corrected was said in a sentence before."""
    if len(state.statements) > state.before_sentence:
        return False
    earlier = sentence.clauses[: sentence.clauses.index(clause)]
    words = (lexeme for each in earlier for lexeme in each.lexemes)
    others = (lexeme for lexeme in words if lexeme.kind not in (QUANTITY, PUNCTUATION))
    return any(lexeme.text not in _FILLERS and Mark.CORRECTION not in marks_of(lexeme) for lexeme in others)


def _dead(state: TurnState, clause: Clause, node: Node) -> None:
    """Let a number that states nothing deny, or make doubtful, what was stated."""
    if node.denied:
        _deny_again(state, clause, node)
    elif state.corrects:
        unresolved(state, node)


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
    unresolved(state, node)


def unresolved(state: TurnState, node: Node) -> None:
    """Ask again for everything that a correction could have meant."""
    if _is_no_value(node):
        return
    named = state.last_name.label.feature if state.last_name is not None and not state.last_name.taken else None
    candidates = {named} if named is not None else state.stated or set(state.context.recent)
    said = [feature for feature in sorted(candidates) if _can_be(state, feature, node)]
    asked = state.context.asked
    if not state.stated and asked is not None and state.loose:
        said = [*said, *([asked] if asked not in said and _can_be(state, asked, node) else [])]
        for other in state.loose:
            other.taken = True
    core = state.core(node)
    for feature in said:
        state.note(Statement(feature, Effect.BLOCKED, None, *core, *core, reason=MAY_BE_CORRECTED, corrects=True))
    state.corrects = state.corrects and not said
    node.taken = True


def doubt_names(state: TurnState, sentence: Sentence) -> None:
    """Let ``the cement was transposed: 340 kg/m3`` make the cement's value doubtful: its number found no way to it."""
    names = [node for node in sentence.nodes if node.kind == NAME and not node.taken]
    free = [node for node in sentence.nodes if node.kind == QUANTITY and node.dead is None and _is_free(node)]
    for name in names:
        for node in free:
            if node in state.loose:
                state.loose.remove(node)
            if _can_be(state, name.label.feature, node):
                state.block(name.label.feature, node, MAY_BE_CORRECTED)


def _is_free(node: Node) -> bool:
    """Say whether no name has a number; one that only an unknown word has is free where its unit says what it is."""
    return not node.taken or (node.by_unknown and node.quantity.unit is not None)


def _is_no_value(node: Node) -> bool:
    """Find ``two typos`` and ``the new one``: a small count of something else, or no number at all."""
    value = node.quantity.value
    return node.lexeme.text in SMALL and node.quantity.unit is None and value is not None and value <= 12


def _can_be(state: TurnState, feature: int, node: Node) -> bool:
    if not state.vocabulary.facts[feature].numeric:
        return False
    return node.quantity.value is None or not isinstance(state.vocabulary.value(feature, node.quantity), str)


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


def _is_set_against(clause: Clause, node: Node) -> bool:
    """Find ``mine is 4.2``, and ``but it is 28.6`` after what was only supposed."""
    before = [lexeme for lexeme in clause.lexemes if lexeme.first < node.lexeme.first and lexeme.kind != PUNCTUATION]
    words = [lexeme.text for lexeme in before]
    if words[:1] in (["mine"], ["ours"]):
        return all(lexeme.kind in (GLUE_WORD, MARKS) for lexeme in before)
    pronoun = words[:1] in (["it"], ["it's"], ["its"]) and all(word in COPULAS | HEDGES | {"it"} for word in words)
    return pronoun and clause.joint in ("but", "-", "–", "—", ";")


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
