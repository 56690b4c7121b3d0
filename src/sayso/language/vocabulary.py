"""Prepare the words of one contract for reading, once.

Every domain word that the language part knows comes from here, and so from a contract: feature names, aliases, category
words and units, with their regular forms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from sayso.contract import units
from sayso.contract.model import Contract, DatePart, Feature, FeatureType
from sayso.language.fold import fold
from sayso.language.inflect import plurals, verb_forms
from sayso.language.lexicon.people import AGE_NAMES, KIN, SEX_NOUNS
from sayso.language.lexicon.words import GLUE
from sayso.language.numerals import DecimalStyle
from sayso.language.quantities import Quantity
from sayso.language.tokens import MARK, tokenize
from sayso.language.typos import Typos
from sayso.language.unit_forms import UnitForms

__all__ = ["DecimalStyle", "Vocabulary"]


class Label(NamedTuple):
    """Hold what a name in the text stands for."""

    feature: int
    moves: bool = False
    """The name is of what grows, and the feature is its growth: ``GDP shrank 0.8 %`` states -0.8."""
    only_moves: bool = False
    """Only a movement states the feature by this name (``prices rising 3 %``)."""
    negates: bool = False
    """The name turns the sign: deflation is negative inflation."""


class Choice(NamedTuple):
    """Hold what a category word stands for: one value, of one feature or of several."""

    options: tuple[tuple[int, str], ...]
    common: bool
    """The word is too short or too common to state a value by itself."""
    kin: bool = False
    """A relative, who says a sex only where the sentence is about them."""
    person: bool = False
    """It says what a person is."""


Entry = Label | Choice
Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], Entry]]]
"""First word → (all words, meaning), longest first."""

GENERIC_NOUNS = frozenset("rate level value amount percentage percent number count figure reading".split())
"""Last words of a name that people leave out: ``unemployment`` for ``Unemployment Rate``."""

GROWTH_NOUNS = frozenset({"growth", "change", "increase"})
ANTONYMS: Mapping[str, str] = {"deflation": "inflation", "disinflation": ""}
"""General English names of a negative quantity; they count only where the contract has the positive one."""

YES_NO: Mapping[str, str] = {"y": "yes", "true": "yes", "n": "no", "false": "no"}
"""What people write for yes and no in tables and forms."""

SHORT = 3


class FeatureFacts(NamedTuple):
    """Hold what reading needs to know of one feature."""

    feature: Feature
    numeric: bool
    is_percent: bool
    is_time: bool
    is_age: bool
    is_temperature: bool
    """Its unit is a degree, so that ``11 degrees`` states it."""
    is_clock: bool
    """It is an hour of the day, so that ``3 pm`` states it."""
    period_words: frozenset[str]
    """Periods that the feature's own name speaks of (``monthly payment``)."""


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

    @classmethod
    def of(cls, contract: Contract, *, decimal: DecimalStyle = DecimalStyle.POINT) -> "Vocabulary":
        """Prepare the words of one contract."""
        forms = UnitForms(_own_units(contract))
        labels = _labels(contract, forms)
        facts = tuple(_facts(feature) for feature in contract.features)
        choices = _choices(contract)
        entries: dict[tuple[str, ...], Entry] = {**choices, **labels}
        single = {words[0]: label for words, label in labels.items() if len(words) == 1}
        return cls(
            contract,
            decimal,
            _by_first_word(entries),
            forms,
            Typos({word for words in labels for word in words}, {word for words in choices for word in words} | GLUE),
            single,
            facts,
            _date_parts(contract),
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


def words_of(text: str) -> tuple[str, ...]:
    """Cut a name into its words, without hyphens and brackets."""
    return tuple(token.text for token in tokenize(fold(text)) if token.kind != MARK)


def _own_units(contract: Contract) -> Iterator[str]:
    for feature in contract.features:
        if feature.unit is not None and feature.unit not in units.SHARES and feature.unit not in units.COUNTS:
            yield feature.unit
        yield from feature.units


def _labels(contract: Contract, forms: UnitForms) -> dict[tuple[str, ...], Label]:
    """Give every name of every feature; a form that two features could claim is left out."""
    given: dict[tuple[str, ...], Label] = {}
    for index, feature in enumerate(contract.features):
        for name in (feature.name, *feature.aliases):
            given[words_of(name)] = Label(index)
    derived: dict[tuple[str, ...], set[Label]] = {}
    for index, feature in enumerate(contract.features):
        own = [words_of(name) for name in (feature.name, *feature.aliases)]
        for name in (feature.name, *feature.aliases):
            for words in _variants(name, forms, is_alias=name != feature.name):
                derived.setdefault(words, set()).add(Label(index))
        if feature.unit == "percent":
            for words, label in _moving(index, own):
                if words in given and given[words].feature == index:
                    given[words] = label
                else:
                    derived.setdefault(words, set()).add(label)
    for words, labels in derived.items():
        if words and words not in given and len({label.feature for label in labels}) == 1:
            plain = any(not label.moves for label in labels)
            moves = any(label.moves for label in labels)
            given[words] = min(labels)._replace(moves=moves, only_moves=moves and not plain)
    for word, positive in ANTONYMS.items():
        if (positive,) in given:
            given.setdefault((word,), given[(positive,)]._replace(negates=True))
    return {words: label for words, label in given.items() if words}


def _variants(name: str, forms: UnitForms, *, is_alias: bool) -> Iterator[tuple[str, ...]]:
    """Give the regular forms of one name: without brackets, without its unit, plural, singular, as a verb."""
    bases = {words_of(name), words_of(name.partition("(")[0]), words_of(name.replace("_", " "))}
    for words in sorted(bases):
        if len(words) > 1 and words[-1] in GENERIC_NOUNS and not set(words[:-1]) <= GLUE | GENERIC_NOUNS:
            bases.add(words[:-1])
    for words in sorted(bases):
        if not words:
            continue
        yield words
        *start, last = words
        yield from ((*start, form) for form in plurals(last))
        if is_alias and len(words) == 1:
            yield from ((form,) for form in verb_forms(last))
    del forms


def _moving(index: int, names: Iterable[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], Label]]:
    """Find the names of what grows, where the feature is its growth: ``gdp`` beside ``gdp growth``."""
    known = set(names)
    for words in known:
        base, last = words[:-1], words[-1]
        if not base:
            continue
        if last in GROWTH_NOUNS or (base in known and (last,) in known and last not in GENERIC_NOUNS):
            for form in {(*base[:-1], plural) for plural in plurals(base[-1])}:
                yield form, Label(index, moves=True, only_moves=form not in known)


def _choices(contract: Contract) -> dict[tuple[str, ...], Choice]:
    """Give every category word with what it can mean."""
    options: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    kin: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    sexes: set[int] = set()
    for index, feature in enumerate(contract.features):
        meanings: dict[str, str] = {}
        for category in feature.categories:
            for word in (category.value, *category.words):
                meanings[word.casefold()] = category.value
        if set(feature.values) == {"yes", "no"}:
            for word, value in YES_NO.items():
                if word not in meanings:
                    options.setdefault((word,), []).append((index, value))
        for category in feature.categories:
            for word in (category.value, *category.words):
                for words in _category_forms(word):
                    if (index, category.value) not in options.setdefault(words, []):
                        options[words].append((index, category.value))
        if {"male", "female"} <= set(meanings):
            sexes.add(index)
            for noun, sex in SEX_NOUNS.items():
                for form in plurals(noun) if len(noun) > 1 else {noun}:
                    options.setdefault((form,), [(index, meanings[sex])])
            for noun, sex in KIN.items():
                kin[(noun,)] = [(index, meanings[sex])]
    people = {words for words in options if words[0] in SEX_NOUNS} | {
        words for words, meant in options.items() if any(index in sexes for index, _ in meant)
    }
    found = {
        words: Choice(tuple(meant), _is_common(words), person=words in people)
        for words, meant in options.items()
        if _agrees(meant)
    }
    return {words: Choice(tuple(meant), common=False, kin=True) for words, meant in kin.items()} | found


def _agrees(meant: Sequence[tuple[int, str]]) -> bool:
    """Say whether a word means one value at most for each feature."""
    return len({index for index, _ in meant}) == len(meant)


def _category_forms(word: str) -> set[tuple[str, ...]]:
    words = words_of(word)
    if len(words) != 1 or len(words[0]) <= SHORT:
        return {words} if words else set()
    forms = plurals(words[0]) | {form for form in verb_forms(words[0]) if not form.endswith("ed")}
    return {(form,) for form in forms | {words[0]}}


def _is_common(words: tuple[str, ...]) -> bool:
    return len(words) == 1 and (len(words[0]) <= SHORT or words[0] in GLUE or words[0] in YES_NO or words[0].isdigit())


def _facts(feature: Feature) -> FeatureFacts:
    names = {" ".join(words_of(name)) for name in (feature.name, *feature.aliases)}
    words = {word for name in names for word in name.split()}
    unit = feature.unit
    is_time = unit is not None and unit not in units.SHARES and units.conversion(unit, "second") is not None
    periods = {
        period
        for period, marks in {
            "month": ("monthly", "month"),
            "week": ("weekly",),
            "day": ("daily",),
            "hour": ("hourly",),
        }.items()
        if words & set(marks)
    }
    return FeatureFacts(
        feature,
        feature.type is not FeatureType.CATEGORY,
        unit == "percent",
        is_time,
        is_time and bool(names & AGE_NAMES or "age" in words),
        unit is not None and unit not in units.SHARES and units.conversion(unit, "kelvin") is not None,
        unit is None and "hour" in words and feature.range is not None and feature.range.high <= 24,
        frozenset(periods),
    )


def _date_parts(contract: Contract) -> dict[DatePart, int]:
    """Find the feature of each date part; a part that two features claim can only be stated by name."""
    found: dict[DatePart, list[int]] = {}
    for index, feature in enumerate(contract.features):
        if feature.date_part is not None:
            found.setdefault(feature.date_part, []).append(index)
    return {part: indices[0] for part, indices in found.items() if len(indices) == 1}


def _by_first_word(entries: Mapping[tuple[str, ...], Entry]) -> Phrases:
    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for words, entry in entries.items():
        phrases.setdefault(words[0], []).append((words, entry))
    return {first: sorted(rows, key=lambda row: -len(row[0])) for first, rows in phrases.items()}
