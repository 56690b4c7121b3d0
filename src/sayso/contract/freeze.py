"""Freeze a contract: write both digests of its content into the document.

A version is frozen once. The same version with other content is refused, as far as can be known: from the digests that
the document holds already, and from records of earlier versions that the caller found (a commit, a tag, a model
package). It reads and writes bytes, no files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sayso.contract.digest import DIGEST_KEYS
from sayso.contract.document import of_document
from sayso.contract.layout import render
from sayso.contract.model import Contract
from sayso.failures import DocumentError, Problem
from sayso.wire import JSON
from sayso.wire import document as decode


@dataclass(frozen=True, slots=True)
class FrozenVersion:
    """Hold what a record says a version's digest was."""

    name: str
    version: str
    digest: str
    where: str
    """The record, for messages: ``commit HEAD``, ``tag contract/short-rate/v1.0.0``, ``manifest.json``."""


def freeze(source: str, body: bytes, records: Sequence[FrozenVersion] = ()) -> bytes:
    """Give the document with both digests written in; a frozen document comes back as it would be laid out.

    Args:
        source: the file's name, for messages.
        body: the bytes of the document.
        records: what is known of earlier versions, of this contract or others.

    Raises:
        DocumentError: the document is not sound, or its version is known with other content.
    """
    document = decode(body)
    if isinstance(document, tuple):
        raise DocumentError(source, document)
    contract = of_document(source, document)
    if problems := tuple(_conflicts(contract, document.get("digest"), records)):
        raise DocumentError(source, problems)
    return render(_with_digests(document, contract))


def _conflicts(contract: Contract, stored: JSON, records: Sequence[FrozenVersion]) -> Iterator[Problem]:
    mine = [record for record in records if record.name == contract.name]
    for record in mine:
        if record.version == contract.version and record.digest != contract.digest:
            yield Problem("$.version", f"{contract.version} is frozen with other content ({record.where}); {_RAISE}")
            return
    if stored is None or stored == contract.digest:
        return
    if not any(record.digest == stored and record.version != contract.version for record in mine):
        yield Problem(
            "$.digest",
            f"was made of other content, and nothing here shows that {contract.version} is a new version; {_RAISE}. "
            "If it is new, or was never handed out, remove digest and interface_digest and freeze again",
        )


_RAISE = "undo the change, or raise version (sayso contract diff says how far)"


def _with_digests(document: dict[str, JSON], contract: Contract) -> dict[str, JSON]:
    """Put the digests where they stand already, or else after the version."""
    digests: dict[str, JSON] = dict(zip(DIGEST_KEYS, (contract.digest, contract.interface_digest), strict=True))
    frozen: dict[str, JSON] = {}
    for key, value in document.items():
        frozen[key] = digests.get(key, value)
        if key == "version":
            frozen.update({name: digest for name, digest in digests.items() if name not in document})
    return frozen
