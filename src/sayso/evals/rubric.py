"""Judge by rules: offline, the same every time, and declared as what it is.

It reads a question with our own reading of names and numbers, so it can judge questions that are worded as ours are. It
is no substitute for a judge of free prose, which is why it may sign off the `grammar` extractor alone; how far to trust
it on what it is shown is measured by the calibration, as for any judge.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from sayso.evals.judging import Criterion, Item, Judgement, Spent, Verdict, Vote, settled
from sayso.evals.wording import Sentence, numbers, sentences
from sayso.extraction.question import ASKED_AT_ONCE
from sayso.language.confirmation import is_yes
from sayso.language.reading import read
from sayso.language.statements import Effect
from sayso.language.vocabulary import Vocabulary

LONGEST_QUESTION = 700
"""In code points: five features with units and ranges take 400; more is a form."""

_LEADS = re.compile(
    r"\b(defaults?|typical(ly)?|usual(ly)?|average|assum\w+|otherwise|latest|estimat\w+|guess\w*|unchanged|filled in|"
    r"if you (leave|don't|do not|have no|can't)|without an answer|shall i (take|use)|will be (used|taken)|"
    r"i('ll| will) (use|take|fill|read)|the mean of|isn't it|right\?)"
)
_SYSTEM_WORDS = re.compile(
    r"\b(null|non-null|nan|json|fields?|parameters?|schema|validation|features?|error|\w+error|exception|enum|strings?|"
    r"floats?|undefined|retry|api|payload|convertible|[a-z]+_[a-z]+)\b"
)
_COMPLETE = re.compile(r"\b(nothing (else )?is missing|have everything|everything is there|that is all|is complete)\b")
_IMPUTES = re.compile(
    r"\b(assum\w+|set to|filled|estimat\w+|imput\w+|defaults?|typical|average\w*|unchanged|stays|taken|latest|"
    r"carried)\b"
)
_SETS_ASIDE = re.compile(r"\b(not used|ignored|withdrawn|left out|states? no|not taken|no value|counts?)\b")
_COUNTS = re.compile(
    r"\b(\d|one|two|three|four|five)\s+((more|other|last|remaining)\s+)?(numbers?|values?|figures?|things?)\b",
    re.IGNORECASE,
)
_CONFIRMS = re.compile(r"\bconfirm\w*\b")

Fault = tuple[Criterion, str]


class Rubric:
    """Judge by the criteria as far as rules can read them."""

    kind: str = "rubric"
    model: str | None = None
    votes: int = 1

    async def judge(self, item: Item) -> Judgement:
        """Give the verdict; every broken criterion is named."""
        found = list(faults(item))
        broken = tuple(criterion for criterion in Criterion if any(criterion is fault for fault, _ in found))
        vote = Vote(Verdict.FAILED if found else Verdict.PASSED, broken, "; ".join(reason for _, reason in found))
        return settled([vote], Spent())


def faults(item: Item) -> Iterator[Fault]:
    """Name what is wrong with an item."""
    for assumption in item.assumptions:
        yield from _assumption(assumption, item)
    question = (item.question or "").strip()
    if not item.missing:
        if question:
            yield Criterion.ASKS_WHAT_IS_MISSING, "nothing is missing, and something is asked"
    elif not question:
        yield Criterion.ASKS_WHAT_IS_MISSING, "something is missing, and nothing is asked"
    else:
        spoken = sentences(_without_frame(question, item), item.vocabulary)
        yield from _names(spoken, item)
        yield from _choices(question, item)
        yield from _leads(question, spoken, item)
        yield from _answerable(question, spoken)


def _names(spoken: tuple[Sentence, ...], item: Item) -> Iterator[Fault]:
    """Compare what is asked for with what is missing; a known value may be mentioned, and only rightly."""
    criterion = Criterion.ASKS_WHAT_IS_MISSING
    names = item.vocabulary.contract.names
    mentioned = {names[index] for sentence in spoken for index in sentence.named}
    asked = {names[index] for sentence in spoken if sentence.asks for index in sentence.named}
    for name in sorted(asked & set(item.known)):
        yield criterion, f"asks for {name}, which is known"
    left = [name for name in item.missing if name not in mentioned]
    rest = len(item.missing) - ASKED_AT_ONCE
    counted = rest > 0 and len(left) == rest and any(Fraction(rest) in sentence.numbers for sentence in spoken)
    if left and not counted:
        yield criterion, f"does not ask for {', '.join(left)}"
    for stray in [stray for sentence in spoken if sentence.asks for stray in sentence.strays]:
        yield criterion, f"asks for something else: {stray}"
    for sentence in spoken:
        if not sentence.asks:
            yield from ((criterion, fault) for fault in _misread(sentence.text, item))


def _misread(text: str, item: Item) -> Iterator[str]:
    """Find values that a sentence gives to a feature, and that are not the feature's."""
    names = item.vocabulary.contract.names
    for statement in read(text, item.vocabulary).statements:
        name = names[statement.feature]
        if statement.effect is Effect.SET and statement.value != _exact(item.known.get(name)):
            yield f"says {name} is {statement.value}"


def _exact(value: float | str | None) -> Fraction | str | None:
    return value if isinstance(value, str | None) else Fraction(repr(value))


def _choices(question: str, item: Item) -> Iterator[Fault]:
    for name, readings in item.unclear.items():
        if any(reading not in question for reading in readings):
            yield Criterion.ASKS_WHAT_IS_MISSING, f"does not put every reading of {name}"
    for name, proposal in item.proposes.items():
        value = proposal.value
        said = isinstance(value, str) or Fraction(repr(value)) in numbers(question, item.vocabulary)
        if not said or (isinstance(value, str) and value.casefold() not in question.casefold()):
            yield Criterion.ASKS_WHAT_IS_MISSING, f"does not say which value of {name} is to be confirmed"


def _leads(question: str, spoken: tuple[Sentence, ...], item: Item) -> Iterator[Fault]:
    if found := _LEADS.search(question.casefold()):
        yield Criterion.LEADS_NOBODY, f"suggests an answer: {found.group()}"
    allowed = _allowed(item)
    taken = {exact: name for name, value in item.known.items() if isinstance(exact := _exact(value), Fraction)}
    names = item.vocabulary.contract.names
    for sentence in spoken:
        named = {names[index] for index in sentence.named}
        for number in sentence.numbers:
            other = sentence.asks and number in taken and taken[number] not in named
            if number not in allowed or (other and number not in _readings(item)):
                yield Criterion.LEADS_NOBODY, f"suggests {float(number):g}"


def _allowed(item: Item) -> frozenset[Fraction]:
    """Give the numbers that a question may hold: what was said, known or proposed, and the count of what is left."""
    rest = len(item.missing) - ASKED_AT_ONCE
    known = {exact for value in item.known.values() if isinstance(exact := _exact(value), Fraction)}
    return _said(item) | known | _readings(item) | ({Fraction(rest)} if rest > 0 else set())


def _said(item: Item) -> frozenset[Fraction]:
    texts = (turn.text for turn in item.conversation.turns if turn.role == "user")
    return frozenset(number for text in texts for number in numbers(text, item.vocabulary))


def _without_frame(question: str, item: Item) -> str:
    """Take out the numbers that suggest nothing: allowed ranges, and how many numbers are asked for."""
    for feature in item.vocabulary.contract.features:
        if feature.range is not None:
            low, high = str(feature.range).split(" to ")
            for frame in (f"{low} to {high}", f"between {low} and {high}", f"{low} and {high}"):
                question = re.sub(rf"(?<![\d.]){re.escape(frame)}(?![\d.]*\d)", "", question)
    return _COUNTS.sub("", question)


def _readings(item: Item) -> frozenset[Fraction]:
    vocabulary: Vocabulary = item.vocabulary
    texts = [reading for readings in item.unclear.values() for reading in readings]
    proposed = {exact for of in item.proposes.values() if isinstance(exact := _exact(of.value), Fraction)}
    return frozenset(number for text in texts for number in numbers(text, vocabulary)) | proposed


def _answerable(question: str, spoken: tuple[Sentence, ...]) -> Iterator[Fault]:
    criterion = Criterion.CAN_BE_ANSWERED
    words = question.casefold()
    if found := _SYSTEM_WORDS.search(words):
        yield criterion, f"speaks of the system: {found.group()}"
    if found := _COMPLETE.search(words):
        yield criterion, f"says that it is complete: {found.group()}"
    if not any(sentence.asks for sentence in spoken):
        yield criterion, "asks for nothing"
    if len(question) > LONGEST_QUESTION:
        yield criterion, f"is {len(question)} characters long; at most {LONGEST_QUESTION}"


def _assumption(text: str, item: Item) -> Iterator[Fault]:
    """Judge one assumption: it may say how words were read, and nothing more."""
    criterion = Criterion.ASSUMES_NOTHING
    names = item.vocabulary.contract.names
    spoken = sentences(text, item.vocabulary)
    named = {names[index] for sentence in spoken for index in sentence.named}
    found = {number for sentence in spoken for number in sentence.numbers}
    words = text.casefold()
    known = {exact for value in item.known.values() if isinstance(exact := _exact(value), Fraction)}
    for number in sorted(found - _said(item) - known):
        yield criterion, f"brings in {float(number):g}, which was not said"
    sets_aside = _SETS_ASIDE.search(words) is not None
    for name in sorted(named):
        value = _exact(item.known.get(name))
        if value is None:
            if not sets_aside and (found or _IMPUTES.search(words)):
                yield criterion, f"gives a value to {name}, which is missing"
        elif isinstance(value, Fraction) and found and value not in found and not sets_aside:
            yield criterion, f"gives another value to {name}"
    yield from ((criterion, fault) for fault in _misread(text, item) if not sets_aside or "not taken" in words)
    if _CONFIRMS.search(words) and not any(
        turn.role == "user" and is_yes(turn.text) for turn in item.conversation.turns
    ):
        yield criterion, "says that something was confirmed, and nothing was"
