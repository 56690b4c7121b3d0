"""Recognise a misspelt name at one swapped, missing, doubled or extra letter, and at nothing more.

A word qualifies only with six letters or more, the same first letter, and one known word alone at that distance:
``unemployement`` is unemployment; ``weight`` is never height.
"""

from collections.abc import Iterable, Mapping

SHORTEST = 6


class Typos:
    """Hold the words that may be misspelt, indexed by what is left when one letter goes."""

    def __init__(self, words: Iterable[str], others: Iterable[str] = ()) -> None:
        """Take the words that may be misspelt, and the other known ones, which are never corrected to or away."""
        self._names = frozenset(word for word in words if len(word) >= SHORTEST and word.isalpha())
        self._words = self._names | {word for word in others if len(word) >= SHORTEST and word.isalpha()}
        index: dict[str, set[str]] = {}
        for word in self._words:
            for shorter in _deletions(word):
                index.setdefault(shorter, set()).add(word)
        self._index: Mapping[str, set[str]] = index
        self._longest = max(map(len, self._words), default=0)

    def correct(self, word: str) -> str | None:
        """Give the one known word that this must be; None where there is none or more than one."""
        if not SHORTEST <= len(word) <= self._longest + 1 or not word.isalpha() or word in self._words:
            return None
        candidates = set(self._index.get(word, ()))  # a missing letter
        for shorter in _deletions(word):
            if shorter in self._words:
                candidates.add(shorter)  # an extra letter
            candidates.update(known for known in self._index.get(shorter, ()) if _is_swap(word, known))
        near = {known for known in candidates if known[0] == word[0]}
        return near.pop() if len(near) == 1 and near <= self._names else None


def _deletions(word: str) -> set[str]:
    return {word[:index] + word[index + 1 :] for index in range(len(word))}


def _is_swap(word: str, known: str) -> bool:
    """Say whether two neighbouring letters are swapped, and nothing else differs."""
    if len(word) != len(known):
        return False
    differing = [index for index in range(len(word)) if word[index] != known[index]]
    if len(differing) != 2 or differing[1] != differing[0] + 1:
        return False
    first, second = differing
    return word[first] == known[second] and word[second] == known[first]
