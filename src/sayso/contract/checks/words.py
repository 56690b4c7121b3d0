"""Check that a word means one thing: one feature, and within a category one value."""

import unicodedata
from collections.abc import Iterator, Sequence

from sayso.contract.shape import ContractDocument, FeatureDocument
from sayso.failures import Problem
from sayso.wire import Path, place


def word_problems(document: ContractDocument) -> Iterator[Problem]:
    """Name every word that two features claim, or two values of one category or of the target."""
    owners: dict[str, str] = {}
    for name, feature in document.features.items():
        for path, word in _words(name, feature):
            other = owners.setdefault(folded(word), name)
            if other != name:
                yield Problem(place(path), f"the word {word!r} is claimed by {other!r} too; leave it to one of them")
    for name, feature in document.features.items():
        for value, words in (feature.values or {}).items():
            path = ("features", name, "values", value)
            yield from _taken(path, [value, *words], owners, name)
        yield from _twice(name, feature)
    yield from _classes(document.target.values or [])


def folded(word: str) -> str:
    """Give the form in which two words are the same to a reader: compatible characters, case and spaces folded."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold()).split())


def _words(name: str, feature: FeatureDocument) -> Iterator[tuple[Path, str]]:
    yield ("features", name), name
    for index, word in enumerate(feature.aliases):
        yield ("features", name, "aliases", index), word


def _taken(path: Path, words: Sequence[str], owners: dict[str, str], name: str) -> Iterator[Problem]:
    """Find words of a category's value that name another feature."""
    for word in words:
        other = owners.get(folded(word), name)
        if other != name:
            yield Problem(place(path), f"the word {word!r} is claimed by the feature {other!r} too; leave it to one")


def _twice(name: str, feature: FeatureDocument) -> Iterator[Problem]:
    meant: dict[str, str] = {}
    for value, words in (feature.values or {}).items():
        for word in (value, *words):
            other = meant.setdefault(folded(word), value)
            if other != value:
                path = ("features", name, "values", value)
                yield Problem(place(path), f"the word {word!r} means {other!r} already; leave it to one of them")


def _classes(values: Sequence[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if folded(value) in seen:
            yield Problem(place(("target", "values", index)), f"the class {value!r} is listed twice")
        seen.add(folded(value))
