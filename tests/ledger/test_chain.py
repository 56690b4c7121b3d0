"""A chain's hash covers everything that stays of an entry, and the place where it stands."""

from dataclasses import replace

import pytest
from tests.ledger.worlds import predicted, started

from sayso.ledger.chain import EMPTY, extend
from sayso.ledger.entries import Entry, Kind, encode
from sayso.ledger.text import TextPolicy

ENTRY = encode(started("i-1", key="k"), TextPolicy.FULL, "00" * 16)
HEAD = extend(EMPTY, "w", ENTRY)


@pytest.mark.parametrize(
    "changed",
    [
        replace(ENTRY, kind=Kind.FINISHED),
        replace(ENTRY, at="2020-03-01T12:00:00.000001Z"),
        replace(ENTRY, interaction_id="i-2"),
        replace(ENTRY, conversation_id=None),
        replace(ENTRY, idempotency_key=None),
        replace(ENTRY, public=ENTRY.public.replace("r-1", "r-2")),
        replace(ENTRY, private_hash=None),
    ],
    ids=["kind", "time", "interaction", "conversation", "key", "public", "hash of the private part"],
)
def test_any_change_shows(changed: Entry) -> None:
    """Another value anywhere gives another hash."""
    assert extend(EMPTY, "w", changed) != HEAD


def test_words_can_go_while_the_chain_holds() -> None:
    """Without text and salt the hash is the same."""
    assert extend(EMPTY, "w", replace(ENTRY, private=None, salt=None)) == HEAD


def test_the_place_shows() -> None:
    """Another writer, or another entry before, gives another hash."""
    after = extend(extend(EMPTY, "w", encode(predicted("i-0"), TextPolicy.FULL, "00" * 16)), "w", ENTRY)

    assert len({HEAD.hash, extend(EMPTY, "v", ENTRY).hash, after.hash}) == 3
    assert after.length == 2
