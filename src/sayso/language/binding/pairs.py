"""Pair the names and numbers of a clause along its path, where they can be paired in one way only."""

import itertools
from collections.abc import Iterator, Sequence

from sayso.language import gaps
from sayso.language.binding.corrections import MAY_BE_CORRECTED, unresolved
from sayso.language.binding.links import link
from sayso.language.binding.say import choose, say
from sayso.language.binding.state import TurnState
from sayso.language.clauses import (
    CHOICE,
    NAME,
    QUANTITY,
    UNKNOWN,
    Clause,
    Node,
)
from sayso.language.gaps import Gap
from sayso.language.labels import Label


def runs(state: TurnState, clause: Clause) -> Iterator[list[tuple[Node, Node]]]:
    """Pair the clause's nodes along its path; runs that can be paired in two ways are left alone."""
    nodes = [node for node in clause.nodes if not node.taken]
    links = [link(state, a, b) for a, b in itertools.pairwise(nodes)]
    _drop_weaker(nodes, links)
    start = 0
    for index in range(len(nodes)):
        if index == len(nodes) - 1 or not links[index].leads:
            run = nodes[start : index + 1]
            start = index + 1
            if len(run) % 2 == 0:
                yield [(run[k], run[k + 1]) for k in range(0, len(run), 2)]
            elif len(run) > 1:
                _ambiguous(state, run)


def _ambiguous(state: TurnState, run: Sequence[Node]) -> None:
    for node in run:
        if node.kind == QUANTITY:
            node.taken = True
        elif node.kind == NAME:
            node.taken = True
            nearby = next(other for other in run if other.kind == QUANTITY)
            state.block(node.label.feature, nearby, "can belong to more than one name")


def pair(state: TurnState, a: Node, b: Node) -> None:
    """Take a pair: a name with its number or word, or an unknown word with a number."""
    a.taken = b.taken = True
    if a.kind == NAME and b.kind == QUANTITY:
        say(state, a, b, gaps.forward(b.before), first=True)
    elif a.kind == QUANTITY and b.kind == NAME:
        say(state, b, a, gaps.reverse(b.before), first=False)
    elif a.kind == NAME:
        choose(state, a.label.feature, b)
    elif a.kind == CHOICE and b.kind == NAME:
        choose(state, b.label.feature, a)
    if UNKNOWN in (a.kind, b.kind):
        a.by_unknown = b.by_unknown = True
    if UNKNOWN in (a.kind, b.kind) and state.corrects and QUANTITY in (a.kind, b.kind):
        _corrects_another(state, *((a, b) if b.kind == QUANTITY else (b, a)))


def _corrects_another(state: TurnState, unknown: Node, number: Node) -> None:
    """Let ``no, with the options £24,350`` make doubtful what it can have corrected."""
    label = unknown.lexeme.item
    if isinstance(label, Label):
        state.block(label.feature, number, MAY_BE_CORRECTED)
    else:
        unresolved(state, number)


def _drop_weaker(nodes: Sequence[Node], links: list[Gap]) -> None:
    """Where a node has a strong link on one side and a weak one on the other, keep the strong one."""
    for index in range(1, len(nodes) - 1):
        if nodes[index].kind == UNKNOWN and links[index].leads:
            links[index - 1] = links[index - 1]._replace(strong=False)  # it names the number after it
    for index in range(1, len(nodes) - 1):
        left, right = links[index - 1], links[index]
        if left.leads and right.leads and left.strong != right.strong and nodes[index].kind in (QUANTITY, NAME):
            links[index if left.strong else index - 1] = gaps.NO_LINK
