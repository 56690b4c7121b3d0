"""What a dead process left open is ended by the next start; what a living one has open is not."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.ledger.worlds import World, new_id, predicted, started

from sayso.failures import FailureClass, LedgerError
from sayso.ledger.tables import WRITERS

PROGRAM = """
import sys, time
from tests.ledger.worlds import World, started
world = World(sys.argv[1])
ledger = world.open(writer=sys.argv[2])
for interaction_id in sys.argv[3:]:
    ledger.record_now(started(interaction_id))
print("recorded", flush=True)
time.sleep(60)
"""


def _die(url: str, writer: str, *interactions: str) -> None:
    """Begin interactions in a process of their own, and kill it."""
    root = Path(__file__).parent.parent.parent
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url, writer, *interactions], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "recorded\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_killed_process_s_interactions_are_ended_by_the_next_start(world: World) -> None:
    """They are failed, interrupted, and the operators are told."""
    one, two = new_id(), new_id()
    _die(world.url, "dead", one, two)

    ledger = world.open()

    ended = [ledger.interaction(interaction_id) for interaction_id in (one, two)]
    assert [stored.failure_class for stored in ended if stored] == [FailureClass.INTERRUPTED] * 2
    assert world.notices == [("ledger_recovered", {"writer": "dead", "interrupted": 2})]
    assert world.reader.audit().findings == ()


def test_a_living_process_s_interactions_stay_open(world: World) -> None:
    """A second start beside a first one ends nothing."""
    ledger, one = world.open(), new_id()
    ledger.record_now(started(one))

    world.open()
    ledger.record_now(predicted(one))

    stored = ledger.interaction(one)
    assert stored is not None
    assert stored.outcome == "predicted"
    assert world.notices == []


def test_two_starts_end_an_interaction_once(world: World) -> None:
    """Whoever comes second finds it done."""
    one = new_id()
    _die(world.url, "dead", one)

    world.open()
    world.open()

    assert world.notices == [("ledger_recovered", {"writer": "dead", "interrupted": 1})]


def test_a_writer_that_was_taken_for_dead_hears_so_and_lives_on(world: World) -> None:
    """Its own end of the interaction is refused; what it begins afterwards is not lost when it dies in turn."""
    ledger, one, two = world.open(writer="taken"), new_id(), new_id()
    ledger.record_now(started(one))
    with world.sql() as connection:
        connection.execute(update(WRITERS).where(WRITERS.c.writer == "taken").values(ended="recovered", ended_at="x"))

    ledger.record_now(started(two))

    with world.sql() as connection:
        (ended,) = connection.execute(WRITERS.select().with_only_columns(WRITERS.c.ended)).scalars()
    assert ended is None


def test_a_writer_that_signed_off_leaves_nothing_to_recover(world: World) -> None:
    """Its last entry says so, and no start ends anything."""
    world.close(world.open())
    world.open()

    events = [row["public"]["event"] for row in world.reader.export(None, None)]  # type: ignore[index, call-overload]

    assert events == ["opened", "closed", "opened"]
    assert world.notices == []


def test_a_start_names_the_heads_of_the_chains_before_it(world: World) -> None:
    """Each ended chain is anchored exactly once."""
    for _ in range(3):
        world.close(world.open())

    opened = [json.dumps(row["public"]) for row in world.reader.export(None, None) if row["position"] == 1]

    assert [text.count('"writer"') for text in opened] == [0, 1, 1]


def test_two_processes_can_not_be_one_writer(world: World) -> None:
    """The second start under the same id is refused."""
    world.open(writer="same", patience_s=0.2)

    with pytest.raises(LedgerError):
        world.open(writer="same", patience_s=0.2)
