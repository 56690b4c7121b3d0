"""Find ages: numbers that say how old somebody is."""

from sayso.language.binding.aside import is_turned
from sayso.language.binding.state import TurnState
from sayso.language.choices import Choice
from sayso.language.clauses import UNKNOWN, Clause, Node


def age_feature(state: TurnState, clause: Clause, node: Node) -> int | None:
    """Find the one feature that a number said as an age states."""
    ages = [index for index, facts in enumerate(state.vocabulary.facts) if facts.is_age]
    if len(ages) != 1:
        return None
    feature = state.vocabulary.facts[ages[0]].feature
    index = clause.nodes.index(node)
    if any(other.kind == UNKNOWN for other in clause.nodes[:index]):
        return None
    if node.quantity.is_age and node.quantity.unit is not None:
        return ages[0]
    if feature.unit not in ("year", "years", "yr") or node.quantity.unit not in (None, "year"):
        return None
    if node.quantity.is_age or is_turned(node):
        return ages[0]
    before = clause.nodes[index - 1] if index else None
    return ages[0] if before is not None and (is_of_age(before, node) or _is_kin_age(before, node)) else None


def is_of_age(before: Node, node: Node) -> bool:
    """Find ``a woman of 64``, ``a man aged 58``: a person of an age."""
    choice = before.lexeme.item
    return (
        isinstance(choice, Choice) and [lexeme.text for lexeme in node.before] == ["of"] and node.quantity.unit is None
    )


def _is_kin_age(before: Node, node: Node) -> bool:
    """Find ``my aunt is seventy-three``."""
    choice = before.lexeme.item
    words = [lexeme.text for lexeme in node.before]
    return (
        isinstance(choice, Choice)
        and choice.kin
        and words in (["is"], ["'s"])
        and node.quantity.unit is None
        and not node.after
    )
