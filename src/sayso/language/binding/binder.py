"""Read the sentences of one turn in order, and bind what they state.

The numbers and names of a clause form a path; neighbours are linked where what stands between leads from one to the
other. A run of links is read only if it can be paired in one way: a number between two names that could both be its own
is nobody's. Nothing is chosen by distance, order of features or plausibility.
"""

from collections.abc import Sequence

from sayso.language.binding.answers import answer
from sayso.language.binding.aside import is_order, set_aside
from sayso.language.binding.cases import begin_case, compare
from sayso.language.binding.corrections import alone, doubt_names, is_open, note_after, note_before
from sayso.language.binding.links import links_ahead
from sayso.language.binding.pairs import pair, runs
from sayso.language.binding.quoted import quoted
from sayso.language.binding.say import say_list
from sayso.language.binding.state import TurnState
from sayso.language.binding.unnamed import date, unnamed
from sayso.language.binding.withdrawals import withdraw, zeros
from sayso.language.binding.words import answered_words, predicate, word
from sayso.language.clauses import (
    CHOICE,
    DATE,
    NAME,
    QUANTITY,
    UNKNOWN,
    Clause,
    Node,
    Sentence,
    clauses,
    marked,
    sentences,
    shadow,
)
from sayso.language.dates import Date
from sayso.language.labels import Label
from sayso.language.lexemes import PUNCTUATION, Lexeme
from sayso.language.lexicon.marks import Mark
from sayso.language.merges import join_ranges, lists
from sayso.language.tokens import Token

MOST_NODES = 1000
"""What has more names, numbers and unknown words than this before a full stop is no sentence, and states nothing."""


def read(state: TurnState, tokens: Sequence[Token], lexemes: Sequence[Lexeme]) -> None:
    """Read one passage of the turn."""
    state.tokens, state.quoted = tokens, quoted(tokens)
    for part in sentences(lexemes):
        cut = clauses(part)
        end = part[-1].text if part[-1].kind in (PUNCTUATION, "break") else ""
        _sentence(state, Sentence(cut, end))


def skim(state: TurnState, tokens: Sequence[Token], lexemes: Sequence[Lexeme]) -> None:
    """Take in the numbers of a passage that states nothing."""
    state.tokens, state.quoted = tokens, ()
    for part in sentences(lexemes):
        _mention(state, Sentence(clauses(part), ""))


def finish(state: TurnState) -> None:
    """Give what is left over to the question that was asked, and part the cases that were compared."""
    answer(state)
    compare(state)


def _sentence(state: TurnState, sentence: Sentence) -> None:
    _mention(state, sentence)
    if sum(len(clause.nodes) for clause in sentence.clauses) > MOST_NODES:
        return
    if is_order(state, sentence):
        state.injected = True
        state.goes_on = sentence.end == ";"
        return
    state.before_sentence = len(state.statements)
    state.words = [lexeme.text for lexeme in sentence.lexemes]
    for clause in sentence.clauses:
        shadow(clause)
    _shadow_possessives(sentence)
    join_ranges(sentence)
    set_aside(state, sentence)
    for clause in sentence.clauses:
        links_ahead(clause)
    for made in lists(sentence):
        say_list(state, made.names, made.values, pairs=made.pairs)
    previous: Clause | None = None
    for clause in sentence.clauses:
        begin_case(state, clause)
        _clause(state, sentence, clause, previous)
        previous = clause
        state.cases.extend([state.case] * (len(state.statements) - len(state.cases)))
    doubt_names(state, sentence)


def _mention(state: TurnState, sentence: Sentence) -> None:
    for node in sentence.nodes:
        if node.kind == QUANTITY:
            state.mentions.append((node.quantity.core_start, node.quantity.core_end))
        elif node.kind == DATE and isinstance(node.lexeme.item, Date):
            state.mentions.append((node.lexeme.item.start, node.lexeme.item.end))


def _clause(state: TurnState, sentence: Sentence, clause: Clause, previous: Clause | None) -> None:
    """Read one clause: withdrawals and zeros, then pairs, then numbers that need no name."""
    note_before(state, clause)
    withdraw(state, sentence, clause)
    zeros(state, clause)
    for run in runs(state, clause):
        for first, second in run:
            pair(state, first, second)
    answered_words(state, clause)
    for node in clause.nodes:
        _single(state, clause, node)
    predicate(state, sentence, clause)
    alone(state, sentence, clause, previous)
    for name in clause.of_kind(NAME):
        state.latest = name
        if not name.taken or is_open(state, name):
            state.last_name = name
    note_after(state, clause)


def _single(state: TurnState, clause: Clause, node: Node) -> None:
    """Read a node that needs no partner."""
    if marked(node.before, Mark.CORRECTION):
        state.corrects = True
    if node.kind == DATE:
        date(state, node)
    elif node.kind == CHOICE and not node.taken:
        word(state, clause, node)
    elif node.kind == QUANTITY and not node.taken:
        unnamed(state, clause, node)


def _shadow_possessives(sentence: Sentence) -> None:
    """After another owner's quantity (``Germany's unemployment``), ``its inflation`` is that owner's too."""
    owned = False
    for node in sentence.nodes:
        words = [lexeme.text for lexeme in node.before]
        if node.kind == NAME and owned and ("its" in words or "their" in words):
            node.kind = UNKNOWN
        owned = owned or (node.kind == UNKNOWN and isinstance(node.lexeme.item, Label) and "'s" in words)
