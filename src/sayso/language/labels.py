"""Prepare the names of a contract's features, with their regular forms."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sayso.contract.model import Contract
from sayso.language.inflect import plurals, verb_forms
from sayso.language.lexicon.words import GLUE
from sayso.language.words_of import words_of


class Label(NamedTuple):
    """Hold what a name in the text stands for."""

    feature: int
    moves: bool = False
    """The name is of what grows, and the feature is its growth: ``GDP shrank 0.8 %`` states -0.8."""
    only_moves: bool = False
    """Only a movement states the feature by this name (``prices rising 3 %``)."""
    negates: bool = False
    """The name turns the sign: deflation is negative inflation."""


GENERIC_NOUNS = frozenset("rate level value amount percentage percent number count figure reading".split())
"""Last words of a name that people leave out: ``unemployment`` for ``Unemployment Rate``."""

GROWTH_NOUNS = frozenset({"growth", "change", "increase"})
ANTONYMS: Mapping[str, str] = {"deflation": "inflation", "disinflation": ""}
"""General English names of a negative quantity; they count only where the contract has the positive one."""


def labels(contract: Contract) -> dict[tuple[str, ...], Label]:
    """Give every name of every feature; a form that two features could claim is left out."""
    given = {
        words_of(name): Label(index)
        for index, feature in enumerate(contract.features)
        for name in (feature.name, *feature.aliases)
    }
    derived: dict[tuple[str, ...], set[Label]] = {}
    for words, label in _derived(contract):
        if label.moves and words in given and given[words].feature == label.feature:
            given[words] = label
        else:
            derived.setdefault(words, set()).add(label)
    for words, meant in derived.items():
        if words not in given and len({label.feature for label in meant}) == 1:
            given[words] = _merged(meant)
    for word, positive in ANTONYMS.items():
        if (positive,) in given:
            given.setdefault((word,), given[(positive,)]._replace(negates=True))
    return {words: label for words, label in given.items() if words}


def _derived(contract: Contract) -> Iterator[tuple[tuple[str, ...], Label]]:
    """Give the regular forms of every name, and the names of what grows where a feature is its growth."""
    for index, feature in enumerate(contract.features):
        names = (feature.name, *feature.aliases)
        for name in names:
            for words in _variants(name, is_alias=name != feature.name):
                yield words, Label(index)
        if feature.unit == "percent":
            yield from _moving(index, [words_of(name) for name in names])


def _merged(labels: set[Label]) -> Label:
    """Merge what one form can mean for its one feature: its level, its movement, or both."""
    moves = any(label.moves for label in labels)
    plain = any(not label.moves for label in labels)
    return min(labels)._replace(moves=moves, only_moves=moves and not plain)


def _variants(name: str, *, is_alias: bool) -> Iterator[tuple[str, ...]]:
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
