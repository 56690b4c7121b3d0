"""Say how much of people's words is kept, and seal them with a salted hash.

The hash stays in the chain when the words are purged. The salt goes with the words: without it nobody can test a guess
against the hash.
"""

import hashlib
import json
from enum import StrEnum
from typing import NamedTuple

import rfc8785

from sayso.wire import JSON

_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


class TextPolicy(StrEnum):
    """Say what is kept of prompts, quotes, evidence, values and raw replies."""

    FULL = "full"
    """The words, until they are purged."""
    HASH = "hash"
    """A salted hash: whoever has the words can show that they are these; nobody can read them here."""
    NONE = "none"
    """Nothing."""


class Sealed(NamedTuple):
    """Hold what is kept of one private part."""

    text: str | None
    salt: str | None
    digest: str | None


NOTHING = Sealed(None, None, None)


def seal(private: JSON, policy: TextPolicy, salt: str) -> Sealed:
    """Keep a private part as the policy says; a record without one keeps nothing."""
    if private is None:
        return NOTHING
    match policy:
        case TextPolicy.FULL:
            text = dumps(private)
            return Sealed(text, salt, digest(text, salt))
        case TextPolicy.HASH:
            return Sealed(None, salt, digest(dumps(private), salt))
        case TextPolicy.NONE:
            return NOTHING


def digest(text: str, salt: str) -> str:
    """Hash a text with its salt: hexadecimal SHA-256."""
    return hashlib.sha256(f"{salt}:{text}".encode("ascii")).hexdigest()


def fingerprint(value: JSON, salt: str) -> str | None:
    """Hash a JSON value by what it means: 4 and 4.0, and any order of keys, are the same.

    None where the value has no canonical form (RFC 8785), such as an integer beyond 2^53; it equals nothing.
    """
    try:
        canonical = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        return None
    return hashlib.sha256(salt.encode("ascii") + b":" + canonical).hexdigest()


def dumps(value: JSON) -> str:
    """Write JSON in ASCII, so that any text (lone surrogates, NUL) fits any database."""
    return _ENCODER.encode(value)
