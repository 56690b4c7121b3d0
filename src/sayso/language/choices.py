"""Prepare the category words of a contract, and what each can mean."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sayso.contract.model import Contract, Feature
from sayso.language.inflect import plurals, verb_forms
from sayso.language.lexicon.people import KIN, SEX_NOUNS
from sayso.language.lexicon.words import GLUE
from sayso.language.words_of import words_of


class Choice(NamedTuple):
    """Hold what a category word stands for: one value, of one feature or of several."""

    options: tuple[tuple[int, str], ...]
    common: bool
    """The word is too short or too common to state a value by itself."""
    kin: bool = False
    """A relative, who says a sex only where the sentence is about them."""
    person: bool = False
    """It says what a person is."""


YES_NO: Mapping[str, str] = {"y": "yes", "true": "yes", "n": "no", "false": "no"}
"""What people write for yes and no in tables and forms."""

SHORT = 3


def choices(contract: Contract) -> dict[tuple[str, ...], Choice]:
    """Give every category word with what it can mean; a word that means two values of one feature is left out."""
    options: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    kin: dict[tuple[str, ...], Choice] = {}
    people: set[tuple[str, ...]] = set()
    for index, feature in enumerate(contract.features):
        for words, value in _own_words(feature):
            if (index, value) not in options.setdefault(words, []):
                options[words].append((index, value))
        sexes = _sexes(feature)
        if sexes:
            people |= {words for words, meant in options.items() if any(index == each for each, _ in meant)}
            for form, sex in _sex_nouns():
                options.setdefault(form, [(index, sexes[sex])])
                people.add(form)
            kin |= {(noun,): Choice(((index, sexes[sex]),), common=False, kin=True) for noun, sex in KIN.items()}
    found = {
        words: Choice(tuple(meant), _is_common(words), person=words in people)
        for words, meant in options.items()
        if _agrees(meant)
    }
    return kin | found


def _own_words(feature: Feature) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the words of a feature's own values, and those that people write for yes and no."""
    own = {word.casefold() for category in feature.categories for word in (category.value, *category.words)}
    if set(feature.values) == {"yes", "no"}:
        yield from (((word,), value) for word, value in YES_NO.items() if word not in own)
    for category in feature.categories:
        for word in (category.value, *category.words):
            yield from ((words, category.value) for words in sorted(_category_forms(word)))


def _sexes(feature: Feature) -> Mapping[str, str]:
    """Give the values that mean male and female, where a feature has both."""
    meanings = {
        word.casefold(): category.value for category in feature.categories for word in (category.value, *category.words)
    }
    return meanings if {"male", "female"} <= set(meanings) else {}


def _sex_nouns() -> Iterator[tuple[tuple[str, ...], str]]:
    for noun, sex in SEX_NOUNS.items():
        yield from (((form,), sex) for form in (sorted(plurals(noun)) if len(noun) > 1 else [noun]))


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
