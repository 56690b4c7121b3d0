"""Read category words, and the names of yes/no features, that stand by themselves."""

import itertools

from sayso.language import gaps
from sayso.language.binding.say import choose
from sayso.language.binding.state import TurnState
from sayso.language.choices import Choice
from sayso.language.clauses import (
    CHOICE,
    NAME,
    QUANTITY,
    UNKNOWN,
    Clause,
    Node,
    Sentence,
    marks_of,
)
from sayso.language.lexemes import PUNCTUATION
from sayso.language.lexicon.marks import Mark
from sayso.language.lexicon.words import POSSESSIVES, SUBJECTS
from sayso.language.statements import Effect, Statement

_ANSWER_GLUE = frozenset(": = - ? is ( )".split())
_PREDICATE_VERBS = frozenset("am i'm is 's has have with".split())
_PREDICATE_GLUE = _PREDICATE_VERBS | frozenset("i he she they we a an also not no without isn't".split())
_BESIDE_A_WORD = frozenset(
    "i i'm im it it's its 's is am a an the my me he she they we and so for patient is: please".split()
)
BARE_WORDS = frozenset("yes no in or own other none high low".split())
_ANSWERS = frozenset("yes no y n true false".split())
"""Words that answer a question, and state nothing where none was asked."""
_QUALIFIERS = frozenset("ex former non semi anti past would-be partner spouse".split())


def answered_words(state: TurnState, clause: Clause) -> None:
    """Read ``angina no``: a category word that is answered by yes or no."""
    for word, answer in itertools.pairwise(clause.nodes):
        if word.kind != CHOICE or answer.kind != CHOICE or word.taken or answer.taken:
            continue
        first, second = word.lexeme.item, answer.lexeme.item
        assert isinstance(first, Choice)
        assert isinstance(second, Choice)
        shared = {index for index, _ in first.options} & {index for index, _ in second.options}
        if len(shared) != 1 or any(lexeme.text not in _ANSWER_GLUE for lexeme in answer.before):
            continue
        word.taken = True
        if answer.lexeme.text in ("yes", "no", "y", "n", "true", "false"):
            choose(state, shared.pop(), answer)


def predicate(state: TurnState, sentence: Sentence, clause: Clause) -> None:
    """Read a yes/no feature's bare name as its yes or no: ``I am a smoker``, ``no diabetes``, ``smoker`` in a list."""
    name = clause.nodes[0] if len(clause.nodes) == 1 and clause.nodes[0].kind == NAME else None
    if name is None or name.taken or name.after or name.dead or sentence.end == "?":
        return
    words = {lexeme.text for lexeme in name.before}
    if not _is_yes_no(state, name.label.feature) or words - _PREDICATE_GLUE:
        return
    says_no = any(marks_of(lexeme) & {Mark.NOT, Mark.WITHOUT} for lexeme in name.before)
    if not (says_no or words & _PREDICATE_VERBS or (not words and _is_listed(state, sentence, clause))):
        return
    start, end = state.start(name.before[0] if says_no else name.lexeme), state.end(name.lexeme)
    name.taken = True
    value = "no" if says_no else "yes"
    state.add(Statement(name.label.feature, Effect.SET, value, start, end, state.start(name.lexeme), end))


def _is_yes_no(state: TurnState, feature: int) -> bool:
    return set(state.vocabulary.facts[feature].feature.values) == {"yes", "no"}


def _is_listed(state: TurnState, sentence: Sentence, clause: Clause) -> bool:
    """Say whether a bare name stands among things that are stated, and not before a name that has the value."""
    at = sentence.clauses.index(clause)
    following = next((node for each in sentence.clauses[at + 1 : at + 2] for node in each.nodes), None)
    named = following is not None and following.kind == NAME
    if following is not None and named and not state.vocabulary.facts[following.label.feature].numeric:
        return False
    others = [other for other in sentence.clauses if other is not clause]
    return any(other.of_kind(QUANTITY) or other.of_kind(CHOICE) for other in others)


def word(state: TurnState, clause: Clause, node: Node) -> None:
    """Read a category word that stands by itself, where nothing else can be meant."""
    choice = node.lexeme.item
    assert isinstance(choice, Choice)
    features = [index for index, _ in choice.options]
    if len(features) > 1 and state.context.asked in features:
        features = [state.context.asked] if clause.nodes[0] is node else []
    if len(features) != 1 or not _is_meant(state, clause, node, features[0]):
        return
    if node.dead is None or node.dead == gaps.UNSURE:
        choose(state, features[0], node)


def _is_meant(state: TurnState, clause: Clause, node: Node, feature: int) -> bool:
    choice = node.lexeme.item
    assert isinstance(choice, Choice)
    if choice.kin:
        return _is_about_kin(clause, node)
    if choice.common:
        return _is_alone(state, clause, node, feature)
    return not _is_qualified(clause, node)


def _is_alone(state: TurnState, clause: Clause, node: Node, feature: int) -> bool:
    """Let a short or common word count only alone in its clause, after an age, or as what ``I`` do."""
    nodes = clause.nodes
    index = nodes.index(node)
    others = [lexeme for lexeme in clause.lexemes if lexeme is not node.lexeme]
    if len(nodes) == 1 and all(lexeme.text in _BESIDE_A_WORD or lexeme.kind == PUNCTUATION for lexeme in others):
        if node.lexeme.text in _ANSWERS:
            return state.context.asked == feature
        bare_word = len(node.lexeme.text) <= 1 or node.lexeme.text in BARE_WORDS
        return not bare_word or not others or state.context.asked == feature or len(node.lexeme.text) == 1
    before = nodes[index - 1] if index else None
    if before is not None and before.kind == QUANTITY and before.quantity.is_age and not node.before:
        return True
    after = nodes[index + 1] if index + 1 < len(nodes) else None
    if after is not None and after.kind == QUANTITY and after.quantity.is_age and not after.before and index == 0:
        return not node.before
    subject = bool(node.before) and node.before[-1].text in SUBJECTS
    return subject and len(node.lexeme.text) > 2


def _is_about_kin(clause: Clause, node: Node) -> bool:
    """Say whether the clause is about the relative: ``my mum turned 67``, ``my mother's BMI is 27``."""
    index = clause.nodes.index(node)
    if index + 1 == len(clause.nodes):
        return False
    following = clause.nodes[index + 1]
    if following.kind not in (QUANTITY, NAME):
        return False
    words = [lexeme.text for lexeme in following.before]
    return all(word in ("'s", "is", "has", "turned", "aged", "a", "who", "just turned") for word in words)


def _is_qualified(clause: Clause, node: Node) -> bool:
    """Find a category word that belongs to another thing: ``female doctor``, ``my rent``, ``ex smoker``."""
    index = clause.nodes.index(node)
    before = clause.nodes[index - 1] if index else None
    after = clause.nodes[index + 1] if index + 1 < len(clause.nodes) else None
    follows = before is not None and before.kind == UNKNOWN and not node.before
    if before is not None and follows and before.lexeme.text in _QUALIFIERS:
        return True
    if after is not None and after.kind == UNKNOWN and [lexeme.text for lexeme in after.before] in ([], ["of"]):
        return True
    return bool(node.before) and node.before[-1].text in POSSESSIVES - {"'s"}
