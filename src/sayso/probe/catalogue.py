"""List the bad requests: each is one fault away from a sound one, and none has a right answer.

The rows are data. A value row puts a text where a number or a category stands; a key row rewrites the instance; the
others rewrite the body or the request around it. Where HTTP itself is broken (two lengths, a bad request line) the HTTP
server answers before any model server sees it, so such requests are not listed.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sayso.contract.model import Contract, Feature, FeatureType
from sayso.probe.request import JSON_TYPE, Framing, Request
from sayso.probe.sound import texts
from sayso.wire import JSON

LARGE_BYTES = 20_000_000
MANY_INSTANCES = 100_000
DEEP = 100_000


class Case(NamedTuple):
    """Hold one bad request."""

    group: str
    title: str
    request: Request


# fmt: off
OF_NUMBERS: Sequence[tuple[str, str]] = (
    ("null", "null"), ("true", "true"), ("false", "false"), ("empty string", '""'), ("text", '"abc"'),
    ("list", "[1]"), ("empty list", "[]"), ("object", '{"value":1}'),
    ("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity"), ("1e400", "1e400"), ("-1e400", "-1e400"),
    ("1e39, infinite in float32", "1e39"), ("integer of 400 digits", "9" * 400), ("hexadecimal", "0x10"),
    ("leading zero", "01"), ("plus sign", "+1"), ("no digit before the point", ".5"), ("no digit after it", "5."),
    ("no digit in the exponent", "1e"), ("underscore", "1_0"), ("decimal comma", "1,5"),
    ("digits of another script", "٤"), ("string NaN", '"NaN"'), ("nothing", ""),
)
"""What may stand where a number is due."""

OF_CATEGORIES: Sequence[tuple[str, str]] = (
    ("null for a category", "null"), ("true for a category", "true"), ("number for a category", "1"),
    ("empty category", '""'), ("unknown category", '"no such category"'), ("list of categories", '["a"]'),
    ("category NaN", "NaN"), ("half a surrogate pair", '"\\ud800"'),
)
"""What may stand where a category is due."""
# fmt: on

SWAPPED: Mapping[str, str] = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і", "s": "ѕ"}
"""Latin letters and the Cyrillic ones that look like them."""


def cases(contract: Contract, instance: Mapping[str, JSON]) -> list[Case]:
    """Give every bad request that this contract allows to make.

    Args:
        contract: what the server is said to obey.
        instance: one that it admits.
    """
    sound = texts(instance)
    made = [*_values(contract, sound), *_keys(contract, sound), *_shapes(sound), *_syntax(sound), *_requests(sound)]
    return [case for case in made if case.request != good(instance)]  # a name without letters has no other case


def good(instance: Mapping[str, JSON]) -> Request:
    """Give the sound request that all others differ from."""
    return Request(_body(_row(texts(instance))))


def _values(contract: Contract, sound: Mapping[str, str]) -> Iterator[Case]:
    number = _first(contract, lambda feature: feature.type is not FeatureType.CATEGORY)
    category = _first(contract, lambda feature: feature.type is FeatureType.CATEGORY)
    rows = [(number, *row) for row in OF_NUMBERS] + [(category, *row) for row in OF_CATEGORIES]
    rows += [(feature, title, text) for feature, title, text in _of_the_contract(contract, sound)]
    for feature, title, text in rows:
        if feature is not None:
            bad = _row({**sound, feature.name: text})
            yield Case("value", title, Request(_body(bad)))
    if number is not None:
        bad = _row({**sound, number.name: '"1"'})
        yield Case("batch", "one bad instance of three", Request(_body(_row(sound), bad, _row(sound))))
        yield Case("batch", "last instance null", Request(_body(_row(sound), "null")))


def _of_the_contract(contract: Contract, sound: Mapping[str, str]) -> Iterator[tuple[Feature | None, str, str]]:
    """Give rows that need to know a range, a value or a kind."""
    number = _first(contract, lambda feature: feature.type is not FeatureType.CATEGORY)
    if number is not None:
        yield number, "numeric string", f'"{sound[number.name]}"'
        yield number, "number in a list", f"[{sound[number.name]}]"
    ranged = _first(contract, lambda feature: feature.range is not None)
    if ranged is not None and ranged.range is not None:
        width = ranged.range.high - ranged.range.low
        yield ranged, "above the range", json.dumps(ranged.range.high + max(1.0, width))
        yield ranged, "below the range", json.dumps(ranged.range.low - max(1.0, width))
    whole = _first(contract, lambda feature: feature.type is FeatureType.INTEGER)
    if whole is not None:
        yield whole, "fraction for an integer", f"{sound[whole.name]}.5"
    category = _first(contract, lambda feature: feature.type is FeatureType.CATEGORY)
    if category is not None:
        value = category.values[0]
        yield category, "category and a space", json.dumps(f"{value} ")
        if value.swapcase() not in category.values:
            yield category, "category in other case", json.dumps(value.swapcase())


def _keys(contract: Contract, sound: Mapping[str, str]) -> Iterator[Case]:
    name, *others = contract.names
    text, rest = sound[name], {other: sound[other] for other in others}
    escaped = f"\\u{ord(name[0]):04x}{json.dumps(name[1:])[1:-1]}"
    confusable = "".join(SWAPPED.get(letter, letter) for letter in name)
    rows = {
        "missing key": _row(rest),
        "empty instance": "{}",
        "extra key": _row({**sound, "no such feature": "1"}),
        "key in other case": _row({name.swapcase(): text, **rest}),
        "key and a space": _row({f"{name} ": text, **rest}),
        "key with a zero-width space": _row({f"{name}\u200b": text, **rest}),
        "key in full-width letters": _row({_full_width(name): text, **rest}),
        "duplicate key, same value": _row(sound)[:-1] + f",{json.dumps(name)}:{text}}}",
        "duplicate key, other value": _row(sound)[:-1] + f",{json.dumps(name)}:0}}",
        "duplicate key, null first": "{" + f"{json.dumps(name)}:null," + _row(sound)[1:],
        "duplicate key by an escape": _row(sound)[:-1] + f',"{escaped}":{text}}}',
        "key of another language": _row({"Größe": text, **rest}),
    }
    if confusable != name:
        rows["key in letters that look alike"] = _row({confusable: text, **rest})
    for title, row in rows.items():
        yield Case("key", title, Request(_body(row)))
    yield Case("key", "extra key beside instances", Request(_body(_row(sound))[:-1] + b',"no such key":1}'))
    yield Case("key", "instances twice", Request(_body(_row(sound))[:-1] + b',"instances":[]}'))
    yield Case("key", "Instances", Request(_body(_row(sound)).replace(b'"instances"', b'"Instances"')))
    yield Case("key", "no instances", Request(b"{}"))


def _shapes(sound: Mapping[str, str]) -> Iterator[Case]:
    row = _row(sound)
    bodies = {
        "instance without its list": f'{{"instances":{row}}}',
        "list within a list": f'{{"instances":[[{row}]]}}',
        "no instance in the list": '{"instances":[]}',
        "instances null": '{"instances":null}',
        "instances a string": f'{{"instances":{json.dumps(row)}}}',
        "instance a number": '{"instances":[1]}',
        "instance by another protocol's name": f'{{"inputs":[{row}]}}',
        "list without its object": f"[{row}]",
        "instance alone": row,
        "body null": "null",
        "body a number": "1",
        "body a string": json.dumps(_body(row).decode()),
        "parameters a list": f'{{"instances":[{row}],"parameters":[]}}',
        "another contract": f'{{"instances":[{row}],"parameters":{{"contract":"no-such@9.9.9+sha256:{"0" * 64}"}}}}',
    }
    for title, body in bodies.items():
        yield Case("shape", title, Request(body.encode()))


def _syntax(sound: Mapping[str, str]) -> Iterator[Case]:
    body = _body(_row(sound))
    bodies = {
        "empty": b"",
        "blank": b" \n",
        "truncated": body[:-1],
        "text after it": body + b"x",
        "two documents": body + body,
        "NUL after it": body + b"\0",
        "byte order mark": b"\xef\xbb\xbf" + body,
        "UTF-16": body.decode().encode("utf-16"),
        "bytes that are no UTF-8": body.replace(b'"', b'"\xff', 1),
        "comment": b"/* */" + body,
        "comma at the end": body[:-3] + b",}]}",
        "single quotes": body.replace(b'"', b"'"),
        "deep nesting": b"[" * DEEP,
        "deep nesting, closed": b"[" * DEEP + b"]" * DEEP,
        "deep value": body.replace(b":", b":" + b"[" * 500, 2),
    }
    for title, bad in bodies.items():
        yield Case("syntax", title, Request(bad))


def _requests(sound: Mapping[str, str]) -> Iterator[Case]:
    row = _row(sound)
    body = _body(row)
    yield Case("request", "no content type", Request(body, headers={}))
    yield Case("request", "text/plain", Request(body, headers={"content-type": "text/plain"}))
    yield Case("request", "a form", Request(body, headers={"content-type": "application/x-www-form-urlencoded"}))
    yield Case(
        "request", "another charset", Request(body, headers={"content-type": "application/json; charset=utf-16"})
    )
    yield Case("request", "said to be gzip", Request(body, headers={**JSON_TYPE, "content-encoding": "gzip"}))
    yield Case("request", "gzip, not said", Request(gzip.compress(body, mtime=0)))
    yield Case("request", "GET", Request(b"", method="GET", headers={}))
    yield Case("request", "PUT", Request(body, method="PUT"))
    yield Case("request", "unknown path", Request(body, path_suffix="/no-such-path"))
    yield Case("request", "short of its length", Request(body, framing=Framing.SHORT))
    yield Case("request", "no last chunk", Request(body, framing=Framing.NO_LAST_CHUNK))
    yield Case("limit", "20 MB of blanks", Request(body + b" " * LARGE_BYTES))
    yield Case("limit", "20 MB in one string", Request(b'{"instances":"' + b"a" * LARGE_BYTES + b'"}'))
    yield Case("limit", f"{MANY_INSTANCES} instances", Request(_body(*[row] * MANY_INSTANCES)))


def _first(contract: Contract, fits: Callable[[Feature], bool]) -> Feature | None:
    return next(filter(fits, contract.features), None)


def _row(fields: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{text}" for name, text in fields.items()) + "}"


def _body(*rows: str) -> bytes:
    return ('{"instances":[' + ",".join(rows) + "]}").encode()


def _full_width(name: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in name)
