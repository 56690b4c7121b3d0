"""Compute the two digests that name a contract: SHA-256 over RFC 8785 canonical JSON.

The *digest* covers the whole document and binds extractor, evals and gate. The *interface digest* covers what binds the
model: names, order, types, units, ranges, category values, rules and target. A new word or question changes only the
first.
"""

import hashlib
from collections.abc import Mapping

import rfc8785

from sayso.wire import JSON

DIGEST_KEYS = ("digest", "interface_digest")
"""Keys that hold digests and are therefore not digested."""

_FEATURE_INTERFACE = ("type", "unit", "range")
_TARGET_INTERFACE = ("name", "type", "unit", "range", "values")


_EXACT_INTEGERS = 2**53
"""RFC 8785 numbers are doubles (section 3.2.2.3); beyond this, one stands for several integers."""


def sha256(value: JSON) -> str:
    """Digest one JSON value as ``sha256:`` and 64 hex digits."""
    return "sha256:" + hashlib.sha256(rfc8785.dumps(_doubles(value))).hexdigest()


def _doubles(value: JSON) -> JSON:
    """Read large integers as every other reader of JSON does: as the nearest double."""
    match value:
        case bool():
            return value
        case int():
            return value if abs(value) < _EXACT_INTEGERS else float(value)
        case list():
            return [_doubles(item) for item in value]
        case dict():
            return {key: _doubles(item) for key, item in value.items()}
        case _:
            return value


def digest(document: Mapping[str, JSON]) -> str:
    """Digest the whole document but its digests."""
    return sha256({key: value for key, value in document.items() if key not in DIGEST_KEYS})


def interface_digest(document: Mapping[str, JSON]) -> str:
    """Digest what binds the model. The document must have passed `sayso.contract.document.parse`."""
    return sha256(interface(document))


def interface(document: Mapping[str, JSON]) -> dict[str, JSON]:
    """Give what binds the model, with the defaults written out, so that leaving one out changes nothing."""
    features = _mapping(document["features"])
    names = document["feature_columns"]
    assert isinstance(names, list)
    return {
        "contract": document["contract"],
        "target": {"type": "number", **_pick(_mapping(document["target"]), _TARGET_INTERFACE)},
        "features": [_feature(str(name), _mapping(features[str(name)])) for name in names],
        "rules": document.get("rules", []),
    }


def _feature(name: str, feature: Mapping[str, JSON]) -> JSON:
    binding: dict[str, JSON] = {"name": name, **_pick(feature, _FEATURE_INTERFACE)}
    if "values" in feature:
        binding["values"] = list(_mapping(feature["values"]))
    return binding


def _pick(source: Mapping[str, JSON], keys: tuple[str, ...]) -> dict[str, JSON]:
    return {key: source[key] for key in keys if source.get(key) is not None}


def _mapping(value: JSON) -> Mapping[str, JSON]:
    return value if isinstance(value, dict) else {}
