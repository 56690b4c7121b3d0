"""The ledger records durably, once, and gives back what it was given."""

import asyncio

import pytest
from tests.ledger.worlds import WORDS, World, asking, failed, new_id, predicted, stage, started

from sayso.failures import FailureClass, KeyTakenError, LedgerError
from sayso.ledger.records import Feedback, Operation
from sayso.ledger.stored import Words
from sayso.ledger.text import TextPolicy
from sayso.wire import JSON

PROPOSES: dict[str, JSON] = {"Current Rate": {"value": 4.0, "unit": "percent", "quote": "4"}}


def test_an_interaction_is_given_back_as_it_was_recorded(world: World) -> None:
    """The answer is the one that the caller got, with its times."""
    ledger, one = world.open(), new_id()
    ledger.record_now(started(one))
    ledger.record_now(stage(one), predicted(one))

    stored = ledger.interaction(one)

    assert stored is not None
    assert stored.as_json() == predicted(one).private
    assert stored.as_record()["finished_at"] == "2020-03-01T12:00:00.000000Z"
    assert [entry.kind.value for entry in stored.entries] == ["started", "stage", "finished"]


def test_an_interaction_under_way_has_no_outcome(world: World) -> None:
    """Between its two rows it is neither predicted nor failed."""
    ledger, one = world.open(), new_id()
    ledger.record_now(started(one))

    stored = ledger.interaction(one)

    assert stored is not None
    assert (stored.ended, stored.outcome, stored.http_status) == (False, None, 409)


def test_an_unknown_interaction_is_none(world: World) -> None:
    """An id that was never recorded finds nothing."""
    assert world.open().interaction("unknown") is None


@pytest.mark.parametrize("text", ["\x00", "\ud800", "𝟛.𝟙 %", "'; DROP TABLE entries; --", "\\u0000", "a\r\nb"])
def test_any_text_survives(world: World, text: str) -> None:
    """NUL, lone surrogates and quotes come back as they were said."""
    ledger, one = world.open(), new_id()
    ledger.record_now(started(one), failed(one, FailureClass.MISSING_FEATURE, said=text))

    stored = ledger.interaction(one)

    assert stored is not None
    assert stored.as_json()["said"] == text


def test_an_interaction_begins_once(world: World) -> None:
    """A second start of the same id is refused, and its neighbours are not."""
    ledger, one = world.open(), new_id()
    ledger.record_now(started(one))

    with pytest.raises(LedgerError):
        ledger.record_now(started(one))
    assert world.reader.audit().findings == ()


def test_an_interaction_ends_once(world: World) -> None:
    """The database itself refuses a second end, and the first one stays."""
    ledger, one = world.open(), new_id()
    ledger.record_now(started(one), predicted(one))

    with pytest.raises(LedgerError, match="ended this"):
        ledger.record_now(failed(one, FailureClass.TIMEOUT))

    stored = ledger.interaction(one)
    assert stored is not None
    assert stored.outcome == "predicted"


def test_a_refused_record_does_not_touch_its_neighbours(world: World, loop: asyncio.Runner) -> None:
    """Of records that share a commit, only the one that can't be written fails."""
    ledger, one, others = world.open(), new_id(), [new_id() for _ in range(20)]
    ledger.record_now(started(one))

    async def together() -> list[BaseException | None]:
        records = [started(one), *map(started, others)]
        return await asyncio.gather(*map(ledger.record, records), return_exceptions=True)

    results = loop.run(together())

    assert [type(result) for result in results] == [LedgerError] + [type(None)] * 20
    assert all(ledger.interaction(other) for other in others)


def test_a_key_belongs_to_the_first_interaction(world: World) -> None:
    """A second one under the same key is refused by name and leaves no row."""
    ledger, one, two = world.open(), new_id(), new_id()
    ledger.record_now(started(one, key="k"))

    with pytest.raises(KeyTakenError) as taken:
        ledger.record_now(started(two, key="k"))

    assert taken.value.interaction_id == one
    assert ledger.interaction(two) is None


def test_a_key_is_shared_by_all_processes(world: World) -> None:
    """Another writer of the same ledger finds the key taken too, and can look it up."""
    ledger, other, one = world.open(), world.open(), new_id()
    ledger.record_now(started(one, key="k"))

    with pytest.raises(KeyTakenError):
        other.record_now(started(new_id(), key="k"))

    found = other.by_idempotency_key("k")
    assert found is not None
    assert found.interaction_id == one


@pytest.mark.parametrize("policy", list(TextPolicy))
def test_a_key_is_held_against_its_question(world: World, policy: TextPolicy) -> None:
    """Whatever is kept of the words, the same question is known again, and another one is not."""
    ledger, one = world.open(policy), new_id()
    ledger.record_now(started(one, key="k"))

    stored = ledger.interaction(one)

    assert stored is not None
    assert [stored.asks_the_same(WORDS, None), stored.asks_the_same(WORDS, "c-1")] == [True, True]
    assert [stored.asks_the_same([{"text": "x"}], None), stored.asks_the_same(WORDS, "c-2")] == [False, False]


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ({"Current Rate": {"value": 4.0, "unit": "percent", "quote": "4"}}, True),
        ({"Current Rate": {"quote": "4", "unit": "percent", "value": 4}}, True),
        ({"Current Rate": {"value": 4.2, "unit": "percent", "quote": "4"}}, False),
        ({"Current Rate": {"value": "4", "unit": "percent", "quote": "4"}}, False),
        ({"Current Rate": {"value": 2**60, "unit": "percent", "quote": "4"}}, False),
        ({"Current Rate": {"value": 4.0, "unit": "percent", "quote": "\ud800"}}, False),
        ({}, False),
    ],
    ids=["same", "as another client writes it", "other value", "other type", "beyond 2^53", "no Unicode", "none"],
)
def test_a_proposal_is_known_again(world: World, posted: dict[str, JSON], expected: bool) -> None:
    """A yes counts only for exactly what was proposed."""
    ledger, one = world.open(), new_id()
    ledger.record_now(started(one), asking(one, PROPOSES))

    assert [proposal.equals(posted) for proposal in ledger.proposals("c-1")] == [expected]


@pytest.mark.parametrize("policy", list(TextPolicy))
def test_a_proposal_is_known_in_its_conversation(world: World, policy: TextPolicy) -> None:
    """Whatever is kept of the words; in another conversation nobody proposed it."""
    ledger, one = world.open(policy), new_id()
    ledger.record_now(started(one), asking(one, PROPOSES))

    assert [proposal.equals(PROPOSES) for proposal in ledger.proposals("c-1")] == [True]
    assert ledger.proposals("c-2") == ()


@pytest.mark.parametrize(
    ("policy", "words", "prediction"),
    [
        (TextPolicy.FULL, Words.KEPT, 4.05),
        (TextPolicy.HASH, Words.HASHED, 4.05),
        (TextPolicy.NONE, Words.NEVER_KEPT, 4.05),
    ],
)
def test_the_text_policy_says_what_is_kept(world: World, policy: TextPolicy, words: Words, prediction: float) -> None:
    """Outcome and prediction are kept in any case; words only under full."""
    ledger, one = world.open(policy), new_id()
    ledger.record_now(started(one))
    ledger.record_now(stage(one), predicted(one), Feedback(one, world.clock(), "up", "fine"))

    stored = ledger.interaction(one)

    assert stored is not None
    assert (stored.words, stored.outcome, stored.as_json()["outcome"]) == (words, "predicted", "predicted")
    assert stored.as_json()["prediction"]["value"] == prediction  # type: ignore[index, call-overload]
    kept = "".join(str(entry) for entry in stored.entries)
    assert ("3.1" in kept, "fine" in kept) == ((policy is TextPolicy.FULL,) * 2)


def test_a_record_that_is_no_json_ends_its_interaction(world: World) -> None:
    """NaN can't be written; the caller hears so, and the ledger says interrupted."""
    ledger, one = world.open(), new_id()
    ledger.record_now(started(one))

    with pytest.raises(LedgerError, match="as JSON"):
        ledger.record_now(failed(one, FailureClass.BUG, value=float("nan")))
    ledger.record_now()

    stored = ledger.interaction(one)
    assert stored is not None
    assert stored.failure_class is FailureClass.INTERRUPTED


def test_operations_are_entries_too(world: World) -> None:
    """What operators do stands in the same chain."""
    ledger = world.open()
    ledger.record_now(Operation(world.clock(), "scored", {"rows": 100}))

    facts = [row["public"] for row in world.reader.export(None, None)]

    assert {"event": "scored", "facts": {"rows": 100}} in facts


def test_a_ledger_that_can_be_written_is_ready(world: World, loop: asyncio.Runner) -> None:
    """Readiness is a durable write that just went through."""
    assert loop.run(world.open().ready()) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://host/db", "no such kind"),
        ("sqlite://", "no such kind"),
        ("sqlite:///:memory:", "no such kind"),
        ("nonsense", "no such kind"),
        ("sqlite:////proc/none/ledger.db", "/proc/none/ledger.db"),
        ("sqlite:////dev/null", "/dev/null"),
        ("postgresql://nobody:secret@127.0.0.1:9/none", "127.0.0.1:9"),
    ],
)
def test_an_address_that_can_not_be_used_is_named(address: str, said: str) -> None:
    """One line names the ledger and the reason, and never the password."""
    with pytest.raises(LedgerError, match=said) as raised:
        World(address).open()

    assert "secret" not in str(raised.value)
