"""Join numbers that belong together, before any has a name: ranges, alternatives, movements to a level, lists."""

import itertools
from collections.abc import Sequence

from sayso.language.clauses import CHOICE, DATE, NAME, QUANTITY, UNKNOWN, Clause, Node, Sentence, marks_of
from sayso.language.gaps import ALTERNATIVES, CHANGE, RANGE
from sayso.language.lexemes import GLUE_WORD, PUNCTUATION, UNIT, Lexeme
from sayso.language.lexicon.marks import Mark
from sayso.language.lexicon.words import HEDGES

_BETWEEN_NUMBERS = HEDGES | frozenset("a an the of $ € £ ( at from like even".split())


def join_ranges(sentence: Sentence) -> None:
    """Mark both ends of every range and every alternative; after a movement the second number is the level."""
    nodes = list(sentence.nodes)
    places = {id(lexeme): index for index, lexeme in enumerate(_with_joints(sentence))}
    stream = _with_joints(sentence)
    for first, second in itertools.pairwise(nodes):
        if first.kind not in (QUANTITY, DATE, CHOICE) or second.kind != first.kind:
            continue
        between = stream[places[id(first.lexeme)] + 1 : places[id(second.lexeme)]]
        kind = _connection(between, _before(stream, places[id(first.lexeme)]))
        if kind is None:
            continue
        if first.kind == CHOICE and kind is not Mark.OR:
            continue
        if kind is Mark.OR:
            _join(first, second, ALTERNATIVES)
        elif _moves(stream[: places[id(second.lexeme)]]):
            first.kill(CHANGE, denied=True)
            _step_over(sentence, first, second)
        else:
            _join(first, second, RANGE)


def _join(first: Node, second: Node, reason: str) -> None:
    for node, other in ((first, second), (second, first)):
        node.kill(reason)
        node.other = other


def _step_over(sentence: Sentence, first: Node, second: Node) -> None:
    """Take the number that a movement starts from out of its clause, so that the level stands beside the name."""
    for clause in sentence.clauses:
        if first in clause.nodes and second in clause.nodes:
            clause.nodes.remove(first)
            second.before = [*first.before, *second.before]


def _with_joints(sentence: Sentence) -> list[Lexeme]:
    """Give the sentence's lexemes with a lexeme for each joint that was cut away."""
    stream: list[Lexeme] = []
    for clause in sentence.clauses:
        if clause.joint:
            stream.append(Lexeme("joint", 0, 0, clause.joint))
        stream.extend(clause.lexemes)
    return stream


def _before(stream: Sequence[Lexeme], index: int) -> Sequence[Lexeme]:
    return stream[max(0, index - 4) : index]


def _connection(between: Sequence[Lexeme], before: Sequence[Lexeme]) -> Mark | None:
    """Say how two numbers are joined: TO for a range, OR for alternatives, None where they are not."""
    found: Mark | None = None
    for lexeme in between:
        marks = marks_of(lexeme)
        if Mark.TO in marks and lexeme.text != "up to":
            found = Mark.TO
        elif Mark.OR in marks:
            found = Mark.OR
        elif (lexeme.kind == "joint" and lexeme.text in "-–—" and lexeme.text) or lexeme.text in "-–‐":
            found = found or Mark.TO
        elif lexeme.kind == "joint" and lexeme.text in ("and", "&"):
            if not any(Mark.RANGE in marks_of(other) for other in before):
                return None
            found = Mark.TO
        elif Mark.UP in marks or Mark.DOWN in marks:
            continue
        elif not (lexeme.text in _BETWEEN_NUMBERS or lexeme.kind == UNIT):
            return None
    return found


def _moves(before: Sequence[Lexeme]) -> bool:
    """Say whether a movement leads to the second number: ``rose 0.3 to 4.6``, ``rose from 4.1 to 4.6``."""
    return any(marks_of(lexeme) & {Mark.UP, Mark.DOWN} for lexeme in before)


class NamesAndValues:
    """Hold names and the numbers that answer them in order."""

    def __init__(self, names: list[Node], values: list[Node], *, pairs: bool) -> None:
        """Take the nodes; `pairs` says whether they can be paired in order, or all share the one value."""
        self.names = names
        self.values = values
        self.pairs = pairs


def lists(sentence: Sentence) -> list[NamesAndValues]:
    """Find ``A and B at x and y (respectively)`` and ``A and B both at x``."""
    found: list[NamesAndValues] = []
    clauses = sentence.clauses
    start = 0
    while start < len(clauses):
        stop = _names_until(clauses, start)
        if stop - start >= 1:
            made = _list(clauses, start, stop)
            if made is not None:
                found.append(made)
                start = stop
                continue
        start += 1
    return found


def _names_until(clauses: Sequence[Clause], start: int) -> int:
    """Give the index of the clause that holds a list's last name: those before hold one name and nothing else."""
    index = start
    while index + 1 < len(clauses) and (
        _is_bare_name(clauses[index]) or (index == start and _ends_bare(clauses[index]))
    ):
        if clauses[index + 1].joint not in (",", "and", "&", "/"):
            break
        index += 1
    return index


def _ends_bare(clause: Clause) -> bool:
    """Find ``for this woman the lab gives LDL``: a first name with other things before it, as lists can begin."""
    return len(clause.nodes) > 1 and clause.nodes[-1].kind == NAME and not clause.nodes[-1].after


def _is_bare_name(clause: Clause) -> bool:
    return len(clause.nodes) == 1 and clause.nodes[0].kind == NAME and not clause.nodes[0].after and _only_glue(clause)


def _only_glue(clause: Clause) -> bool:
    return all(
        lexeme.kind in (GLUE_WORD, NAME) or bool(marks_of(lexeme) & {Mark.BOTH, Mark.IF, Mark.NOW, Mark.CORRECTION})
        for lexeme in clause.lexemes
    )


def _list(clauses: Sequence[Clause], start: int, stop: int) -> NamesAndValues | None:
    """Make the list whose last name stands in clause `stop`, with the values that follow it."""
    last = clauses[stop]
    nodes = last.nodes
    if len(nodes) != 2 or nodes[0].kind != NAME or nodes[1].kind not in (QUANTITY, CHOICE):
        return None
    names = [clause.nodes[-1] for clause in clauses[start:stop]] + [nodes[0]]
    values = [nodes[1]]
    index = stop + 1
    while index < len(clauses) and clauses[index].joint in (",", "and", "&", "/") and _is_bare_value(clauses[index]):
        values.append(clauses[index].nodes[0])
        index += 1
    gap = [*nodes[0].after, *nodes[1].after]
    both = any(Mark.BOTH in marks_of(lexeme) for lexeme in gap) or any(
        Mark.BOTH in marks_of(lexeme) for clause in clauses[start : stop + 1] for lexeme in clause.lexemes
    )
    if len(clauses[start].nodes) > 1 and not _says_respectively(clauses[stop:index]):
        return None
    if len(values) == 1:
        return NamesAndValues(names, values, pairs=True) if both else None
    return NamesAndValues(names, values, pairs=len(values) == len(names))


def _says_respectively(clauses: Sequence[Clause]) -> bool:
    return any(clause.has(Mark.RESPECTIVELY) for clause in clauses)


def _is_bare_value(clause: Clause) -> bool:
    node = clause.nodes[0] if len(clause.nodes) == 1 else None
    return (
        node is not None
        and node.kind in (QUANTITY, CHOICE)
        and all(lexeme.text in _BETWEEN_NUMBERS for lexeme in node.before)
        and all(
            Mark.RESPECTIVELY in marks_of(lexeme) or lexeme.kind in (GLUE_WORD, PUNCTUATION) for lexeme in node.after
        )
    )


__all__ = ["UNKNOWN", "NamesAndValues", "join_ranges", "lists"]
