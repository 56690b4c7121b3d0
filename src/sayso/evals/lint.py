"""Check cases themselves: a mistake in a case would blame or excuse an extractor wrongly.

Each check is a function from the cases and their contract to what is wrong; `CHECKS` lists them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from sayso.contract.model import Contract, Feature, FeatureType
from sayso.conversation import Role, Turn
from sayso.evals.cases import Case, Gold
from sayso.failures import Problem

OUT_OF_RANGE = "out-of-range"
"""The tag of cases whose stated values the contract does not allow."""

Check = Callable[[Sequence[Case], Contract, Mapping[str, str]], Iterator[Problem]]

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def problems(cases: Sequence[Case], contract: Contract, tags: Mapping[str, str]) -> tuple[Problem, ...]:
    """Name everything that is wrong with cases.

    Args:
        cases: all cases of one file.
        contract: what they are about.
        tags: what each known tag means.
    """
    return tuple(problem for check in CHECKS for problem in check(cases, contract, tags))


def _contract(cases: Sequence[Case], contract: Contract, _tags: Mapping[str, str]) -> Iterator[Problem]:
    for case in cases:
        if case.contract != contract.name:
            yield Problem(case.id, f"is about the contract {case.contract!r}, not {contract.name!r}")
        elif case.contract_digest != contract.digest:
            what = "was read under another content of the contract; read the cases anew, then sayso eval --stamp"
            yield Problem(case.id, what)


def _ids(cases: Sequence[Case], _contract: Contract, _tags: Mapping[str, str]) -> Iterator[Problem]:
    for name, count in Counter(case.id for case in cases).items():
        if count > 1:
            yield Problem(name, f"is the id of {count} cases")


def _texts(cases: Sequence[Case], _contract: Contract, _tags: Mapping[str, str]) -> Iterator[Problem]:
    """Find cases that are no independent evidence: the same words, or the same but for the numbers and of one kind."""
    said: dict[tuple[str, ...], str] = {}
    masked: dict[tuple[object, ...], str] = {}
    for case in cases:
        words = tuple(" ".join(turn.text.casefold().split()) for turn in case.conversation.turns)
        first = said.setdefault(words, case.id)
        if first != case.id:
            yield Problem(case.id, f"says the same words as {first}")
            continue
        shape = (tuple(_DIGITS.sub("#", text) for text in words), frozenset(case.tags))
        like = masked.setdefault(shape, case.id)
        if like != case.id:
            yield Problem(case.id, f"differs from {like} in its numbers alone")


def _tags(cases: Sequence[Case], _contract: Contract, tags: Mapping[str, str]) -> Iterator[Problem]:
    used = {tag for case in cases for tag in case.tags}
    for case in cases:
        for tag in case.tags:
            if tag not in tags:
                yield Problem(case.id, f"has the tag {tag!r}, which nothing explains")
        if len(set(case.tags)) != len(case.tags):
            yield Problem(case.id, "has a tag twice")
    for tag in tags:
        if tag not in used:
            yield Problem(tag, "is a tag that no case has")


def _shape_tags(cases: Sequence[Case], _contract: Contract, _tags: Mapping[str, str]) -> Iterator[Problem]:
    for case in cases:
        expected = {"incomplete" if case.missing else "complete"}
        expected |= {"multi-turn"} if len(case.conversation.turns) > 1 else set()
        if expected != set(case.tags) & {"complete", "incomplete", "multi-turn"}:
            yield Problem(case.id, f"must have the tags {', '.join(sorted(expected))}, and not their opposites")


def _turns(cases: Sequence[Case], contract: Contract, _tags: Mapping[str, str]) -> Iterator[Problem]:
    for case in cases:
        turns = case.conversation.turns
        if len(turns) % 2 == 0:
            yield Problem(case.id, "ends with the assistant")
        for index, turn in enumerate(turns):
            if fault := _turn_fault(turn, Role.ASSISTANT if index % 2 else Role.USER, contract):
                yield Problem(case.id, f"turn {index} {fault}")


def _turn_fault(turn: Turn, role: Role, contract: Contract) -> str | None:
    if turn.role is not role:
        return f"is the {turn.role}'s; user and assistant must take turns"
    if not turn.text.strip():
        return "says nothing"
    if turn.role is Role.USER and (turn.asks or turn.proposes):
        return "is the user's, and asks or proposes"
    unknown = (set(turn.asks) | set(turn.proposes)) - set(contract.names)
    return f"names unknown features: {', '.join(sorted(unknown))}" if unknown else None


def _gold(cases: Sequence[Case], contract: Contract, _tags: Mapping[str, str]) -> Iterator[Problem]:
    for case in cases:
        if tuple(case.gold) != contract.names:
            yield Problem(case.id, "gold does not have exactly the contract's features, in their order")
            continue
        for name, value in case.gold.items():
            fault = _gold_fault(contract.by_name[name], value, ranged=OUT_OF_RANGE not in case.tags)
            if fault:
                yield Problem(case.id, f"gold of {name} {fault}")


def _gold_fault(feature: Feature, value: Gold, *, ranged: bool) -> str | None:
    if value is None:
        return None
    if feature.type is FeatureType.CATEGORY:
        return None if value in feature.values else f"is {value!r}, which is no value of the category"
    if isinstance(value, str):
        return f"is the text {value!r}"
    if feature.type is FeatureType.INTEGER and value != int(value):
        return f"is {value}, and the feature is an integer"
    if ranged and feature.range is not None and value not in feature.range:
        return f"is {value}, which is out of range; such a case has the tag {OUT_OF_RANGE}"
    return None


def _quotes(cases: Sequence[Case], _contract: Contract, _tags: Mapping[str, str]) -> Iterator[Problem]:
    for case in cases:
        stated = {name for name, value in case.gold.items() if value is not None}
        for name in sorted(stated ^ set(case.quotes)):
            yield Problem(case.id, f"{name} has {'no quote' if name in stated else 'a quote, and no value'}")
        for name, cited in case.quotes.items():
            turns = case.conversation.turns
            if not (0 <= cited.turn < len(turns) and turns[cited.turn].role is Role.USER):
                yield Problem(case.id, f"the quote of {name} is in no turn of the user")
            elif not cited.quote.strip() or cited.quote not in turns[cited.turn].text:
                yield Problem(case.id, f"the quote of {name} is not in turn {cited.turn}: {cited.quote!r}")


def _asks(cases: Sequence[Case], _contract: Contract, _tags: Mapping[str, str]) -> Iterator[Problem]:
    for case in cases:
        if set(case.asks) != set(case.missing):
            yield Problem(case.id, "asks does not name exactly the features whose gold is null")
        texts = "\n".join(case.user_texts)
        for name, readings in case.asks.items():
            if len(readings) == 1:
                yield Problem(case.id, f"asks has one reading of {name}; one reading is a value, no choice")
            for reading in readings:
                if reading not in texts:
                    yield Problem(case.id, f"the reading {reading!r} of {name} was not said")


CHECKS: tuple[Check, ...] = (_contract, _ids, _texts, _tags, _shape_tags, _turns, _gold, _quotes, _asks)
"""What is asked of a file of cases, in this order."""
