"""Make small contract documents for tests: sound ones, and the same with one thing changed."""

import copy
import json
from typing import Any

from sayso.contract.document import of_document, parse
from sayso.contract.model import Contract
from sayso.failures import DocumentError

Document = dict[str, Any]
Change = tuple[tuple[str | int, ...], object]
"""A path in a document and what to put there."""

SOUND: Document = {
    "contract": "small",
    "version": "1.0.0",
    "target": {"name": "outcome", "unit": "percent", "range": [0, 100]},
    "feature_columns": ["rate", "ldl", "total", "smoker", "Year", "Month", "Day"],
    "features": {
        "rate": {"type": "number", "unit": "percent", "range": [-5, 40], "aliases": ["interest"]},
        "ldl": {"type": "number", "unit": "mg/dL", "range": [10, 300], "units": {"mmol/L": 38.67}},
        "total": {"type": "number", "unit": "mg/dL", "range": [60, 400]},
        "smoker": {"type": "category", "values": {"yes": ["smokes"], "no": ["non-smoker", "never smoked"]}},
        "Year": {"type": "integer", "range": [1900, 2100], "date_part": "year"},
        "Month": {"type": "integer", "range": [1, 12], "date_part": "month"},
        "Day": {"type": "integer", "range": [1, 31], "date_part": "day"},
    },
    "rules": [{"date": ["Year", "Month", "Day"]}, {"less_or_equal": ["ldl", "total"]}],
}
"""A sound contract with every kind of feature and rule."""

REMOVED = object()
"""Stands for a key that is taken out."""


def changed(*changes: Change) -> Document:
    """Give the sound document with a value put at each path, or taken out."""
    document = copy.deepcopy(SOUND)
    for path, value in changes:
        holder: Any = document
        for part in path[:-1]:
            holder = holder[part]
        if value is REMOVED:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
    return document


def contract(*changes: Change) -> Contract:
    """Parse the sound document with changes."""
    return of_document("small.json", changed(*changes))


def encoded(document: Document) -> bytes:
    """Write a document as bytes, non-finite numbers included."""
    return json.dumps(document).encode()


def faults(document: Document) -> list[str]:
    """List what parsing says is wrong; nothing where the document is sound."""
    try:
        parse("c.json", encoded(document))
    except DocumentError as error:
        return [str(problem) for problem in error.problems]
    return []
