"""A purge takes words and salt, and leaves rows, outcomes and chains."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.ledger.worlds import BEGIN, World, asking, new_id, predicted, stage, started

from sayso.ledger.purge import STEP_ROWS
from sayso.ledger.records import Feedback
from sayso.ledger.retention import Retention
from sayso.ledger.store import Ledger
from sayso.ledger.stored import Words
from sayso.ledger.text import TextPolicy

SAID = "my name is Ozymandias"


def _interaction(ledger: Ledger, conversation_id: str, *, days_old: int = 0) -> str:
    one, at = new_id(), BEGIN - timedelta(days=days_old)
    ledger.record_now(started(one, conversation_id=conversation_id, at=at, private=[{"text": SAID}], key=f"k-{one}"))
    ledger.record_now(stage(one), predicted(one, conversation_id=conversation_id, at=at), Feedback(one, at, "up", SAID))
    return one


def _words(ledger: Ledger, interaction_id: str) -> Words:
    stored = ledger.interaction(interaction_id)
    assert stored is not None
    return stored.words


def test_old_words_go_and_young_ones_stay(world: World) -> None:
    """Only what was recorded before the time is emptied."""
    ledger = world.open()
    old, young = _interaction(ledger, "c-1", days_old=91), _interaction(ledger, "c-2", days_old=89)

    ledger.purge_older_than(BEGIN - timedelta(days=90))

    assert (_words(ledger, old), _words(ledger, young)) == (Words.PURGED, Words.KEPT)


def test_one_conversation_goes_with_all_that_was_said_of_it(world: World) -> None:
    """Its stages and comments are emptied too; other conversations are not."""
    ledger = world.open()
    mine, other = _interaction(ledger, "c-1"), _interaction(ledger, "c-2")

    rows = ledger.purge_conversation("c-1")

    assert (rows, _words(ledger, mine), _words(ledger, other)) == (4, Words.PURGED, Words.KEPT)
    stored = ledger.interaction(mine)
    assert stored is not None
    assert SAID not in str(stored.entries)


def test_the_outcome_outlives_its_words(world: World) -> None:
    """Outcome and prediction are still shown; the values and the quotes are not."""
    ledger = world.open()
    one = _interaction(ledger, "c-1")
    ledger.purge_conversation("c-1")

    stored = ledger.interaction(one)

    assert stored is not None
    shown = stored.as_json()
    assert (shown["outcome"], shown["prediction"]) == ("predicted", predicted(one).prediction)
    assert (shown["features"], shown["unused"]) == ({}, [])


def test_the_chain_holds_after_a_purge(world: World) -> None:
    """Verification finds nothing: each step of the purge is an entry of its own."""
    ledger = world.open()
    for number in range(3):
        _interaction(ledger, f"c-{number}", days_old=100)

    ledger.purge_older_than(BEGIN)

    assert world.reader.audit().findings == ()


@pytest.mark.parametrize("policy", list(TextPolicy))
def test_after_a_purge_no_salt_is_left(world: World, policy: TextPolicy) -> None:
    """Without salt nobody can test a guess; a yes to a purged proposal, or a retry, is not known any more."""
    ledger, one = world.open(policy), new_id()
    proposal = {"value": 4.0, "unit": "percent", "quote": "4"}
    ledger.record_now(started(one, key="k"), asking(one, {"Current Rate": proposal}))  # type: ignore[dict-item]

    ledger.purge_conversation("c-1")

    assert all(row["salt"] is None and row["private"] is None for row in world.reader.export(None, None))
    assert ledger.proposals("c-1") == ()
    assert world.reader.audit().findings == ()


def test_a_large_purge_goes_in_steps(sqlite: World) -> None:
    """More rows than one step takes are emptied too, and nobody waits for all of them at once."""
    ledger = sqlite.open()
    ids = [new_id() for _ in range(STEP_ROWS + 10)]
    ledger.record_now(*(started(one) for one in ids))

    rows = ledger.purge_older_than(BEGIN + timedelta(days=1))

    events = [row for row in sqlite.reader.export(None, None) if '"purged"' in str(row["public"]).replace("'", '"')]
    assert (rows, len(events)) == (len(ids), 2)


def test_a_second_purge_finds_nothing(world: World) -> None:
    """What is emptied is not emptied again."""
    ledger = world.open()
    _interaction(ledger, "c-1", days_old=100)

    assert [ledger.purge_older_than(BEGIN) for _ in range(2)] == [3, 0]


def test_purged_words_are_gone_from_the_file(sqlite: World, tmp_path: Path) -> None:
    """No page of the database or its WAL holds them any more."""
    ledger = sqlite.open()
    _interaction(ledger, "c-1")
    files = [tmp_path / "ledger.db", tmp_path / "ledger.db-wal"]
    before = b"".join(path.read_bytes() for path in files)

    ledger.purge_conversation("c-1")

    after = b"".join(path.read_bytes() for path in files)
    assert (SAID.encode() in before, SAID.encode() in after) == (True, False)


def test_a_running_ledger_purges_by_itself(world: World) -> None:
    """What is older than the settings keep goes, and the operators are told."""
    ledger = world.open()
    old = _interaction(ledger, "c-1", days_old=91)
    purge = lambda: ledger.purge_older_than(world.clock() - timedelta(days=90))  # noqa: E731 - as `retain` does
    retention = Retention(purge, lambda event, facts: world.notices.append((event, facts)))

    retention.once()
    retention.stop()

    assert _words(ledger, old) is Words.PURGED
    assert world.notices == [("ledger_purged", {"rows": 3})]


def test_a_purge_that_fails_is_told(sqlite: World, tmp_path: Path) -> None:
    """The operators hear that words stay longer than they should."""
    ledger = sqlite.open(keep=timedelta(days=90), patience_s=0.1)
    purge = lambda: ledger.purge_older_than(sqlite.clock())  # noqa: E731 - as `retain` does
    retention = Retention(purge, lambda event, facts: sqlite.notices.append((event, facts)))
    (tmp_path / "ledger.db").rename(tmp_path / "away.db")

    retention.once()
    retention.stop()

    assert sqlite.notices[-1][0] == "ledger_not_purged"
