"""Hold what one turn has stated so far, while it is being read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from sayso.contract.model import DatePart
from sayso.language.clauses import (
    QUANTITY,
    Node,
)
from sayso.language.lexemes import Lexeme
from sayso.language.statements import Effect, Statement
from sayso.language.tokens import Token
from sayso.language.vocabulary import Vocabulary


class Context(NamedTuple):
    """Hold what the turns before this one leave open."""

    asked: int | None = None
    """The one feature that the assistant just asked for."""
    asks: tuple[int, ...] = ()
    """All features that it asked for."""
    recent: tuple[int, ...] = ()
    """The features that the user's last turn stated, in order."""


NOTHING_ASKED = Context()


@dataclass(slots=True)
class TurnState:
    """Hold one turn while its sentences are read in order."""

    vocabulary: Vocabulary
    raw: str
    context: Context
    tokens: Sequence[Token] = ()
    """Of the passage that is being read."""
    words: Sequence[str] = ()
    """Of the sentence that is being read."""
    quoted: Sequence[tuple[int, int]] = ()
    """Spans of that passage that are only quoted."""
    statements: list[Statement] = field(default_factory=list)
    latest_of: dict[int, Statement] = field(default_factory=dict)
    """The last statement of each feature."""
    stated: set[int] = field(default_factory=set)
    """The features that were given a value in this turn."""
    mentions: list[tuple[int, int]] = field(default_factory=list)
    """The core span of every quantity and date."""
    corrects: bool = False
    """A correction mark stood since the last statement."""
    before_sentence: int = 0
    """The number of statements before the sentence that is being read."""
    injected: bool = False
    """A sentence before instructed the system."""
    goes_on: bool = False
    """That sentence goes on after a semicolon."""
    loose: list[Node] = field(default_factory=list)
    """Numbers of understood clauses that no name took."""
    compares: bool = False
    """Two cases are compared in this turn."""
    case: int = 0
    """The number of cases begun so far."""
    cases: list[int] = field(default_factory=list)
    """The case of each statement; 0 before any."""
    latest: Node | None = None
    """The last name of any kind."""
    last_name: Node | None = None
    """The last name whose number was set aside, or that had none: what ``it's 4.4`` takes up."""

    def add(self, statement: Statement) -> None:
        """Take in a statement, and with it the correction that stood before it."""
        self.note(statement._replace(corrects=True) if self.corrects else statement)
        self.corrects = False

    def note(self, statement: Statement) -> None:
        """Take in a statement as it is."""
        self.statements.append(statement)
        self.latest_of[statement.feature] = statement
        if statement.effect is Effect.SET:
            self.stated.add(statement.feature)

    def block(self, feature: int, number: Node, reason: str) -> None:
        """State that a feature has no value because of this number or word."""
        cores = [self.core(node) for node in (number, number.other) if node is not None]
        for core in sorted(cores):
            self.add(Statement(feature, Effect.BLOCKED, None, *core, *core, reason=reason))

    def deny(self, feature: int, number: Node, reason: str, value: Fraction | str) -> None:
        """State what a feature's value is not; it blocks nothing else."""
        core = self.core(number)
        said = None if isinstance(value, str) else value
        self.note(Statement(feature, Effect.DENIED, said, *core, *core, reason=reason))

    def take(self, node: Node, feature: int, value: Fraction | str) -> None:
        """Give a number to a feature as its value."""
        node.taken = True
        self.add(Statement(feature, Effect.SET, value, node.quantity.start, node.quantity.end, *self.core(node)))

    def date_part(self, part: DatePart) -> int | None:
        """Give the feature of a date part, where the sentence is about that date."""
        index = self.vocabulary.date_parts.get(part)
        if index is None:
            return None
        stems = self.vocabulary.date_stems
        about = (
            not stems
            or index in (*self.context.asks, *self.context.recent)
            or any(w.startswith(s) for w in self.words for s in stems)
        )
        return index if about else None

    def core(self, node: Node) -> tuple[int, int]:
        """Give the span of a numeral alone, or of a whole word."""
        if node.kind == QUANTITY:
            return node.quantity.core_start, node.quantity.core_end
        return self.start(node.lexeme), self.end(node.lexeme)

    def start(self, lexeme: Lexeme) -> int:
        """Give where a lexeme starts, in code points of the raw text."""
        return self.tokens[lexeme.first].start

    def end(self, lexeme: Lexeme) -> int:
        """Give where a lexeme ends, in code points of the raw text."""
        return self.tokens[lexeme.stop - 1].end
