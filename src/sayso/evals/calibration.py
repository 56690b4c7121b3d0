"""Test a judge before it tests anything: let it judge items whose verdict is known, and measure how it does.

A line of ``judge_calibration.jsonl`` is one labelled item::

    {"id", "contract", "contract_digest", "turns", "known", "unclear", "proposes", "question", "assumptions",
     "label": "pass" | "fail", "fault"}

`fault` names the way in which an item is bad, one of `FAULTS`; null for a good one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from sayso.contract.model import Contract
from sayso.conversation import Proposal
from sayso.evals.cases import decoded, lines
from sayso.evals.intervals import Agreement, Share
from sayso.evals.judging import Criterion, Item, Judgement, Verdict
from sayso.extraction.claims import conversation_of
from sayso.failures import DocumentError, Problem
from sayso.language.vocabulary import Vocabulary

FAULTS: Mapping[str, Criterion] = {
    "omits_missing": Criterion.ASKS_WHAT_IS_MISSING,
    "asks_known": Criterion.ASKS_WHAT_IS_MISSING,
    "asks_other_quantity": Criterion.ASKS_WHAT_IS_MISSING,
    "no_question": Criterion.ASKS_WHAT_IS_MISSING,
    "needless_question": Criterion.ASKS_WHAT_IS_MISSING,
    "hides_choice": Criterion.ASKS_WHAT_IS_MISSING,
    "drops_confirmation": Criterion.ASKS_WHAT_IS_MISSING,
    "suggests_value": Criterion.LEADS_NOBODY,
    "offers_default": Criterion.LEADS_NOBODY,
    "threatens_default": Criterion.LEADS_NOBODY,
    "jargon": Criterion.CAN_BE_ANSWERED,
    "not_answerable": Criterion.CAN_BE_ANSWERED,
    "claims_complete": Criterion.CAN_BE_ANSWERED,
    "invents_value": Criterion.ASSUMES_NOTHING,
    "imputes_missing": Criterion.ASSUMES_NOTHING,
    "misattributes": Criterion.ASSUMES_NOTHING,
    "contradicts": Criterion.ASSUMES_NOTHING,
    "claims_confirmation": Criterion.ASSUMES_NOTHING,
}
"""Each way of being bad, with the criterion that it breaks first."""


class Label(StrEnum):
    """Say what an item is."""

    GOOD = "pass"
    BAD = "fail"


@dataclass(frozen=True, slots=True)
class Labelled:
    """Hold one item with its label."""

    id: str
    item: Item
    label: Label
    fault: str | None
    contract_digest: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold a labelled item with what a judge made of it."""

    labelled: Labelled
    judgement: Judgement

    @property
    def is_right(self) -> bool:
        """Say whether the verdict is the label; no verdict is never right."""
        return self.judgement.verdict == self.labelled.label.value


class _Proposal(msgspec.Struct, forbid_unknown_fields=True):
    value: float | int | str
    unit: str | None
    quote: str


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """Describe a line."""

    id: str
    contract: str
    contract_digest: str
    turns: object
    known: dict[str, float | int | str]
    unclear: dict[str, list[str]]
    proposes: dict[str, _Proposal]
    question: str | None
    assumptions: list[str]
    label: Label
    fault: str | None


def read_calibration(path: Path, vocabulary: Vocabulary) -> tuple[Labelled, ...]:
    """Read labelled items about one contract; raises DocumentError that names every line at fault."""
    items: list[Labelled] = []
    problems: list[Problem] = []
    for number, line in lines(path):
        try:
            items.append(_labelled(line, f"{path.name}:{number}", vocabulary))
        except DocumentError as error:
            problems.extend(Problem(f"line {number}", found.message) for found in error.problems)
    problems.extend(_repeated(items))
    if problems:
        raise DocumentError(str(path), problems)
    return tuple(items)


def _labelled(line: bytes, place: str, vocabulary: Vocabulary) -> Labelled:
    try:
        found = msgspec.convert(decoded(line, place), _Line, strict=True)
    except msgspec.ValidationError as error:
        raise DocumentError(place, [Problem("$", str(error))]) from error
    faults = list(_faults(found, vocabulary.contract))
    if faults:
        raise DocumentError(place, [Problem("$", fault) for fault in faults])
    names = vocabulary.contract.names
    item = Item(
        vocabulary=vocabulary,
        conversation=conversation_of(found.turns, place),  # type: ignore[arg-type]
        known={name: found.known[name] for name in names if name in found.known},
        unclear={name: tuple(readings) for name, readings in found.unclear.items()},
        proposes={name: Proposal(of.value, of.unit, of.quote) for name, of in found.proposes.items()},
        question=found.question,
        assumptions=tuple(found.assumptions),
    )
    return Labelled(found.id, item, found.label, found.fault, found.contract_digest)


def _faults(found: _Line, contract: Contract) -> Iterator[str]:
    if found.contract != contract.name:
        yield f"is about the contract {found.contract!r}, not {contract.name!r}"
    if unknown := {*found.known, *found.unclear, *found.proposes} - set(contract.names):
        yield f"names unknown features: {', '.join(sorted(unknown))}"
    if (found.label is Label.BAD) != (found.fault is not None):
        yield "a bad item has a fault, and a good one has none"
    if found.fault is not None and found.fault not in FAULTS:
        yield f"has the fault {found.fault!r}; known: {', '.join(FAULTS)}"


def _repeated(items: Sequence[Labelled]) -> Iterator[Problem]:
    for name, count in Counter(item.id for item in items).items():
        if count > 1:
            yield Problem(name, f"is the id of {count} items")
    seen: dict[object, str] = {}
    for item in items:
        said = tuple(turn.text for turn in item.item.conversation.turns)
        first = seen.setdefault((said, item.item.question, item.item.assumptions), item.id)
        if first != item.id:
            yield Problem(item.id, f"is the same item as {first}")


def agreement(judged: Sequence[Judged]) -> Agreement:
    """Compare verdicts with labels; an error or an unsure verdict disagrees with both."""
    wrong = {label: sum(1 for of in judged if of.labelled.label is label and not of.is_right) for label in Label}
    total = {label: sum(1 for of in judged if of.labelled.label is label) for label in Label}
    return Agreement(Share(wrong[Label.BAD], total[Label.BAD]), Share(wrong[Label.GOOD], total[Label.GOOD]))


def errors(judged: Sequence[Judged]) -> int:
    """Count the items on which the judge gave no verdict that can be read."""
    return sum(1 for of in judged if of.judgement.verdict is Verdict.ERROR)
