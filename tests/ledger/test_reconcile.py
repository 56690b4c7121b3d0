"""Ledger, log and metrics are paired; each kind of difference is named, and what is allowed is counted."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.ledger.worlds import World, failed, new_id, predicted, started

from sayso.failures import FailureClass, Outcome
from sayso.ledger import log_lines
from sayso.ledger.counters import counted
from sayso.ledger.log_lines import Log
from sayso.ledger.reconcile import Difference, Reconciliation, compare_counters, reconcile, unavailable
from sayso.ledger.records import Finished, Purpose
from sayso.ledger.store import Ledger
from sayso.telemetry.logs import Log as LogFile
from sayso.telemetry.logs import LogObserver
from sayso.telemetry.metrics import Metrics

UNAVAILABLE = FailureClass.LEDGER_UNAVAILABLE


@dataclass
class Deployment:
    """Hold one process's ledger, log and metrics, as the interaction's pipeline fills them."""

    world: World
    folder: Path
    start_id: str = "p-1"
    ledger: Ledger = field(init=False)
    metrics: Metrics = field(init=False)
    log: LogObserver = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = self.world.open(writer=self.start_id)
        self.metrics = Metrics(self.start_id)
        file = LogFile(self.start_id, path=self.path, stderr=False)
        self.world.at_exit.callback(file.close)
        self.log = LogObserver(file)

    @property
    def path(self) -> Path:
        """Name the log file."""
        return self.folder / f"{self.start_id}.jsonl"

    def ask(self, finished: Finished, *, row: bool = True, line: bool = True, count: int = 1) -> str:
        """Bring one interaction to its end, and leave traces of it where told."""
        if row:
            self.ledger.record_now(started(finished.interaction_id))
            self.ledger.record_now(finished)
        if line:
            self.log.interaction_finished(finished)
        for _ in range(count):
            self.metrics.interaction_finished(finished)
        return finished.interaction_id

    def die(self) -> None:
        """End without signing off, as a killed process does: what it held is free, what it wrote stays."""
        self.world.close(self.ledger)
        with self.world.sql() as connection:
            connection.execute(text("UPDATE writers SET ended = 'recovered' WHERE writer = :w"), {"w": self.start_id})

    def paired(self) -> Reconciliation:
        """Pair what is there."""
        self.world.clock.advance(minutes=1)
        since = self.world.clock() - timedelta(days=1)
        return reconcile(self.world.reader.books(since, [self.path], self.world.clock()))


@pytest.fixture
def deployment(world: World, tmp_path: Path) -> Deployment:
    """Give one process."""
    return Deployment(world, tmp_path)


@pytest.fixture(name="light")
def light_deployment(sqlite: World, tmp_path: Path) -> Deployment:
    """Give one process on SQLite, for what the database has no part in."""
    return Deployment(sqlite, tmp_path)


def _found(result: Reconciliation) -> list[tuple[Difference, str]]:
    return [(finding.difference, finding.about) for finding in result.findings]


def test_interactions_that_agree_are_matched(deployment: Deployment) -> None:
    """Each has one row and one line with the same outcome."""
    for finished in (predicted(new_id()), failed(new_id(), FailureClass.TIMEOUT)):
        deployment.ask(finished)

    result = deployment.paired()

    assert (result.counts, result.findings) == (Counter(matched=2), ())


def test_a_row_without_a_line_is_named(deployment: Deployment) -> None:
    """An outcome that the log does not know."""
    one = deployment.ask(predicted(new_id()), line=False)

    assert _found(deployment.paired()) == [(Difference.ROW_WITHOUT_LOG, one)]


def test_a_line_without_a_row_is_named(deployment: Deployment) -> None:
    """An outcome that the ledger does not know."""
    one = deployment.ask(predicted(new_id()), row=False)

    assert _found(deployment.paired()) == [(Difference.LOG_WITHOUT_ROW, one)]


def test_outcomes_that_differ_are_named(deployment: Deployment) -> None:
    """One interaction, one outcome in the ledger and another in the log."""
    one = deployment.ask(predicted(new_id()), line=False)
    deployment.log.interaction_finished(failed(one, FailureClass.TIMEOUT))

    result = deployment.paired()

    assert _found(result) == [(Difference.OUTCOMES_DIFFER, one)]
    assert result.findings[0].detail == "ledger predicted, log failed/timeout"


def test_two_lines_for_one_interaction_are_named(deployment: Deployment) -> None:
    """Also where both say the same."""
    one = deployment.ask(predicted(new_id()))
    deployment.log.interaction_finished(predicted(one))

    assert _found(deployment.paired()) == [(Difference.ENDED_TWICE, one)]


def test_two_rows_for_one_interaction_are_named(deployment: Deployment) -> None:
    """Where somebody took the database's guard away."""
    one = deployment.ask(predicted(new_id()))
    with deployment.world.sql() as connection:
        connection.execute(text("DROP INDEX entries_one_end"))
    deployment.ledger.record_now(failed(one, FailureClass.TIMEOUT))

    assert _found(deployment.paired()) == [(Difference.ENDED_TWICE, one)]


def test_an_interaction_without_end_is_named_once_it_is_too_old(deployment: Deployment) -> None:
    """Under way for a minute it is counted; after three it is a silent failure."""
    one = new_id()
    deployment.ledger.record_now(started(one))

    assert deployment.paired().counts == Counter({"under way": 1})
    deployment.world.clock.advance(minutes=2)
    assert _found(deployment.paired()) == [(Difference.NO_END, one)]


def test_an_interaction_that_a_dead_process_left_open_is_named(deployment: Deployment) -> None:
    """Until any start, or `recover`, ends it."""
    one = new_id()
    deployment.ledger.record_now(started(one))
    deployment.die()

    (finding,) = deployment.paired().findings

    assert (finding.difference, finding.about) == (Difference.NO_END, one)
    assert "sayso ledger recover" in finding.detail


@pytest.mark.parametrize("line", ["{torn", "[]", '{"event": "interaction_finished"}'], ids=["torn", "array", "no keys"])
def test_a_line_that_can_not_be_read_is_named(light: Deployment, line: str) -> None:
    """It may have been an end."""
    light.path.write_text(f"{line}\n")

    assert _found(light.paired()) == [(Difference.UNREADABLE_LINE, f"{light.path}:1")]


def test_unavailable_and_interrupted_are_the_one_allowed_pair(deployment: Deployment) -> None:
    """The answer said that nothing could be recorded; the ledger ended it so."""
    one = new_id()
    deployment.ledger.record_now(started(one), failed(one, FailureClass.INTERRUPTED))
    deployment.log.interaction_finished(failed(one, UNAVAILABLE))

    result = deployment.paired()

    assert (result.counts, result.findings) == (Counter(interrupted=1), ())


def test_an_interrupted_row_and_another_line_are_no_pair(deployment: Deployment) -> None:
    """A caller who was told a prediction must find it in the ledger."""
    one = new_id()
    deployment.ledger.record_now(started(one), failed(one, FailureClass.INTERRUPTED))
    deployment.log.interaction_finished(predicted(one))

    assert _found(deployment.paired()) == [(Difference.OUTCOMES_DIFFER, one)]


def test_what_could_not_even_begin_is_counted(deployment: Deployment) -> None:
    """Log and caller know it as ledger_unavailable; the ledger can't."""
    deployment.ask(failed(new_id(), UNAVAILABLE), row=False)

    result = deployment.paired()

    assert (result.counts, result.findings) == (Counter(unrecorded=1), ())


def test_what_died_between_ledger_and_log_was_heard_by_nobody(deployment: Deployment) -> None:
    """Only rows after the last logged one of a dead process are excused."""
    lost = deployment.ask(predicted(new_id()), line=False)
    deployment.ask(predicted(new_id()))
    deployment.ask(predicted(new_id()), line=False)
    deployment.die()

    result = deployment.paired()

    assert result.counts == Counter(matched=1, unheard=1)
    assert _found(result) == [(Difference.ROW_WITHOUT_LOG, lost)]


def test_a_process_that_signed_off_has_no_excuse(deployment: Deployment) -> None:
    """It had time to log everything."""
    one = deployment.ask(predicted(new_id()), line=False)
    deployment.world.close(deployment.ledger)

    assert _found(deployment.paired()) == [(Difference.ROW_WITHOUT_LOG, one)]


def test_a_row_on_its_way_to_the_log_is_counted(light: Deployment) -> None:
    """In a living process, for some seconds."""
    light.ask(predicted(new_id()), line=False)

    books = light.world.reader.books(light.world.clock() - timedelta(days=1), [], light.world.clock())

    assert reconcile(books).counts == Counter({"on its way": 1})


def test_several_processes_are_paired_together(world: World, tmp_path: Path) -> None:
    """Each with its own log; the ledger is one."""
    several = [Deployment(world, tmp_path, f"p-{number}") for number in range(3)]
    for deployment in several:
        deployment.ask(predicted(new_id()))
    lost = several[1].ask(predicted(new_id()), line=False)
    world.clock.advance(minutes=1)

    logs = [deployment.path for deployment in several]
    result = reconcile(world.reader.books(world.clock() - timedelta(days=1), logs, world.clock()))

    assert (result.counts, _found(result)) == (Counter(matched=3), [(Difference.ROW_WITHOUT_LOG, lost)])


def test_what_is_older_than_the_window_is_left_out(light: Deployment) -> None:
    """An old difference was named in its own time; a line just before the window still has its row."""
    light.ask(predicted(new_id()), line=False)
    light.world.clock.advance(days=2)
    light.path.write_text("")

    assert light.paired().findings == ()


def _compared(deployment: Deployment) -> list[str]:
    metered = counted(deployment.metrics.exposition().decode())
    log = log_lines.read([deployment.path], lambda _: True)
    total = deployment.world.reader.totals(metered.start_id) + unavailable(log, metered.start_id)
    return [finding.detail for finding in compare_counters(metered.start_id, metered.interactions, total, total)]


def test_counters_that_agree_are_silent(deployment: Deployment) -> None:
    """Predicted, failed, and what could not be recorded."""
    for finished in (predicted(new_id()), predicted(new_id()), failed(new_id(), FailureClass.TIMEOUT)):
        deployment.ask(finished)
    deployment.ask(failed(new_id(), UNAVAILABLE), row=False)

    assert _compared(deployment) == []


@pytest.mark.parametrize(("count", "said"), [(0, "counted 1, accounted for 2"), (2, "counted 3, accounted for 2")])
def test_a_counter_that_is_off_by_one_is_named(deployment: Deployment, count: int, said: str) -> None:
    """One too few or one too many."""
    deployment.ask(predicted(new_id()))
    deployment.ask(predicted(new_id()), count=count)

    assert _compared(deployment) == [f"predicted/none: {said}"]


def test_a_counter_of_another_outcome_is_named_on_both_sides(deployment: Deployment) -> None:
    """What was recorded as a timeout and counted as a prediction differs twice."""
    one = deployment.ask(failed(new_id(), FailureClass.TIMEOUT), count=0)
    deployment.metrics.interaction_finished(predicted(one))

    assert [detail.partition(":")[0] for detail in _compared(deployment)] == ["failed/timeout", "predicted/none"]


def test_sweeps_are_not_counted(deployment: Deployment) -> None:
    """What runs for another purpose stands in the ledger and not in the metrics."""
    one = new_id()
    deployment.metrics.interaction_started(started(one, purpose=Purpose.SWEEP))
    deployment.ledger.record_now(started(one, purpose=Purpose.SWEEP), predicted(one))
    deployment.log.interaction_finished(predicted(one))
    deployment.metrics.interaction_finished(predicted(one))

    assert _compared(deployment) == []


def test_a_page_that_names_no_process_is_refused() -> None:
    """Metrics of something else are none of ours."""
    with pytest.raises(ValueError, match="process_start_info"):
        counted("up 1\n")


def test_a_line_of_the_log_reads_as_it_was_written(light: Deployment) -> None:
    """The log's own writer and our reader agree on the shape of an end."""
    one = light.ask(failed(new_id(), FailureClass.TIMEOUT))

    (end,) = log_lines.read([light.path], lambda _: True).ends

    assert (end.interaction_id, end.outcome, end.failure_class) == (one, Outcome.FAILED.value, "timeout")
    assert (end.start_id, json.loads(light.path.read_text())["timestamp"] >= "2020") == (light.start_id, True)


def test_no_log_holds_nothing() -> None:
    """An empty reading has no ends."""
    assert log_lines.read([], lambda _: True) == Log()
