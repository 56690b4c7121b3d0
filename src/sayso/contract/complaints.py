"""Say in one line what pydantic found wrong with a document, where, and what would do.

Every kind of error that `sayso.contract.shape` can cause has a sentence here.
"""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError

from sayso.contract.shape import (
    CONTRACT_PATTERN,
    DIGEST_PATTERN,
    NAME_PATTERN,
    RULE_KINDS,
    VERSION_PATTERN,
    ContractDocument,
    FeatureDocument,
    TargetDocument,
)
from sayso.failures import Problem
from sayso.wire import Path, place

_PATTERNS: Mapping[str, str] = {
    CONTRACT_PATTERN: "must be lower-case words and digits joined by hyphens, such as short-rate",
    VERSION_PATTERN: "must be MAJOR.MINOR.PATCH, such as 1.0.0",
    DIGEST_PATTERN: "must be sha256: and 64 hex digits; sayso contract freeze writes it",
    NAME_PATTERN: "must neither begin nor end with a space, and must stand on one line",
}
"""What each pattern asks for."""

_SENTENCES: Mapping[str, str] = {
    "string_type": "must be text",
    "string_unicode": "must be text in Unicode",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge:.9g}, the lowest number that a model takes (float32)",
    "less_than_equal": "must be at most {le:.9g}, the largest number that a model takes (float32)",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "literal_error": "must be {expected}",
    "too_short": "must have at least {min_length} items; it has {actual_length}",
    "too_long": "must have at most {max_length} items; it has {actual_length}",
    "missing": "is missing; add it",
}
"""What each of pydantic's error types means, with the fields of its context."""


def complaints(error: ValidationError) -> Iterator[Problem]:
    """Give a problem for each error, in the order of the document's keys."""
    for detail in error.errors(include_url=False):
        path, about_key = _path(detail["loc"])
        sentence = _sentence(detail["type"], detail["msg"], detail.get("ctx", {}), path)
        if sentence.startswith("must "):
            sentence += f" (got {_shown(detail['input'])})"
        yield Problem(place(path), ("the key " if about_key else "") + sentence)


def _path(loc: Path) -> tuple[Path, bool]:
    """Turn pydantic's location into the document's: it names the kind of a rule, and marks keys."""
    if loc[:1] == ("rules",) and len(loc) > 2:
        loc = loc[:2] + loc[3:]
    return (loc[:-1], True) if loc[-1:] == ("[key]",) else (loc, False)


def _sentence(kind: str, said: str, context: Mapping[str, object], path: Path) -> str:
    """Word one error; what begins with "must" is about the value that stands there."""
    match kind:
        case "extra_forbidden":
            return _unknown_key(path)
        case "string_pattern_mismatch":
            return _PATTERNS[str(context["pattern"])]
        case "value_error":
            return str(context["error"])
        case "rule":
            return said
        case _:
            return _SENTENCES[kind].format_map(context)


def _unknown_key(path: Path) -> str:
    known = _known_keys(path)
    near = get_close_matches(str(path[-1]), known, n=1)
    return f"is not known here; did you mean {near[0]}?" if near else f"is not known here; known: {', '.join(known)}"


def _known_keys(path: Path) -> list[str]:
    models: dict[str, type[BaseModel]] = {"features": FeatureDocument, "target": TargetDocument}
    match path:
        case ("rules", *_):
            return list(RULE_KINDS)
        case (str(part), *_, _) if part in models:
            return list(models[part].model_fields)
        case _:
            return list(ContractDocument.model_fields)


def _shown(value: object) -> str:
    """Show a value in bounded length."""
    match value:
        case dict():
            return "an object"
        case list():
            return f"a list of {len(value)}"
        case float() | int() | str() | None:
            text = json.dumps(value, ensure_ascii=True)
            return text if len(text) <= 60 else text[:59] + "…"
        case _:  # pragma: no cover - JSON holds nothing else
            return type(value).__name__
