"""Prepare the words of one contract for reading, once.

Every domain word that the language part knows comes from here, and so from a contract: feature names, aliases, category
words and units, with their regular forms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sayso.contract import units
from sayso.contract.model import Contract, DatePart, Feature
from sayso.language.choices import Choice, choices
from sayso.language.feature_facts import FeatureFacts, facts_of
from sayso.language.labels import Label, labels
from sayso.language.lexicon.words import GLUE
from sayso.language.numerals import DecimalStyle
from sayso.language.quantity import Quantity
from sayso.language.typos import Typos
from sayso.language.unit_forms import UnitForms

__all__ = ["DecimalStyle", "Vocabulary"]


Entry = Label | Choice
Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], Entry]]]
"""First word → (all words, meaning), longest first."""


@dataclass(frozen=True)
class Vocabulary:
    """Hold a contract's words, ready for reading."""

    contract: Contract
    decimal: DecimalStyle
    phrases: Phrases
    forms: UnitForms
    typos: Typos
    label_words: Mapping[str, Label]
    """Names of one word, for misspellings and cut-off words."""
    facts: tuple[FeatureFacts, ...]
    date_parts: Mapping[DatePart, int]
    """The one feature of each date part."""
    date_stems: frozenset[str]
    """Stems of the words that say which date is meant (``sowing day``); none where any date is."""

    @classmethod
    def of(cls, contract: Contract, *, decimal: DecimalStyle = DecimalStyle.POINT) -> "Vocabulary":
        """Prepare the words of one contract."""
        forms = UnitForms(_own_units(contract))
        names = labels(contract)
        facts = tuple(facts_of(feature) for feature in contract.features)
        words = choices(contract)
        entries: dict[tuple[str, ...], Entry] = {**words, **names}
        single = {form[0]: label for form, label in names.items() if len(form) == 1}
        return cls(
            contract,
            decimal,
            _by_first_word(entries),
            forms,
            Typos({word for form in names for word in form}, {word for form in words for word in form} | GLUE),
            single,
            facts,
            _date_parts(contract),
            _date_stems(facts),
        )

    def value(self, index: int, quantity: Quantity) -> Fraction | str:
        """Give a quantity's value in a feature's own unit, or the reason why it has none."""
        facts, feature = self.facts[index], self.facts[index].feature
        if quantity.value is None:
            return quantity.reason or "can't be read"
        if not facts.numeric:
            return "is a number for a category"
        if quantity.per is not None and quantity.per not in facts.period_words:
            return f"is counted by the {quantity.per}"
        if quantity.unit is None:
            return self._bare(facts, quantity)
        if quantity.unit == "degree":
            return quantity.value if facts.is_temperature else f"has a unit that is none of {feature.name}"
        if quantity.unit == "clock":
            said = quantity.surface in ("o'clock", "at night")
            return quantity.value if facts.is_clock and not said else "is a time of day"
        converted = self._converted(feature, quantity)
        if converted is not None:
            return converted
        if quantity.scaled is not None and feature.unit in (None, *units.CURRENCIES, *units.COUNTS):
            return quantity.scaled
        if feature.unit is None and quantity.unit in ("point", *units.COUNTS):
            return quantity.value
        return f"has a unit that is none of {feature.name}"

    def _bare(self, facts: FeatureFacts, quantity: Quantity) -> Fraction | str:
        """Read a number without a unit; below 1 it could be a share or a percentage."""
        value = quantity.value
        assert value is not None
        if facts.is_percent and 0 < abs(value) < 1:
            bounds = facts.feature.range
            if bounds is None or (float(value) in bounds and float(value * 100) in bounds):
                return "can be a fraction or a percentage"
        return value

    def _converted(self, feature: Feature, quantity: Quantity) -> Fraction | None:
        assert quantity.value is not None
        unit = quantity.unit or ""
        for own, factor in feature.units.items():
            if unit == own or (quantity.surface or "").replace(" ", "") == own.lower():
                return quantity.value * Fraction(str(factor))
        if feature.unit is None:
            return None
        conversion = units.conversion(unit, feature.unit)
        if conversion is None and unit == "point" and feature.unit in units.COUNTS:
            return quantity.value
        return None if conversion is None else conversion(quantity.value)

    def takers(self, quantity: Quantity) -> list[int]:
        """List the features that a quantity could be by its written unit."""
        if quantity.unit is None:
            return []
        return [
            index
            for index, facts in enumerate(self.facts)
            if facts.numeric and facts.feature.unit is not None and not isinstance(self.value(index, quantity), str)
        ]


def _own_units(contract: Contract) -> Iterator[str]:
    for feature in contract.features:
        if feature.unit is not None and feature.unit not in units.SHARES and feature.unit not in units.COUNTS:
            yield feature.unit
        yield from feature.units


def _date_parts(contract: Contract) -> dict[DatePart, int]:
    """Find the feature of each date part; a part that two features claim can only be stated by name."""
    found: dict[DatePart, list[int]] = {}
    for index, feature in enumerate(contract.features):
        if feature.date_part is not None:
            found.setdefault(feature.date_part, []).append(index)
    return {part: indices[0] for part, indices in found.items() if len(indices) == 1}


def _date_stems(facts: Iterable[FeatureFacts]) -> frozenset[str]:
    parts = [each.qualifiers for each in facts if each.feature.date_part is not None]
    return frozenset().union(*parts) if all(parts) else frozenset()


def _by_first_word(entries: Mapping[tuple[str, ...], Entry]) -> Phrases:
    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for words, entry in entries.items():
        phrases.setdefault(words[0], []).append((words, entry))
    return {first: sorted(rows, key=lambda row: -len(row[0])) for first, rows in phrases.items()}
