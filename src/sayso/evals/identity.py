"""Name what was measured, so that a report about one extractor can't pass for another's.

A hash is SHA-256 over RFC 8785 canonical JSON, or over a text's UTF-8, written ``sha256:…``.
"""

import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec
import rfc8785

from sayso.wire import JSON


class ExtractorIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name one extractor: two that could read words differently have different ones."""

    kind: str
    model: str | None
    """``PROVIDER/MODEL``; None for rules."""
    prompt: str | None
    """The hash of what a model is told; None for rules."""
    schema: str
    """The hash of the reply's schema, which follows from the contract."""
    settings: str
    """The hash of every setting that can change a claim."""


def digest(value: JSON) -> str:
    """Hash a JSON value."""
    return f"sha256:{hashlib.sha256(rfc8785.dumps(value)).hexdigest()}"


def text_digest(text: str) -> str:
    """Hash a text."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def code_digest() -> str:
    """Hash sayso's own files: a result of other code is another result."""
    found = hashlib.sha256()
    for name, body in sorted(_files(resources.files("sayso"), "")):
        found.update(f"{name}\0{len(body)}\0".encode() + body)
    return f"sha256:{found.hexdigest()}"


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from () if entry.name == "__pycache__" else _files(entry, f"{path}{entry.name}/")
        elif entry.name.endswith((".py", ".md")):
            yield f"{path}{entry.name}", entry.read_bytes()
