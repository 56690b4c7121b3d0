"""Verification names each row that was changed, removed or moved, and finds nothing in a ledger left alone."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, delete, text, update
from tests.ledger.worlds import World, new_id, predicted, stage, started

from sayso.ledger.audit import heads_of
from sayso.ledger.chain import Head, extend
from sayso.ledger.reading import entry_of
from sayso.ledger.tables import ENTRIES, OPEN, WRITERS
from sayso.ledger.text import TextPolicy

_E = ENTRIES.c
IDS = [f"i-{number}" for number in range(4)]

Tamper = Callable[[Connection], object]


def _filled(world: World, policy: TextPolicy = TextPolicy.FULL) -> None:
    """Let two processes, one after the other, record four interactions each; a third one anchors them."""
    for writer in ("first", "second"):
        ledger = world.open(policy, writer=writer)
        for one in IDS:
            mine = f"{writer}-{one}"
            ledger.record_now(started(mine), stage(mine), predicted(mine))
        world.close(ledger)
    world.open(policy, writer="third")


def _set(place: int, **values: object) -> Tamper:
    where = (_E.writer == "first") & (_E.position == place)
    return lambda connection: connection.execute(update(ENTRIES).where(where).values(**values))


def _remove(*positions: int, writer: str = "first") -> Tamper:
    where = (_E.writer == writer) & _E.position.in_(positions)
    return lambda connection: connection.execute(delete(ENTRIES).where(where))


def _swap(connection: Connection) -> None:
    for now, then in ((3, 999), (6, 3), (999, 6)):
        _set(now, position=then)(connection)


def _remove_chain(connection: Connection) -> None:
    connection.execute(delete(ENTRIES).where(_E.writer == "first"))
    connection.execute(delete(WRITERS).where(WRITERS.c.writer == "first"))


def _shorten(connection: Connection) -> None:
    """Remove the last entry and write its predecessor down as the head."""
    _remove(14)(connection)
    hash_ = connection.execute(text("SELECT hash FROM entries WHERE writer='first' AND position=13")).scalar_one()
    connection.execute(update(WRITERS).where(WRITERS.c.writer == "first").values(length=13, head=hash_))


def _rehash(connection: Connection) -> None:
    """Change a row and recompute its own hash, but not those after it."""
    _set(4, public='{"outcome": "other"}')(connection)
    rows = connection.execute(ENTRIES.select().where(_E.writer == "first").order_by(_E.position)).all()
    _set(4, hash=extend(Head(3, rows[2].hash), "first", entry_of(rows[3])).hash)(connection)


def test_a_ledger_left_alone_has_no_findings(world: World) -> None:
    """Three processes, eight interactions: all is as it was written."""
    _filled(world)

    found = world.reader.audit()

    assert (found.findings, len(found.heads)) == ((), 3)
    assert found.entries == 2 * (1 + 4 * 3 + 1) + 1


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (_set(4, public='{"outcome": "refused"}'), ["changed or moved: entry 4 of writer first"]),
        (_set(4, at="2019-01-01T00:00:00.000000Z"), ["changed or moved: entry 4 of writer first"]),
        (_set(2, conversation_id="other"), ["changed or moved: entry 2 of writer first"]),
        (_set(4, kind="nonsense"), ["changed: entry 4 of writer first", "began, has no end"]),
        (_set(4, private='{"answer": {}}'), ["words changed: entry 4 of writer first"]),
        (_set(4, private=None), ["words removed, and not by a purge: entry 4 of writer first"]),
        (_set(4, private=None, salt=None), ["1 rows lost their words, and recorded purges account for 0"]),
        (_set(1, public="no JSON"), ["changed or moved: entry 1 of writer first"]),
        (_remove(3), ["removed: entry 3 of writer first"]),
        (_remove(6, 7), ["removed: entries 6 to 7 of writer first", "began, has no end"]),
        (_remove(14), ["removed: entry 14 of writer first, the end of its chain", "removed: writer first's chain"]),
        (_shorten, ["removed: writer first's chain of 14, or its end"]),
        (_swap, ["changed or moved: entry 3 of writer first", "changed or moved: entry 6 of writer first"]),
        (_rehash, ["changed or moved: entry 5 of writer first"]),
        (_remove_chain, ["removed: writer first's chain of 14"]),
        (
            lambda connection: connection.execute(delete(WRITERS).where(WRITERS.c.writer == "first")),
            ["writer first is not registered any more"],
        ),
        (
            lambda connection: connection.execute(OPEN.insert().values(interaction_id="first-i-0", writer="first")),
            ["listed as open, and has an end or no beginning: interaction first-i-0"],
        ),
    ],
    ids=[
        "outcome", "time", "conversation", "kind", "words", "words removed", "words and salt", "no JSON", "one removed",
        "two removed", "last removed", "last removed and head rewritten", "two swapped", "hash recomputed",
        "whole chain", "registration", "listed as open",
    ],
)  # fmt: skip
def test_tampering_is_named(world: World, tamper: Tamper, expected: list[str]) -> None:
    """Each finding names the writer and the position."""
    _filled(world)
    with world.sql() as connection:
        tamper(connection)

    findings = world.reader.audit().findings

    assert [said for said in expected if not any(finding.startswith(said) for finding in findings)] == []


def test_a_changed_row_is_found_once(sqlite: World) -> None:
    """The rows after it still stand on the hash that is stored, so that the finding names the place alone."""
    _filled(sqlite)
    with sqlite.sql() as connection:
        _set(4, public='{"outcome": "refused"}')(connection)

    (finding,) = sqlite.reader.audit().findings

    assert finding.startswith("changed or moved: entry 4 of writer first (finished at ")
    assert finding.endswith(", interaction first-i-0)")


def test_a_second_end_is_named(sqlite: World) -> None:
    """Where somebody took the database's own guard away, two ends of one interaction show."""
    ledger = sqlite.open()
    one = new_id()
    ledger.record_now(started(one), predicted(one))
    with sqlite.sql() as connection:
        connection.execute(text("DROP INDEX entries_one_end"))
    ledger.record_now(predicted(one))

    assert sqlite.reader.audit().findings == (f"ended more often than begun: interaction {one}",)


@pytest.mark.parametrize("policy", [TextPolicy.HASH, TextPolicy.NONE])
def test_words_that_were_never_kept_are_not_missed(world: World, policy: TextPolicy) -> None:
    """Under hash and none there is nothing to find."""
    _filled(world, policy)

    assert world.reader.audit().findings == ()


def test_an_earlier_audit_is_a_witness(world: World) -> None:
    """A chain that was rebuilt as a whole does not hold the head that somebody wrote down elsewhere."""
    _filled(world)
    earlier = world.reader.audit().heads
    grown = world.open(writer="fourth")
    grown.record_now(started(new_id()))
    assert world.reader.audit(earlier).findings == ()

    with world.sql() as connection:
        connection.execute(delete(ENTRIES).where(_E.writer == "third"))
        connection.execute(delete(WRITERS).where(WRITERS.c.writer == "third"))

    assert world.reader.audit().findings == ()
    assert world.reader.audit(earlier).findings == (
        "removed: writer third's chain of 1, or its end; the earlier audit names it",
    )


def test_heads_that_are_none_are_refused() -> None:
    """A file that no audit wrote is no witness."""
    with pytest.raises(ValueError, match="first"):
        heads_of([("first", {"length": "1"})])
