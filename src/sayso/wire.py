"""Read JSON from outside without leniency: one document, UTF-8, no duplicate keys, nothing after it.

Returns plain JSON values or a `Failure`; it does not know what the document is about. Non-finite numbers (NaN,
Infinity, 1e400) are let through as floats, so that whoever knows the field can name it; `finite_only` refuses them.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Never

from sayso.failures import Failure, FailureClass, Problem

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]
"""What a JSON document can hold."""

_MAX_INTEGER_DIGITS = 300
"""Beyond this an integer is no double (largest: 1.8e308), and Python refuses to parse 4,300 digits."""

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
"""How half a surrogate pair can be written; alone it is no character, and no text that holds it can be sent on."""


@dataclass(frozen=True)
class _OffenceError(Exception):
    """Carry a failure out of the parser's hooks."""

    failure: Failure


def loads(body: bytes, *, finite_only: bool = False) -> JSON | Failure:
    """Decode one JSON document strictly.

    Args:
        body: the bytes as received.
        finite_only: refuse NaN, Infinity and overflowing numbers here.

    Returns:
        The value, or a Failure of class malformed_request, duplicate_key or not_finite.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        return _malformed("starts with a byte order mark")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _malformed(f"is not UTF-8 at byte {error.start}")
    if not text.strip(" \t\r\n"):
        return _malformed("is empty")
    try:
        value: JSON = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_finite_integer if finite_only else _integer,
            parse_constant=_refuse_constant if finite_only else None,
            parse_float=_finite if finite_only else None,
        )
        if _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except _OffenceError as offence:
        return offence.failure
    except json.JSONDecodeError as error:
        return _malformed(f"is not JSON at character {error.pos}: {error.msg}")
    except UnicodeEncodeError:
        return _malformed("holds half a surrogate pair, which is no character")
    except RecursionError:
        return _malformed("is nested too deeply")
    return value


def document(source: str, body: bytes) -> "dict[str, JSON] | tuple[Problem, ...]":
    """Decode a file that must hold one JSON object with finite numbers, or say what is wrong with it."""
    match loads(body, finite_only=True):
        case dict() as value:
            return value
        case Failure(detail=detail):
            return (Problem("$", detail),)
        case _:
            return (Problem("$", f"{source} holds no JSON object"),)


def _malformed(what: str) -> Failure:
    return Failure(FailureClass.MALFORMED_REQUEST, f"the body {what}")


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    value = dict(pairs)
    if len(value) != len(pairs):
        key = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _OffenceError(Failure(FailureClass.DUPLICATE_KEY, f"the key {key!r} occurs twice in one object"))
    return value


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_INTEGER_DIGITS else float(digits)


def _finite_integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_INTEGER_DIGITS else _finite(digits)


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        _refuse_constant(text)
    return value


def _refuse_constant(text: str) -> Never:
    raise _OffenceError(Failure(FailureClass.NOT_FINITE, f"the number {text[:20]} is not finite"))
