"""Compare two versions of a contract: what changed, how much that weighs, and whether the version says so.

Three weights. A *patch* only adds to what people read: a new word or question. A *minor* change alters what words come
to mean: a word removed or moved, a conversion, a part of a date. A *major* change is one of the interface, which binds
the model. It knows nothing of files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from sayso.contract.model import Contract, Feature, Target
from sayso.wire import place


class Weight(IntEnum):
    """Say which part of the version a change raises."""

    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def label(self) -> str:
        """Give the word for people."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one difference between two versions."""

    place: str
    weight: Weight
    what: str

    def as_json(self) -> dict[str, str]:
        """Give the keys of ``sayso contract diff --json``."""
        return {"place": self.place, "weight": self.weight.label, "what": self.what}

    def __str__(self) -> str:
        return f"{self.weight.label:<5} {self.place}: {self.what}"


def changes(old: Contract, new: Contract) -> tuple[Change, ...]:
    """List every difference, the weightiest first."""
    found = [*_top(old, new), *_target(old.target, new.target), *_features(old, new)]
    if not found and old.version == new.version and old.digest != new.digest:
        found = [Change("$", Weight.PATCH, "the same is written in another way, so that its digest is another")]
    return tuple(sorted(found, key=lambda change: -change.weight))


def shortfall(old: Contract, new: Contract) -> str | None:
    """Say why the new version number is not enough for what changed; None where it is."""
    found = changes(old, new)
    if old.name != new.name or not found:
        return None
    needed = found[0].weight
    if _raised(old.version, new.version) >= needed:
        return None
    least = _least(old.version, needed)
    return f"{old.version} → {new.version} is too small for a {needed.label} change; make it {least} or higher"


def _raised(old: str, new: str) -> int:
    """Give the weight that a step between versions can carry; 0 where it is no step up."""
    before, after = _numbers(old), _numbers(new)
    if after <= before:
        return 0
    first = next(index for index, (low, high) in enumerate(zip(before, after, strict=True)) if low != high)
    return Weight.MAJOR - first


def _least(old: str, needed: Weight) -> str:
    major, minor, patch = _numbers(old)
    match needed:
        case Weight.MAJOR:
            return f"{major + 1}.0.0"
        case Weight.MINOR:
            return f"{major}.{minor + 1}.0"
        case Weight.PATCH:
            return f"{major}.{minor}.{patch + 1}"


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def _top(old: Contract, new: Contract) -> Iterator[Change]:
    if old.name != new.name:
        yield Change("$.contract", Weight.MAJOR, f"{old.name} → {new.name}: another contract, with versions of its own")
    kept = [name for name in old.names if name in new.by_name]
    if kept != [name for name in new.names if name in old.by_name]:
        yield Change("$.feature_columns", Weight.MAJOR, "the order changed, and the model takes columns by order")
    for rule in old.rules:
        if rule not in new.rules:
            yield Change("$.rules", Weight.MAJOR, f"removed: {rule}")
    for rule in new.rules:
        if rule not in old.rules:
            yield Change("$.rules", Weight.MAJOR, f"added: {rule}")
    if set(old.rules) == set(new.rules) and old.rules != new.rules:
        yield Change("$.rules", Weight.MAJOR, "the order changed")


def _target(old: Target, new: Target) -> Iterator[Change]:
    for key in ("name", "type", "unit", "range", "values"):
        yield from _changed(f"$.target.{key}", Weight.MAJOR, getattr(old, key), getattr(new, key))
    yield from _changed("$.target.description", Weight.PATCH, old.description, new.description)


def _features(old: Contract, new: Contract) -> Iterator[Change]:
    for name in old.names:
        if name not in new.by_name:
            yield Change(place(("features", name)), Weight.MAJOR, "removed")
    for name in new.names:
        if name not in old.by_name:
            yield Change(place(("features", name)), Weight.MAJOR, "added")
        else:
            yield from _feature(place(("features", name)), old.by_name[name], new.by_name[name])


def _feature(where: str, old: Feature, new: Feature) -> Iterator[Change]:
    for key in ("type", "unit", "range", "values"):
        yield from _changed(f"{where}.{key}", Weight.MAJOR, getattr(old, key), getattr(new, key))
    yield from _changed(f"{where}.date_part", Weight.MINOR, old.date_part, new.date_part)
    yield from _changed(f"{where}.units", Weight.MINOR, dict(old.units), dict(new.units))
    for key in ("question", "description"):
        yield from _changed(f"{where}.{key}", Weight.PATCH, getattr(old, key), getattr(new, key))
    yield from _words(f"{where}.aliases", old.aliases, new.aliases)
    meant = {category.value: category.words for category in old.categories}
    for category in new.categories:
        if category.value in meant:
            yield from _words(f"{where}.values[{category.value!r}]", meant[category.value], category.words)


def _words(where: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Change]:
    for word in old:
        if word not in new:
            yield Change(where, Weight.MINOR, f"the word {word!r} was removed: what was understood no longer is")
    for word in new:
        if word not in old:
            yield Change(where, Weight.PATCH, f"the word {word!r} was added")
    if set(old) == set(new) and old != new:
        yield Change(where, Weight.PATCH, "the order changed")


def _changed(where: str, weight: Weight, old: object, new: object) -> Iterator[Change]:
    if old != new:
        yield Change(where, weight, f"{_shown(old)} → {_shown(new)}")


def _shown(value: object) -> str:
    match value:
        case None:
            return "none"
        case tuple():
            text = ", ".join(str(item) for item in value)
        case dict():
            text = ", ".join(f"{unit} × {factor:.15g}" for unit, factor in value.items())
        case _:
            text = str(value)
    return text[:79] + "…" if len(text) > 80 else text or "none"
