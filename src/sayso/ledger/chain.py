"""Chain the entries of one writer, so that a changed, removed or reordered one shows.

An entry's hash covers the hash before it, its writer and position, and all that stays of it: the private part by its
own hash only, so that words can be purged while the chain holds.
"""

import hashlib
from typing import NamedTuple

import msgspec

from sayso.ledger.entries import Entry


class Head(NamedTuple):
    """Hold the end of a chain: how many entries it has, and the hash of the last."""

    length: int
    hash: str


EMPTY = Head(0, "")


def extend(head: Head, writer: str, entry: Entry) -> Head:
    """Give the head after one more entry."""
    position = head.length + 1
    covered = (
        head.hash,
        writer,
        position,
        entry.kind,
        entry.at,
        entry.interaction_id,
        entry.conversation_id,
        entry.idempotency_key,
        entry.public,
        entry.private_hash,
    )
    return Head(position, hashlib.sha256(msgspec.json.encode(covered)).hexdigest())
