"""Read what was typed into features' own fields: the field says which feature is meant, so that no word has to.

A field takes one value and nothing else. Its label names the unit, so a bare 0.5 in a field for percent is 0.5 %.
"""

from collections.abc import Iterator
from fractions import Fraction

from sayso.contract import units
from sayso.contract.model import Feature, FeatureType
from sayso.conversation import AFTER_NAME, Turn
from sayso.language.reading import Reading
from sayso.language.statements import Effect, Statement
from sayso.language.values import NoValue, Value, parse
from sayso.language.vocabulary import Vocabulary


def read_form(turn: Turn, vocabulary: Vocabulary) -> Reading:
    """Read a turn that `sayso.conversation.filled` made: each field sets its feature, or says why it does not."""
    statements = tuple(_statements(turn, vocabulary))
    return Reading(statements, tuple((statement.start, statement.end) for statement in statements))


def _statements(turn: Turn, vocabulary: Vocabulary) -> Iterator[Statement]:
    at = 0
    for name, typed in turn.form.items():
        start = at + len(name) + len(AFTER_NAME)
        at = end = start + len(typed)
        at += len("\n")
        if name not in vocabulary.contract.by_name or not typed:
            continue
        index = vocabulary.contract.names.index(name)
        value = _value(vocabulary.contract.features[index], typed, vocabulary)
        if isinstance(value, NoValue):
            yield Statement(index, Effect.BLOCKED, None, start, end, start, end, value.reason)
        else:
            yield Statement(index, Effect.SET, value, start, end, start, end)


def _value(feature: Feature, typed: str, vocabulary: Vocabulary) -> Fraction | str | NoValue:
    if feature.type is FeatureType.CATEGORY:
        return typed if typed in feature.values else NoValue(f"is none of {', '.join(feature.values)}")
    match parse(typed, decimal=vocabulary.decimal, forms=vocabulary.forms):
        case Value(number, unit):
            return _converted(feature, number, unit)
        case NoValue() as none:
            return none


def _converted(feature: Feature, number: Fraction, unit: str | None) -> Fraction | NoValue:
    """Give a number in the feature's own unit."""
    if unit in (None, feature.unit):
        return number
    if unit in feature.units:
        return number * Fraction(str(feature.units[unit]))
    conversion = units.conversion(unit, feature.unit) if unit and feature.unit else None
    return conversion(number) if conversion else NoValue(f"has a unit that is none of {feature.name}")
