"""Read JSON from outside without leniency: one document, UTF-8, no duplicate keys, nothing after it.

Returns plain JSON values, or a `Failure` or `Problem`s that name the place; it does not know what the document is
about. `loads` lets non-finite numbers (NaN, Infinity, 1e400) through as floats unless told otherwise, so that whoever
knows the field can name it.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sayso.failures import Failure, FailureClass, Problem

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]
"""What a JSON document can hold."""

Path = tuple[int | str, ...]
"""The keys and 0-based indexes that lead from a document's root to a place in it."""

_MAX_INTEGER_DIGITS = 300
"""Beyond this an integer is no double (largest: 1.8e308), and Python refuses to parse 4,300 digits."""

_MAX_PLACE_CHARS = 300

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that may be half of a pair (RFC 8259 section 8.2): without its other half it is no character."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """Hold what is wrong at one place of a document that could be decoded."""

    failure_class: FailureClass
    path: Path
    message: str


class _Repeated(dict[str, JSON]):
    """Stand for an object in which a key occurs twice."""

    key = ""


@dataclass
class _Reader:
    """Decode one document, and remember whether anything in it is worth a search."""

    finite_only: bool
    suspicious: bool = field(default=False, init=False)

    def read(self, text: str) -> JSON:
        """Decode the text; raises what json raises."""
        self.suspicious = _SURROGATE.search(text) is not None
        value: JSON = json.loads(
            text,
            object_pairs_hook=self._object,
            parse_int=self._integer,
            parse_constant=self._constant if self.finite_only else None,
            parse_float=self._float if self.finite_only else None,
        )
        return value

    def _object(self, pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        self.suspicious = True
        repeated = _Repeated(value)
        repeated.key = Counter(key for key, _ in pairs).most_common(1)[0][0]
        return repeated

    def _integer(self, digits: str) -> int | float:
        return int(digits) if len(digits) <= _MAX_INTEGER_DIGITS else self._float(digits)

    def _float(self, text: str) -> float:
        value = float(text)
        self.suspicious = self.suspicious or not math.isfinite(value)
        return value

    def _constant(self, text: str) -> float:
        self.suspicious = True
        return float(text)

    def faults(self, value: JSON) -> Iterator[_Fault]:
        """Name every place that is wrong."""
        if not self.suspicious:
            return
        for path, item in _walk(value):
            if isinstance(item, _Repeated):
                yield _Fault(FailureClass.DUPLICATE_KEY, path, f"the key {item.key[:80]!r} occurs twice")
            if self.finite_only and isinstance(item, float) and not math.isfinite(item):
                yield _Fault(FailureClass.NOT_FINITE, path, "the number is not finite, or too large for a double")
            if any(not _is_text(text) for text in _texts(item)):
                yield _Fault(FailureClass.MALFORMED_REQUEST, path, "holds half of a surrogate pair, which is no text")


def loads(body: bytes, *, finite_only: bool = False) -> JSON | Failure:
    """Decode one JSON document strictly.

    Args:
        body: the bytes as received.
        finite_only: refuse NaN, Infinity and overflowing numbers here.

    Returns:
        The value, or a Failure of class malformed_request, duplicate_key or not_finite.
    """
    match _decode(body, finite_only=finite_only):
        case Failure() as failure:
            return failure
        case (_, [fault, *_]):
            return Failure(fault.failure_class, f"{fault.message} at {place(fault.path)}")
        case (value, _):
            return value


def document(body: bytes) -> dict[str, JSON] | tuple[Problem, ...]:
    """Decode a file that must hold one JSON object with finite numbers, or name every place that is wrong with it."""
    match _decode(body, finite_only=True):
        case Failure(detail=detail):
            return (Problem("$", detail),)
        case (_, [*faults]) if faults:
            return tuple(Problem(place(fault.path), fault.message) for fault in faults)
        case (dict() as value, _):
            return value
        case _:
            return (Problem("$", "is no JSON object"),)


def place(path: Path) -> str:
    """Write a path as people and programs read it: ``$.features['Real GDP'].range[0]``; a very long one is cut."""
    text = "$" + "".join(f".{part}" if str(part).isidentifier() else f"[{part!r}]" for part in path)
    return text if len(text) <= _MAX_PLACE_CHARS else text[: _MAX_PLACE_CHARS - 1] + "…"


def _decode(body: bytes, *, finite_only: bool) -> tuple[JSON, list[_Fault]] | Failure:
    if body.startswith(b"\xef\xbb\xbf"):
        return _malformed("starts with a byte order mark")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _malformed(f"is not UTF-8 at byte {error.start}")
    if not text.strip(" \t\r\n"):
        return _malformed("is empty")
    reader = _Reader(finite_only)
    try:
        value = reader.read(text)
    except json.JSONDecodeError as error:
        return _malformed(f"is not JSON at line {error.lineno}, column {error.colno}: {error.msg}")
    except RecursionError:
        return _malformed("is nested too deeply")
    return value, list(reader.faults(value))


def _malformed(what: str) -> Failure:
    return Failure(FailureClass.MALFORMED_REQUEST, f"the body {what}")


def _walk(root: JSON) -> Iterator[tuple[Path, JSON]]:
    """Visit every value, outer before inner, without recursion: what can be decoded can be walked."""
    waiting: list[tuple[Path, JSON]] = [((), root)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        match value:
            case dict():
                waiting.extend(((*path, key), item) for key, item in reversed(value.items()))
            case list():
                waiting.extend(((*path, index), item) for index, item in reversed(list(enumerate(value))))
            case _:
                pass


def _texts(value: JSON) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
