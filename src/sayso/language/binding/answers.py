"""Read a bare answer to the one feature that was asked for."""

from fractions import Fraction

from sayso.contract.model import DatePart
from sayso.language import gaps
from sayso.language.binding.state import TurnState
from sayso.language.clauses import Node, marked, marks_of
from sayso.language.dates import ordinal
from sayso.language.lexicon.marks import Mark
from sayso.language.statements import Effect, Statement


def answer(state: TurnState) -> None:
    """Give a bare answer to the one feature that was asked for."""
    asked = state.context.asked
    if asked is not None and state.vocabulary.facts[asked].feature.date_part is DatePart.DAY:
        _answer_day(state, asked)
    if asked is None or any(s.feature == asked and s.effect is not Effect.DENIED for s in state.statements):
        return
    loose = [node for node in state.loose if not node.taken]
    fitting = [node for node in loose if _fits(state, asked, node)]
    if len(fitting) != 1 or (len(loose) > 1 and not fitting[0].quantity.unit):
        for node in fitting:
            state.block(asked, node, gaps.ALTERNATIVES)
        return
    node = fitting[0]
    value = state.vocabulary.value(asked, node.quantity)
    if node.dead is None and _is_change(node):
        state.deny(asked, node, gaps.CHANGE, value)
    elif node.dead is not None or isinstance(value, str):
        state.block(asked, node, node.dead or str(value))
    else:
        state.take(node, asked, value)


def _answer_day(state: TurnState, asked: int) -> None:
    """Read an ordinal alone as the day that was asked for."""
    words = [token for token in state.tokens if token.text not in ("on", "the", ".", "of", "month", "it's", "its")]
    day = ordinal(words, 0) if words else None
    if day is not None and day.stop == len(words) and not state.statements:
        span = (words[0].start, words[-1].end)
        state.add(Statement(asked, Effect.SET, Fraction(day.value), *span, *span))


def _fits(state: TurnState, feature: int, node: Node) -> bool:
    value = state.vocabulary.value(feature, node.quantity)
    return not isinstance(value, str) or node.quantity.unit is None


def _is_change(node: Node) -> bool:
    """Find ``they raised it by 25 basis points``: a movement without a level."""
    moved = any(marks_of(lexeme) & {Mark.UP, Mark.DOWN} for lexeme in node.before)
    return moved and not marked(node.before, Mark.TO) and not any(lexeme.text.endswith(" to") for lexeme in node.before)
