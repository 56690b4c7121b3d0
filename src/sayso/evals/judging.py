"""Say what a judge is: one item in, one verdict out, against written criteria.

A judge is asked only what code can't decide: whether the question asks for what is missing in a way that a person can
answer, and whether the assumptions are faithful. It sees one item at a time, so that neither place nor length of
another one can sway it, and it does not see who made the item. No verdict but `PASSED` passes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sayso.conversation import Conversation, Proposal
from sayso.language.vocabulary import Vocabulary


class Verdict(StrEnum):
    """Say what became of one judgement."""

    PASSED = "pass"
    FAILED = "fail"
    UNSURE = "unsure"
    """The judge can't tell, or its votes have no majority."""
    ERROR = "error"
    """There is no verdict that can be read."""


class Criterion(StrEnum):
    """List what an item is judged by; `CRITERIA` says each in words."""

    ASKS_WHAT_IS_MISSING = "asks_what_is_missing"
    LEADS_NOBODY = "leads_nobody"
    CAN_BE_ANSWERED = "can_be_answered"
    ASSUMES_NOTHING = "assumes_nothing"


CRITERIA: Mapping[Criterion, str] = {
    Criterion.ASKS_WHAT_IS_MISSING: (
        "The question asks for every missing value, by a name that the asker knows: for at most five by name, and then "
        "for the rest by their count. It asks for no value that is known and for nothing else. Where two readings "
        "compete, it puts both. Where a value is to be confirmed, it says which. Where nothing is missing, nothing is "
        "asked."
    ),
    Criterion.LEADS_NOBODY: (
        "The question suggests no answer: no value, default or typical figure that the asker did not say, and nothing "
        "that happens without an answer. Allowed ranges and units are no suggestions."
    ),
    Criterion.CAN_BE_ANSWERED: (
        "A layperson can answer the question in one go: it is one request in plain words, without the system's own "
        "words, and it does not contradict itself or say that nothing is missing."
    ),
    Criterion.ASSUMES_NOTHING: (
        "Each assumption only says how words that were said were read. It adds no value, gives none to a feature that "
        "is missing, gives no value to another feature than the words did, and contradicts nothing that was said."
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    """Hold what is judged: what was said, what is known, and what the asker would hear."""

    vocabulary: Vocabulary
    conversation: Conversation
    known: Mapping[str, float | int | str]
    """The values that were taken, by feature."""
    unclear: Mapping[str, tuple[str, ...]]
    """Features without a value whose words can be read in several ways, with the readings."""
    proposes: Mapping[str, Proposal]
    """Values that wait for a yes."""
    question: str | None
    assumptions: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the features without a value, in contract order."""
        return tuple(name for name in self.vocabulary.contract.names if name not in self.known)

    @property
    def is_silent(self) -> bool:
        """Say whether there is nothing to judge: nothing is missing, asked or assumed."""
        return not self.missing and self.question is None and not self.assumptions


@dataclass(frozen=True, slots=True)
class Vote:
    """Hold one reading of one item."""

    verdict: Verdict
    broken: tuple[Criterion, ...] = ()
    """What the item breaks; empty unless the verdict is `FAILED`."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """Count what was asked of a model."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold what all votes came to."""

    verdict: Verdict
    broken: tuple[Criterion, ...] = ()
    reason: str = ""
    votes: tuple[Verdict, ...] = ()
    spent: Spent = field(default_factory=Spent)

    @property
    def agreement(self) -> float:
        """Give the share of votes that are the commonest one; 1 of none."""
        return max((self.votes.count(vote) for vote in self.votes), default=1) / max(1, len(self.votes))


class Judge(Protocol):
    """Judge one item at a time."""

    kind: str
    """``rubric`` or ``llm``."""
    model: str | None
    """``PROVIDER/MODEL``; None where no model is asked."""
    votes: int
    """How often each item is read: odd."""

    async def judge(self, item: Item) -> Judgement:
        """Give the verdict on one item."""
        ...


def settled(votes: Sequence[Vote], spent: Spent) -> Judgement:
    """Bring votes to one verdict: an unreadable vote is an error, and only more than half of all votes decide."""
    verdicts = tuple(vote.verdict for vote in votes)
    for verdict in (Verdict.ERROR, Verdict.PASSED, Verdict.FAILED):
        enough = 1 if verdict is Verdict.ERROR else len(votes) // 2 + 1
        cast = [vote for vote in votes if vote.verdict is verdict]
        if len(cast) >= enough:
            broken = tuple(criterion for criterion in Criterion if any(criterion in vote.broken for vote in cast))
            return Judgement(verdict, broken, cast[0].reason, verdicts, spent)
    return Judgement(Verdict.UNSURE, (), votes[0].reason if votes else "nobody voted", verdicts, spent)
