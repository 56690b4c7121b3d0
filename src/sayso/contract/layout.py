"""Lay out a document for people: the keys in their order, two spaces a level, what is short on one line.

The same value is always laid out alike, so that a second freeze changes no byte.
"""

import json
from collections.abc import Iterator, Mapping

from sayso.wire import JSON

WIDTH = 120
"""Columns of a line, as in our source."""

_OPEN_LEVELS = 2
"""At these outer levels an object that holds objects gets a line for each, however short."""


def render(document: Mapping[str, JSON]) -> bytes:
    """Write a document as UTF-8 with a final newline."""
    return ("".join(_lines(dict(document), depth=0, column=0)) + "\n").encode("utf-8")


def _lines(value: JSON, *, depth: int, column: int) -> Iterator[str]:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (_stays_flat(value, depth) and column + len(flat) < WIDTH):
        yield flat
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    indent = "\n" + "  " * (depth + 1)
    yield opening
    for index, (label, item) in enumerate(_items(value)):
        yield ("," if index else "") + indent + label
        yield from _lines(item, depth=depth + 1, column=len(indent) + len(label))
    yield "\n" + "  " * depth + closing


def _stays_flat(value: dict[str, JSON] | list[JSON], depth: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return depth > 0 and not (depth < _OPEN_LEVELS and any(isinstance(item, dict) for item in inner))


def _items(value: dict[str, JSON] | list[JSON]) -> Iterator[tuple[str, JSON]]:
    if isinstance(value, dict):
        yield from ((json.dumps(key, ensure_ascii=False) + ": ", item) for key, item in value.items())
    else:
        yield from (("", item) for item in value)
