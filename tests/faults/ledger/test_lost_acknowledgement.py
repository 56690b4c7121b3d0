"""When the line breaks at a COMMIT, the ledger finds out whether it held, and nobody hears two things."""

import pytest
from tests.faults.ledger.proxy import Cut, Proxy
from tests.ledger.worlds import World, new_id, predicted, stage, started

from sayso.failures import FailureClass, LedgerError


@pytest.mark.parametrize("cut", [Cut.BEFORE_COMMIT, Cut.AFTER_COMMIT], ids=lambda cut: cut.value)
def test_a_broken_line_that_heals_costs_nothing(distant: World, proxy: Proxy, cut: Cut) -> None:
    """The outcome is recorded exactly once, and its caller is told."""
    ledger, one = distant.open(), new_id()
    ledger.record_now(started(one))

    proxy.cut = cut
    ledger.record_now(stage(one), predicted(one))

    stored = ledger.interaction(one)
    assert stored is not None
    assert [entry.kind.value for entry in stored.entries] == ["started", "stage", "finished"]
    assert [event for event, _ in distant.notices] == ["ledger_lost", "ledger_returned"]
    assert distant.reader.audit().findings == ()


@pytest.mark.parametrize(
    ("cut", "kinds"),
    [
        (Cut.BEFORE_COMMIT, ["started", "finished"]),
        (Cut.AFTER_COMMIT, ["started", "finished", "withdrawn"]),
    ],
    ids=lambda value: value.value if isinstance(value, Cut) else None,
)
def test_a_broken_line_that_stays_leaves_no_other_outcome(
    distant: World, proxy: Proxy, cut: Cut, kinds: list[str]
) -> None:
    """The caller was told ledger_unavailable: once the ledger is back, it says interrupted, whether the COMMIT held."""
    ledger, one = distant.open(patience_s=0.3), new_id()
    ledger.record_now(started(one))

    proxy.cut, proxy.shuts = cut, True
    with pytest.raises(LedgerError):
        ledger.record_now(predicted(one))
    proxy.open = True
    ledger.record_now()

    stored = ledger.interaction(one)
    assert stored is not None
    assert ([entry.kind.value for entry in stored.entries], stored.failure_class) == (kinds, FailureClass.INTERRUPTED)
    assert (stored.outcome, stored.as_json()["prediction"]) == ("failed", None)
    assert distant.reader.audit().findings == ()


@pytest.mark.parametrize(
    ("cut", "known"), [(Cut.BEFORE_COMMIT, False), (Cut.AFTER_COMMIT, True)], ids=["before commit", "after commit"]
)
def test_a_beginning_that_nobody_heard_of_is_ended(distant: World, proxy: Proxy, cut: Cut, known: bool) -> None:
    """If it was recorded after all, it ends as interrupted; if not, there is nothing."""
    ledger, one = distant.open(patience_s=0.3), new_id()

    proxy.cut, proxy.shuts = cut, True
    with pytest.raises(LedgerError):
        ledger.record_now(started(one))
    proxy.open = True
    ledger.record_now()

    stored = ledger.interaction(one)
    assert (stored is not None) == known
    assert stored is None or stored.failure_class is FailureClass.INTERRUPTED
    assert distant.reader.audit().findings == ()


def test_what_is_owed_is_written_even_if_nobody_asks(distant: World, proxy: Proxy) -> None:
    """A ledger that is away is tried again by itself, until closing at the latest."""
    ledger, one = distant.open(patience_s=0.3), new_id()
    ledger.record_now(started(one))
    proxy.cut, proxy.shuts = Cut.BEFORE_COMMIT, True
    with pytest.raises(LedgerError):
        ledger.record_now(predicted(one))

    proxy.open = True
    distant.close(ledger)

    stored = distant.reader.interaction(one)
    assert stored is not None
    assert stored.failure_class is FailureClass.INTERRUPTED
