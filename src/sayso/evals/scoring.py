"""Score one case by code: everything about an extraction that needs no judge.

A scorer is a function from what happened to its faults, in words; `SCORERS` lists them. A value that was stated and not
found is no fault of a scorer: it costs a question, and is counted apart.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sayso.contract.model import Contract
from sayso.evals.cases import Case, Gold
from sayso.evals.wording import sentences
from sayso.extraction.extractors.llm.reply import read
from sayso.extraction.question import ASKED_AT_ONCE
from sayso.extraction.schema import Claim, Evidence, Extraction, Grounded
from sayso.failures import Failure, FailureClass
from sayso.language.vocabulary import Vocabulary
from sayso.wire import JSON

CONVERSION_APPROX = "conversion-approx"
"""The tag of cases whose values were converted with a rounded factor: the guide allows 1 % there."""


class Found(StrEnum):
    """Say what became of one feature of one case."""

    RIGHT = "right"
    NULL = "null"
    """Not stated, and not claimed."""
    LEFT_OUT = "left_out"
    """Stated, and asked for all the same."""
    WRONG = "wrong"
    """Another value than the stated one."""
    FABRICATED = "fabricated"
    """A value where none was stated."""
    FAILED = "failed"
    """There was no extraction."""


class ScorerName(StrEnum):
    """List the scorers."""

    SCHEMA = "schema"
    FOUR_KEYS = "four_keys"
    VALUES = "values"
    NULLS = "nulls"
    QUOTES = "quotes"
    MISSING_LIST = "missing_list"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Happened:
    """Hold one case with what an extractor and the verification made of it."""

    case: Case
    vocabulary: Vocabulary
    extraction: Extraction | Failure
    grounded: Grounded | Failure
    """The extraction's own failure where there was no claim."""

    @property
    def contract(self) -> Contract:
        """Give the contract."""
        return self.vocabulary.contract

    @property
    def failure(self) -> Failure | None:
        """Say why there are no grounded values; None where there are."""
        return self.grounded if isinstance(self.grounded, Failure) else None


Scorer = Callable[[Happened], Iterator[str]]


def found(happened: Happened) -> Mapping[str, Found]:
    """Compare every claim with gold, whether or not verification stopped it."""
    if isinstance(happened.extraction, Failure):
        return dict.fromkeys(happened.case.gold, Found.FAILED)
    claims = happened.extraction.features
    approx = CONVERSION_APPROX in happened.case.tags
    return {name: compared(_value(claims.get(name)), gold, approx=approx) for name, gold in happened.case.gold.items()}


def _value(claim: Claim | Evidence | None) -> Gold:
    return None if claim is None else claim.value


def compared(value: Gold, gold: Gold, *, approx: bool) -> Found:
    """Say what a value is against gold: equal as doubles, or within 1 % where a factor is rounded."""
    if value is None:
        return Found.NULL if gold is None else Found.LEFT_OUT
    if gold is None:
        return Found.FABRICATED
    if isinstance(value, str) or isinstance(gold, str):
        return Found.RIGHT if value == gold else Found.WRONG
    allowed = (0.01 if approx else 1e-9) * abs(gold)
    return Found.RIGHT if abs(value - gold) <= allowed else Found.WRONG


def reached(happened: Happened) -> tuple[str, ...]:
    """Name the features whose false value passed verification: what would reach the predictor."""
    if isinstance(happened.grounded, Failure):
        return ()
    approx = CONVERSION_APPROX in happened.case.tags
    return tuple(
        name
        for name, gold in happened.case.gold.items()
        if compared(_value(happened.grounded.features.get(name)), gold, approx=approx)
        in (Found.WRONG, Found.FABRICATED)
    )


def faults(happened: Happened) -> Mapping[ScorerName, tuple[str, ...]]:
    """Run every scorer; only those that found something are in the answer."""
    return {name: said for name, scorer in SCORERS.items() if (said := tuple(scorer(happened)))}


def _schema(happened: Happened) -> Iterator[str]:
    """Put the claim into the closed schema's own words, and read it back strictly."""
    if isinstance(happened.extraction, Failure):
        if happened.extraction.failure_class is FailureClass.EXTRACTION_SCHEMA:
            yield happened.extraction.detail
        return
    again = read(json.dumps(_reply(happened.extraction)), happened.contract)
    if isinstance(again, Failure):
        yield again.detail


def _reply(extraction: Extraction) -> dict[str, JSON]:
    return {
        "features": {
            name: None if claim is None else {"value": claim.value, "unit": claim.unit, "quote": claim.quote}
            for name, claim in extraction.features.items()
        },
        "missing_features": list(extraction.missing_features),
        "assumptions": list(extraction.assumptions),
        "clarifying_question": extraction.clarifying_question,
    }


def _four_keys(happened: Happened) -> Iterator[str]:
    """Look at the four keys of a claim: every feature, in order, and what is missing."""
    if isinstance(happened.extraction, Failure):
        return
    extraction = happened.extraction
    if tuple(extraction.features) != happened.contract.names:
        yield "features are not exactly the contract's, in its order"
    null = {name for name, claim in extraction.features.items() if claim is None}
    if set(extraction.missing_features) != null or len(extraction.missing_features) != len(null):
        yield "missing_features does not name exactly the features that are null"
    if not null and extraction.clarifying_question is not None:
        yield "nothing is null, and there is a clarifying question"


def _values(happened: Happened) -> Iterator[str]:
    yield from _false(happened, Found.WRONG)


def _nulls(happened: Happened) -> Iterator[str]:
    yield from _false(happened, Found.FABRICATED)


def _false(happened: Happened, kind: Found) -> Iterator[str]:
    if isinstance(happened.extraction, Failure):
        return
    through = reached(happened)
    for name, what in found(happened).items():
        if what is kind:
            value, gold = _value(happened.extraction.features.get(name)), happened.case.gold[name]
            end = "it would have reached the predictor" if name in through else "verification stopped it"
            yield f"{name} is {value!r}, gold {gold!r}; {end}"


def _quotes(happened: Happened) -> Iterator[str]:
    """Look each quote up where the evidence says that it stands, and where the case says that the value is stated."""
    if isinstance(happened.grounded, Failure):
        return
    turns = happened.case.conversation.turns
    for name, evidence in happened.grounded.features.items():
        if evidence is None:
            continue
        if not 0 <= evidence.turn < len(turns) or turns[evidence.turn].role != "user":
            yield f"the quote of {name} is in no turn of the user"
        elif turns[evidence.turn].text[evidence.start : evidence.end] != evidence.quote or not evidence.quote:
            yield f"the quote of {name} is not at its place: {evidence.quote!r}"
        elif not _overlaps(happened.case, name, evidence):
            yield f"the quote of {name} is not where it is stated: {evidence.quote!r}"


def _overlaps(case: Case, name: str, evidence: Evidence) -> bool:
    """Say whether a quote shares words with the place that the case names; values without one are judged elsewhere."""
    cited = case.quotes.get(name)
    if cited is None:
        return True
    if cited.turn != evidence.turn:
        return False
    text = case.conversation.turns[cited.turn].text
    at = text.find(cited.quote)
    while at >= 0:
        if at < evidence.end and evidence.start < at + len(cited.quote):
            return True
        at = text.find(cited.quote, at + 1)
    return False


def _missing_list(happened: Happened) -> Iterator[str]:
    """Compare what is said to be missing with what has no value."""
    if isinstance(happened.grounded, Failure):
        return
    null = tuple(name for name, evidence in happened.grounded.features.items() if evidence is None)
    if happened.grounded.missing_features != null:
        yield f"missing_features is {list(happened.grounded.missing_features)}, without a value are {list(null)}"


def _question(happened: Happened) -> Iterator[str]:
    """Look at what the asker would hear: it names exactly what is missing, and puts the readings that compete."""
    if isinstance(happened.grounded, Failure):
        return
    grounded = happened.grounded
    question = grounded.clarifying_question
    if (question is None) != grounded.complete:
        yield "something is missing, and nothing is asked" if question is None else "nothing is missing, but asked"
    if question is None:
        return
    names = happened.contract.names
    named = {names[index] for sentence in sentences(question, happened.vocabulary) for index in sentence.named}
    wanted = set(grounded.missing_features)
    enough = len(named & wanted) >= min(len(wanted), ASKED_AT_ONCE)
    if named - wanted or not enough:
        yield f"the question names {sorted(named)}, missing are {sorted(wanted)}: {question}"
    for name, readings in happened.case.asks.items():
        left = [reading for reading in readings if name in wanted and reading not in question]
        if left:
            yield f"the question does not put the reading {left[0]!r} of {name}"


SCORERS: Mapping[ScorerName, Scorer] = {
    ScorerName.SCHEMA: _schema,
    ScorerName.FOUR_KEYS: _four_keys,
    ScorerName.VALUES: _values,
    ScorerName.NULLS: _nulls,
    ScorerName.QUOTES: _quotes,
    ScorerName.MISSING_LIST: _missing_list,
    ScorerName.QUESTION: _question,
}
"""What is asked of every case."""
