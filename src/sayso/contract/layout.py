"""Lay out a document for people: the keys in their order, two spaces a level, what is short on one line.

The same value is always laid out alike, so that a second freeze changes no byte.
"""

import json
from collections.abc import Mapping, Sequence

from sayso.wire import JSON

WIDTH = 120
"""Columns of a line, as in our source."""

_OPEN_LEVELS = 2
"""At these outer levels an object or list that holds objects gets a line for each, however short."""


def render(document: Mapping[str, JSON]) -> bytes:
    """Write a document as UTF-8 with a final newline."""
    return (_text(dict(document), depth=0, column=0) + "\n").encode("utf-8")


def _text(value: JSON, *, depth: int, column: int) -> str:
    """Lay out one value whose first character stands at a column, inside so many containers."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (_may_be_flat(value, depth) and column + len(flat) < WIDTH):
        return flat
    indent = 2 * (depth + 1)
    if isinstance(value, dict):
        return _block("{}", [_member(key, item, depth + 1) for key, item in value.items()], indent)
    if any(isinstance(item, dict | list) for item in value):
        return _block("[]", [_text(item, depth=depth + 1, column=indent) for item in value], indent)
    return _block("[]", _filled([json.dumps(item, ensure_ascii=False) for item in value], indent), indent)


def _may_be_flat(value: dict[str, JSON] | list[JSON], depth: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return depth > 0 and not (depth < _OPEN_LEVELS and any(isinstance(item, dict) for item in inner))


def _block(brackets: str, lines: Sequence[str], indent: int) -> str:
    separator = ",\n" + " " * indent
    return f"{brackets[0]}\n{' ' * indent}{separator.join(lines)}\n{' ' * (indent - 2)}{brackets[1]}"


def _member(key: str, value: JSON, depth: int) -> str:
    label = json.dumps(key, ensure_ascii=False) + ": "
    return label + _text(value, depth=depth, column=2 * depth + len(label))


def _filled(items: Sequence[str], indent: int) -> list[str]:
    """Put as many items on each line as fit."""
    lines = [items[0]]
    for item in items[1:]:
        if indent + len(lines[-1]) + len(item) + len(", ,") <= WIDTH:
            lines[-1] += f", {item}"
        else:
            lines.append(item)
    return lines
