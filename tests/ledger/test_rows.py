"""Many rows at once are the rows one by one, in their order."""

import pytest
from sqlalchemy.exc import DataError, IntegrityError
from tests.ledger.worlds import World, new_id, started
from tests.postgresql import Server

from sayso.ledger.append import append
from sayso.ledger.chain import EMPTY
from sayso.ledger.entries import encode
from sayso.ledger.rows import Row, Writing, write
from sayso.ledger.text import TextPolicy

ODD = "é 🜚 \\u0000 \\ \" ' %s :name {x} \n"


def test_rows_come_back_as_they_went_in(world: World) -> None:
    """Every character of every column, in the order of insertion."""
    world.open()
    conversations = [f"{number} {ODD}" for number in range(40)]
    entries = [encode(started(new_id(), conversation_id=one), TextPolicy.FULL, 32 * "a") for one in conversations]

    with world.sql() as connection:
        append(connection, "w-other", EMPTY, entries)

    exported = [row for row in world.reader.export(None, None) if row["writer"] == "w-other"]
    assert [row["conversation_id"] for row in exported] == conversations
    assert [row["position"] for row in exported] == list(range(1, 41))


def test_one_row_that_is_there_already_keeps_out_all(world: World) -> None:
    """An interaction that begins twice leaves nothing of the group."""
    world.open()
    entry = encode(started(new_id()), TextPolicy.NONE, "")

    with pytest.raises(IntegrityError), world.sql() as connection:
        append(connection, "w-other", EMPTY, [entry, entry])

    assert [row for row in world.reader.export(None, None) if row["writer"] == "w-other"] == []


def test_postgresql_cuts_no_value_short(server: Server) -> None:
    """A value that is longer than its column is an error, as it is for a single row."""
    row: Row = {"writer": 37 * "w", "position": 1, "kind": "stage", "at": "", "public": "", "hash": ""}
    with World(server.schema()) as world:
        world.open()

        with pytest.raises(DataError), world.sql() as connection:
            write(connection, Writing("w-other", EMPTY, [row], [], []))
