"""State the value of a feature that a number or a word was paired with, or why it has none."""

from collections.abc import Sequence
from fractions import Fraction

from sayso.language import gaps
from sayso.language.binding.links import choice_link
from sayso.language.binding.state import TurnState
from sayso.language.choices import Choice
from sayso.language.clauses import (
    CHOICE,
    Node,
    marks_of,
)
from sayso.language.gaps import Gap
from sayso.language.lexemes import Lexeme
from sayso.language.lexicon.marks import Mark
from sayso.language.lexicon.words import COUNTED, HEDGES
from sayso.language.quantity import Quantity
from sayso.language.statements import Effect, Statement
from sayso.language.unit_forms import Unit


def say(state: TurnState, name: Node, number: Node, gap: Gap, *, first: bool) -> None:
    """State that a name's feature has a number's value, or why it has none; `first` where the name comes first."""
    feature = name.label.feature
    if not state.vocabulary.facts[feature].numeric:
        return _numeric_choice(state, feature, number)
    quantity = _with_unit(number.quantity, gap.unit)
    if quantity is None:
        return state.block(feature, number, "has two units")
    value = state.vocabulary.value(feature, quantity)
    if number.dead is not None:
        return _set_aside_value(state, feature, number, value)
    if isinstance(value, str):
        return state.block(feature, number, value)
    if first and name.before and Mark.BOUND in marks_of(name.before[-1]):
        return state.block(feature, number, gaps.BOUND)
    if first and _counts(number):
        return state.block(feature, number, gaps.COUNTS)
    if gap.dashed and not quantity.signed and _takes(state, feature, -value):
        return state.block(feature, number, "has a dash that can be a minus sign")
    return _say_signed(state, name, number, gap, value, first=first)


def _with_unit(quantity: Quantity, unit: Unit | None) -> Quantity | None:
    """Give a number the unit that stands before it; None if it has another of its own."""
    if unit is None:
        return quantity
    if quantity.unit is not None and quantity.unit != unit.name:
        return None
    return quantity._replace(unit=unit.name, surface=unit.surface, bare_integer=False)


def _counts(number: Node) -> bool:
    """Find ``4.2 million people``: a number without a unit that counts what stands close after it."""
    return number.quantity.unit is None and bool(number.after) and number.after[0].text in COUNTED


def _takes(state: TurnState, feature: int, value: Fraction) -> bool:
    bounds = state.vocabulary.facts[feature].feature.range
    return bounds is not None and float(value) in bounds


def _say_signed(state: TurnState, name: Node, number: Node, gap: Gap, value: Fraction, *, first: bool) -> None:
    """State a value with the sign that a movement gives it; a movement of what stands at a level is no value."""
    label, quantity = name.label, number.quantity
    feature, start, end = label.feature, quantity.start, quantity.end
    movement, place = _movement(name, number, gap, first=first)
    if movement is not None and not label.moves:
        return state.deny(feature, number, gaps.CHANGE, value)
    if movement is None and first and _is_by(number):
        return state.deny(feature, number, gaps.CHANGE, value)
    if movement is not None or label.negates:
        if quantity.signed or value < 0:
            return state.block(feature, number, "has two signs")
        if movement is Mark.DOWN or label.negates:
            value = -value
            at = name.lexeme if label.negates else place
            start, end = min(start, state.start(at)), max(end, state.end(at))
    elif gap.moves_to and label.moves and (label.only_moves or quantity.unit != "percent"):
        return state.block(feature, number, gaps.CHANGE)
    return state.add(Statement(feature, Effect.SET, value, start, end, *state.core(number)))


def _movement(name: Node, number: Node, gap: Gap, *, first: bool) -> tuple[Mark | None, Lexeme]:
    """Find the movement that gives a number its sign, and where it stands."""
    inside = number.before if first else name.before
    for lexeme in inside:
        if gap.movement is not None and gap.movement in marks_of(lexeme):
            return gap.movement, lexeme
    if number.after and marks_of(number.after[0]) & {Mark.UP, Mark.DOWN} and first:
        mark = Mark.UP if Mark.UP in marks_of(number.after[0]) else Mark.DOWN
        return mark, number.after[0]
    return None, number.lexeme


def _set_aside_value(state: TurnState, feature: int, number: Node, value: Fraction | str) -> None:
    assert number.dead is not None
    if number.denied:
        state.deny(feature, number, number.dead, value)
    else:
        state.block(feature, number, number.dead)


def _numeric_choice(state: TurnState, feature: int, number: Node) -> None:
    """Read a category whose values are written as numbers (``cylinders 4``)."""
    quantity = number.quantity
    text = state.raw[quantity.core_start : quantity.core_end]
    known = state.vocabulary.facts[feature].feature
    value = next((c.value for c in known.categories if text == c.value or text in c.words), None)
    if value is None or number.dead is not None or quantity.unit is not None:
        return state.block(feature, number, number.dead or "is none of the category's values")
    return state.take(number, feature, value)


def choose(state: TurnState, feature: int, node: Node) -> None:
    """State the value that a category word says for a feature."""
    choice = node.lexeme.item
    assert isinstance(choice, Choice)
    value = next(value for index, value in choice.options if index == feature)
    start, end = state.start(node.lexeme), state.end(node.lexeme)
    if node.dead is not None:
        if not node.denied:
            state.block(feature, node, node.dead)
        return
    node.taken = True
    state.add(Statement(feature, Effect.SET, value, start, end, start, end))


def say_list(state: TurnState, names: Sequence[Node], values: Sequence[Node], *, pairs: bool) -> None:
    """Bind a list in order, or its one value to all; a list that does not come out states nothing."""
    shared = list(values) * len(names) if len(values) == 1 else list(values)
    for index, name in enumerate(names):
        value = shared[index] if index < len(shared) else shared[-1]
        if pairs and value.kind == CHOICE:
            if choice_link(name, value).leads:
                choose(state, name.label.feature, value)
        elif pairs:
            say(state, name, value, gaps.forward(()), first=True)
        else:
            state.block(name.label.feature, value, gaps.ALTERNATIVES)
        name.taken = True
    for value in values:
        value.taken = True


def _is_by(number: Node) -> bool:
    """Find ``by 20``: how much something changed, never where it stands."""
    words = [lexeme.text for lexeme in number.before if lexeme.text not in HEDGES]
    return bool(words) and words[-1] == "by"
