"""Draft a contract from what is known of a table's columns, or of a model's signature.

What can't be known is left as a value that begins with ``TODO`` and that no contract may hold, so that freezing refuses
the draft until somebody has decided it.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sayso.contract.layout import render
from sayso.wire import JSON

UNIT_TODO = "TODO: percent, USD, mg/dL, …; remove this key if it has none"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Describe a column of numbers."""

    name: str
    whole: bool
    """Every value is an integer."""
    extent: tuple[float, float] | None = None
    """The smallest and the largest value; None where no data is at hand."""


@dataclass(frozen=True, slots=True)
class Words:
    """Describe a column of words."""

    name: str
    words: tuple[str, ...]
    """Every word, in the order of the contract to be."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Describe a column that somebody must decide about."""

    name: str
    todo: str
    """What is to be decided, in words that follow ``TODO:``."""


Column = Numbers | Words | Unclear


def draft(name: str, target: Column, features: Sequence[Column]) -> bytes:
    """Write a draft of a contract; it is sound only once every TODO is decided."""
    document: dict[str, JSON] = {
        "contract": name,
        "version": "1.0.0",
        "target": {"name": target.name, **_target(target)},
        "feature_columns": [feature.name for feature in features],
        "features": {feature.name: {**_feature(feature), **_words_for(feature.name)} for feature in features},
    }
    return render(document)


def contract_name(text: str) -> str:
    """Make a contract's name of a file's: lower case letters, digits and single dashes."""
    return "-".join(re.findall("[a-z0-9]+", text.lower())) or "contract"


def _target(column: Column) -> dict[str, JSON]:
    match column:
        case Numbers(extent=extent):
            return {"type": "number", "unit": _unit(column.name), **_range(extent, whole=False)}
        case Words(words=words):
            return {"type": "category", "values": list(words)}
        case Unclear(todo=todo):
            return {"type": f"TODO: {todo}"}


def _feature(column: Column) -> dict[str, JSON]:
    match column:
        case Numbers(whole=whole, extent=extent):
            kind = "integer" if whole else "number"
            return {"type": kind, "unit": _unit(column.name), **_range(extent, whole=whole)}
        case Words(words=words):
            return {"type": "category", "values": {word: [] for word in words}}
        case Unclear(todo=todo):
            return {"type": f"TODO: {todo}"}


_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\s*$")
"""What a column's name may end with: its unit, most often."""


def _unit(name: str) -> str:
    found = _BRACKETS.search(name)
    return f"TODO: {found[1]}, as its name says? Write the unit alone" if found else UNIT_TODO


def _words_for(name: str) -> dict[str, JSON]:
    """Give the words that a column's name is made of, as people would say them, and a question."""
    parted = re.sub("([a-z0-9])([A-Z])", r"\1 \2", _BRACKETS.sub("", name) or name)
    spoken = " ".join(re.sub("[_.-]", " ", parted).split()) or name
    aliases: list[JSON] = [spoken.lower()] if spoken.lower() != name.lower() else []
    return {"aliases": aliases, "question": f"What is the {spoken}?"}


def _range(extent: tuple[float, float] | None, *, whole: bool) -> dict[str, JSON]:
    return {} if extent is None else {"range": list(widened(*extent, whole=whole))}


_TINY = 1e-37
"""Where float32 begins to lose digits; nothing so near to zero is a measurement."""


def widened(low: float, high: float, *, whole: bool) -> tuple[float, float]:
    """Widen an extent by half of it on each side, to round numbers, and never across zero."""
    size = max(abs(low), abs(high))
    span = high - low
    if span <= max(1e-6 * size, _TINY):  # what float32 can't tell apart is one value, and widened by its own size
        span = size if size > _TINY else 1.0
    step = 10.0 ** math.floor(math.log10(span)) / 2
    if whole:
        step = float(max(1, math.floor(step)))
    bottom, top = math.floor((low - span / 2) / step) * step, math.ceil((high + span / 2) / step) * step
    bottom, top = max(bottom, 0.0) if low >= 0 else bottom, min(top, 0.0) if high <= 0 else top
    if bottom == top:
        top += step
    return (int(bottom), int(top)) if whole else (_plain(bottom), _plain(top))


def _plain(value: float) -> float:
    """Drop what floating point adds to a round number."""
    return float(f"{value:.10g}")
