"""Part the cases that a turn compares: what differs between them is nobody's value."""

from fractions import Fraction

from sayso.language.binding.state import TurnState
from sayso.language.clauses import (
    Clause,
)
from sayso.language.lexicon.marks import Mark
from sayso.language.statements import Effect

CASE_HEADS = frozenset("now after before then once first second today later baseline alternative currently".split())
CASE_PHRASES = frozenset(
    "once with|in the first|in the second|scenario a|scenario b|scenario 1|scenario 2|case a|case b|case 1|case 2|"
    "option a|option b|"
    "option 1|option 2|plan a|plan b|first scenario|second scenario|the first|the second".split("|")
)


def begin_case(state: TurnState, clause: Clause) -> None:
    """Notice the heads of compared cases: ``(A)``, ``Now:``, ``in the first``, ``once with``."""
    state.compares = state.compares or clause.has(Mark.COMPARE)
    texts = [lexeme.text for lexeme in clause.lexemes[:4]]
    if not texts:
        return
    bracketed = len(texts) > 1 and texts[1] in (")", ":", ".") and len(texts[0]) == 1
    lettered = texts[0] == "(" and len(texts) > 2 and texts[2] == ")" and len(texts[1]) <= 2
    headed = texts[0] in CASE_HEADS and (
        len(texts) < 2 or texts[1] in (":", "with", "case", "i", "it", "we") or texts[2:3] == [":"]
    )
    named = texts[0] in CASE_PHRASES
    if bracketed or lettered or headed or named:
        state.case += 1


def compare(state: TurnState) -> None:
    """Block what only some of the compared cases say: what differs between them is nobody's value."""
    if not state.compares or state.case < 2:
        return
    cases: dict[int, dict[int, Fraction | str | None]] = {}
    for statement, case in zip(state.statements, state.cases, strict=False):
        if statement.effect is Effect.SET:
            cases.setdefault(statement.feature, {})[case] = statement.value
    for feature, said in cases.items():
        differs = len(set(said.values())) > 1 and len(said) > 1
        if differs or (0 not in said and set(said) != set(range(1, state.case + 1))):
            last = state.latest_of[feature]
            state.note(last._replace(effect=Effect.BLOCKED, value=None, reason="differs between the cases"))
