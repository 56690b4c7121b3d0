"""Cut a turn's lexemes into sentences and clauses, and its clauses into nodes with what stands between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sayso.language.choices import Choice
from sayso.language.labels import Label
from sayso.language.lexemes import (
    BREAK,
    CHOICE,
    DATE,
    GLUE_WORD,
    HYPHEN,
    MARKS,
    NAME,
    NODES,
    PUNCTUATION,
    QUANTITY,
    UNKNOWN,
    Lexeme,
)
from sayso.language.lexicon.marks import Mark
from sayso.language.quantity import Quantity


@dataclass(slots=True, eq=False)
class Node:
    """Hold something that stands for something, while its clause is being read."""

    lexeme: Lexeme
    kind: str
    before: Sequence[Lexeme]
    """What stands between it and the node before it, or the clause's start."""
    after: Sequence[Lexeme] = ()
    """What stands between it and the next node, or the clause's end."""
    dead: str | None = None
    """Why a quantity, date or word states no value."""
    denied: bool = False
    """It is dead because it is denied or about another time, so it blocks nothing."""
    taken: bool = False
    """It belongs to a name already."""
    by_unknown: bool = False
    """It belongs to an unknown word alone."""
    other: "Node | None" = None
    """The other end of its range, or the number that it is an alternative to."""

    @property
    def quantity(self) -> Quantity:
        """Give the quantity of a quantity node."""
        assert isinstance(self.lexeme.item, Quantity)
        return self.lexeme.item

    @property
    def label(self) -> Label:
        """Give the label of a name node."""
        assert isinstance(self.lexeme.item, Label)
        return self.lexeme.item

    def describes(self, feature: int) -> bool:
        """Say whether a category word beside another feature's name makes another quantity (``mortgage rate``)."""
        choice = self.lexeme.item
        if not isinstance(choice, Choice) or choice.person or choice.common:
            return False
        return all(index != feature for index, _ in choice.options)

    def kill(self, reason: str, *, denied: bool = False) -> None:
        """State that this is no value; the first reason stays."""
        if self.dead is None:
            self.dead, self.denied = reason, denied


@dataclass(slots=True, eq=False)
class Clause:
    """Hold one clause: its nodes and everything between them."""

    lexemes: Sequence[Lexeme]
    joint: str
    """What parts it from the clause before: ``,``, ``and``, ``but``, or nothing at a sentence's start."""
    nodes: list[Node] = field(default_factory=list)

    def has(self, mark: Mark) -> bool:
        """Say whether a mark stands anywhere in the clause."""
        return marked(self.lexemes, mark)

    def of_kind(self, kind: str) -> list[Node]:
        """List the nodes of a kind."""
        return [node for node in self.nodes if node.kind == kind]


@dataclass(slots=True, eq=False)
class Sentence:
    """Hold one sentence: its clauses, and the mark that ends it."""

    clauses: list[Clause]
    end: str

    @property
    def lexemes(self) -> Iterator[Lexeme]:
        """Give every lexeme in order, without the joints."""
        return (lexeme for clause in self.clauses for lexeme in clause.lexemes)

    @property
    def nodes(self) -> Iterator[Node]:
        """Give every node in order."""
        return (node for clause in self.clauses for node in clause.nodes)


_NO_MARKS: frozenset[Mark] = frozenset()


def marks_of(lexeme: Lexeme) -> frozenset[Mark]:
    """Give the marks of a lexeme; none for other lexemes."""
    return lexeme.item if lexeme.kind == MARKS and isinstance(lexeme.item, frozenset) else _NO_MARKS


def marked(lexemes: Iterable[Lexeme], mark: Mark) -> bool:
    """Say whether any of these lexemes bears a mark."""
    return any(mark in marks_of(lexeme) for lexeme in lexemes)


def is_joint(lexeme: Lexeme) -> bool:
    """Say whether a lexeme parts two clauses."""
    if lexeme.kind == PUNCTUATION:
        return lexeme.text in _JOINTS
    marks = marks_of(lexeme)
    return Mark.AND in marks or Mark.BUT in marks


_JOINTS = frozenset(",;—–-|/•·")
_ENDS = frozenset(".!?;")
_ABBREVIATIONS = frozenset("approx ca est vs resp dr mr mrs ms st no max min avg temp c e.g i.e".split())


def sentences(lexemes: Sequence[Lexeme]) -> Iterator[list[Lexeme]]:
    """Cut lexemes at sentence ends and line ends; the end mark stays as the last lexeme."""
    current: list[Lexeme] = []
    for lexeme in lexemes:
        current.append(lexeme)
        ends = lexeme.kind == BREAK or (lexeme.kind == PUNCTUATION and lexeme.text in _ENDS)
        if ends and not (lexeme.text == "." and len(current) > 1 and current[-2].text in _ABBREVIATIONS):
            yield current
            current = []
    if current:
        yield current


def clauses(lexemes: Sequence[Lexeme]) -> list[Clause]:
    """Cut one sentence's lexemes into clauses; a dash between a name and its number is no cut."""
    found: list[Clause] = []
    current: list[Lexeme] = []
    joint = ""
    for index, lexeme in enumerate(lexemes):
        if is_joint(lexeme) and not _links(lexemes, index):
            if current:
                found.append(Clause(current, joint))
                joint = ""
            joint = "but" if Mark.BUT in marks_of(lexeme) else joint or lexeme.text
            current = []
        elif lexeme.kind != BREAK and not (lexeme.kind == PUNCTUATION and lexeme.text in _ENDS):
            current.append(lexeme)
    if current:
        found.append(Clause(current, joint))
    for clause in found:
        clause.nodes = _nodes(clause.lexemes)
    return found


def _links(lexemes: Sequence[Lexeme], index: int) -> bool:
    """Find a dash that stands as a colon does: ``inflation - 3 %``."""
    if lexemes[index].text not in "—–-" or index == 0 or index + 1 == len(lexemes):
        return False
    return lexemes[index - 1].kind in (NAME, CHOICE) and lexemes[index + 1].kind in (QUANTITY, CHOICE)


def _nodes(lexemes: Sequence[Lexeme]) -> list[Node]:
    nodes: list[Node] = []
    gap: list[Lexeme] = []
    for lexeme in lexemes:
        if lexeme.kind in NODES:
            if nodes:
                nodes[-1].after = gap
            nodes.append(Node(lexeme, lexeme.kind, gap))
            gap = []
        else:
            gap.append(lexeme)
    if nodes:
        nodes[-1].after = gap
    return nodes


def shadow(clause: Clause) -> None:
    """Turn a name that an unknown word makes another quantity of (``youth unemployment``) into an unknown one."""
    nodes = clause.nodes
    another = False
    for index, node in enumerate(nodes):
        another = another or _is_anothers_kin(node)
        if node.kind != NAME:
            continue
        if another:
            node.kind = UNKNOWN
        before = nodes[index - 1] if index else None
        if before is not None and before.kind == UNKNOWN and (_modifies(before, node) or _is_place(before, node)):
            node.kind = UNKNOWN
        if before is not None and before.kind in (NAME, UNKNOWN) and _is_compound(node):
            before.kind = node.kind = UNKNOWN
        after = nodes[index + 1] if index + 1 < len(nodes) else None
        if after is not None and after.kind == UNKNOWN and all(lexeme.text == HYPHEN for lexeme in after.before):
            node.kind = UNKNOWN
        if (
            before is not None
            and before.kind == NAME
            and not node.before
            and before.label.feature != node.label.feature
        ):
            node.kind = UNKNOWN
        if before is not None and before.kind == CHOICE and not node.before and before.describes(node.label.feature):
            before.kind = node.kind = UNKNOWN


def _is_anothers_kin(node: Node) -> bool:
    """Find ``his brother``: a relative of the one who is asked about, whose quantities are another's."""
    choice = node.lexeme.item
    whose = node.before[-1].text if node.before else ""
    return isinstance(choice, Choice) and choice.kin and whose in ("his", "her", "their")


def _is_place(before: Node, name: Node) -> bool:
    """Find ``in Japan the jobless rate``: the quantity of a place that the contract does not know."""
    where = before.before[-1].text if before.before else ""
    return where == "in" and [lexeme.text for lexeme in name.before] in (["the"], ["its"], ["their"])


def _is_compound(name: Node) -> bool:
    """Find ``unemployment-to-inflation``: a quantity made of two."""
    gap = [lexeme.text for lexeme in name.before]
    return len(gap) > 2 and gap[0] == gap[-1] == HYPHEN


def _modifies(before: Node, name: Node) -> bool:
    """Say whether an unknown word changes what the name after it means: beside it, as its owner, or across ``of``."""
    gap = [lexeme.text for lexeme in name.before]
    if not gap or gap in ([HYPHEN], ["'s"], ["'"]):
        return True
    return gap[0] == "of" and all(text in ("of", "the", "my", "a", "in") for text in gap)


__all__ = [
    "CHOICE",
    "DATE",
    "GLUE_WORD",
    "NAME",
    "QUANTITY",
    "UNKNOWN",
    "Clause",
    "Node",
    "Sentence",
    "clauses",
    "is_joint",
    "marked",
    "marks_of",
    "sentences",
    "shadow",
]
