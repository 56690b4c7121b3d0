"""All requests with the same idempotency key get one outcome."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ledger.worlds import World, new_id, predicted, started

from sayso.account import turns_json
from sayso.answer import Answer
from sayso.contract.model import Contract
from sayso.conversation import Conversation
from sayso.failures import Failure, FailureClass, LedgerError
from sayso.idempotency import Once
from sayso.interaction import Question
from sayso.ledger.store import Ledger
from sayso.ledger.stored import StoredInteraction

SAME, OTHER = Question(Conversation.of("inflation 3.1"), None, "k"), Question(Conversation.of("inflation 9"), None, "k")


class Desk:
    """Record each question's beginning and, once let go, its end, as the front desk does."""

    def __init__(self, ledger: Ledger, contract: Contract) -> None:
        self.asked: list[str] = []
        self.go = asyncio.Event()
        self._ledger = ledger
        self._contract = contract

    async def ask(self, question: Question) -> Answer:
        """Bring one question to its end."""
        one = new_id()
        await self._ledger.record(started(one, key=question.idempotency_key, private=turns_json(question.conversation)))
        self.asked.append(one)
        await self.go.wait()
        await self._ledger.record(predicted(one))
        return Answer(one, "c-1", self._contract, "r-1", Failure(FailureClass.BUG, "stands for any outcome"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Give a ledger."""
    with World(f"sqlite:///{tmp_path / 'ledger.db'}") as world:
        yield world.open()


def _once(desk: Desk, ledger: Ledger, patience_s: float = 20.0) -> Once:
    return Once(desk.ask, ledger.by_idempotency_key, asyncio.get_running_loop().time, patience_s)


async def _ids(outcomes: list[Answer | StoredInteraction | Failure]) -> set[str | None]:
    return {None if isinstance(outcome, Failure) else outcome.interaction_id for outcome in outcomes}


def test_requests_that_come_at_once_are_one_interaction(ledger: Ledger, policy_rate: Contract) -> None:
    """Ten at once: one is asked, and all get its outcome."""

    async def together() -> tuple[list[str], set[str | None]]:
        desk = Desk(ledger, policy_rate)
        tasks = [asyncio.create_task(_once(desk, ledger).outcome(SAME, "k")) for _ in range(10)]
        while not desk.asked:
            await asyncio.sleep(0)
        desk.go.set()
        return desk.asked, await _ids(await asyncio.gather(*tasks))

    asked, ids = asyncio.run(together())

    assert (len(asked), ids) == (1, set(asked))


def test_a_key_with_another_question_is_refused(ledger: Ledger, policy_rate: Contract) -> None:
    """The first one's outcome is not given away for other words."""

    async def both() -> object:
        desk = Desk(ledger, policy_rate)
        desk.go.set()
        await _once(desk, ledger).outcome(SAME, "k")
        return await _once(desk, ledger).outcome(OTHER, "k")

    outcome = asyncio.run(both())

    assert isinstance(outcome, Failure)
    assert outcome.failure_class is FailureClass.KEY_REUSED


def test_a_key_whose_words_are_purged_is_refused(ledger: Ledger, policy_rate: Contract) -> None:
    """Nobody can tell any more whether the question is the same."""

    async def both() -> object:
        desk = Desk(ledger, policy_rate)
        desk.go.set()
        await _once(desk, ledger).outcome(SAME, "k")
        await asyncio.to_thread(ledger.purge_conversation, "c-1")
        return await _once(desk, ledger).outcome(SAME, "k")

    outcome = asyncio.run(both())

    assert isinstance(outcome, Failure)
    assert outcome.failure_class is FailureClass.KEY_REUSED


def test_a_ledger_that_is_away_for_a_moment_costs_no_outcome(ledger: Ledger, policy_rate: Contract) -> None:
    """The look at the key fails; recording the start, which waits for the ledger, decides."""

    def away(key: str) -> StoredInteraction | None:
        raise LedgerError("the server is stopping or starting")

    async def asked() -> object:
        desk = Desk(ledger, policy_rate)
        desk.go.set()
        return await Once(desk.ask, away, asyncio.get_running_loop().time, 20.0).outcome(SAME, "k")

    assert isinstance(asyncio.run(asked()), Answer)


def test_a_first_request_that_does_not_end_is_named(ledger: Ledger, policy_rate: Contract) -> None:
    """After its patience the second request hears that the first is under way, and may ask again."""

    async def impatient() -> object:
        desk = Desk(ledger, policy_rate)
        first = asyncio.create_task(desk.ask(SAME))
        while not desk.asked:
            await asyncio.sleep(0)
        outcome = await _once(desk, ledger, patience_s=0).outcome(SAME, "k")
        desk.go.set()
        await first
        return outcome

    outcome = asyncio.run(impatient())

    assert isinstance(outcome, Failure)
    assert (outcome.failure_class, outcome.retry_after_s) == (FailureClass.UNDER_WAY, 1)
