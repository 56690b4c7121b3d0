"""A day's tokens bound what is asked; the ledger remembers what was spent."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.faults.llm_world import Ended, World, world

from sayso.completion import Message, RawReply, Speaker
from sayso.failures import Failure, FailureClass, LedgerError
from sayso.llm.budget import BudgetedCompleter
from sayso.llm.choices import Choices
from sayso.testing.llm_adversary import Wire, replying
from sayso.testing.llm_lies import LOAN, told

ASKED = (Message(Speaker.USER, "x" * 60),)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Answering:
    """Complete with a word."""

    provider, model = "openai", "m"

    async def complete(self, messages: object, schema: object, *, deadline_s: float) -> RawReply:
        """Give the word."""
        return RawReply("word")


def ask(daily_tokens: int, spent: int) -> str | Failure:
    """Ask with a budget of which some is spent; the request can take 60 + 2 + 38 tokens."""

    def spent_since(since: datetime) -> int:
        assert since == datetime(2026, 11, 25, tzinfo=UTC)
        return spent

    budgeted = BudgetedCompleter(Answering(), daily_tokens, Choices(0.0, 38), spent_since=spent_since, now=lambda: NOON)
    return asyncio.run(budgeted.complete(ASKED, {}, deadline_s=1.0)).result


@pytest.mark.parametrize(("daily_tokens", "spent"), [(100, 0), (1000, 900)], ids=["all of it", "the rest of it"])
def test_a_request_that_fits_is_made(daily_tokens: int, spent: int) -> None:
    """The most that it can take counts."""
    assert ask(daily_tokens, spent) == "word"


@pytest.mark.parametrize(("daily_tokens", "spent"), [(99, 0), (1000, 901), (1000, 2000)])
def test_a_request_that_may_not_fit_is_not_made(daily_tokens: int, spent: int) -> None:
    """The class says that the budget is used up."""
    refused = ask(daily_tokens, spent)

    assert isinstance(refused, Failure)
    assert refused.failure_class is FailureClass.EXTRACTOR_BUDGET


def test_without_the_ledger_nothing_is_asked() -> None:
    """A budget that can't be known is not taken for whole."""

    def unknown(since: datetime) -> int:
        raise LedgerError("gone")

    budgeted = BudgetedCompleter(Answering(), 1000, Choices(0.0, 38), spent_since=unknown, now=lambda: NOON)
    refused = asyncio.run(budgeted.complete(ASKED, {}, deadline_s=1.0)).result

    assert isinstance(refused, Failure)
    assert refused.failure_class is FailureClass.LEDGER_UNAVAILABLE


async def _asked(deployment: World, times: int) -> list[Ended]:
    return [await deployment.ask(told()) for _ in range(times)]


def test_a_deployment_stops_asking_when_its_day_is_spent(tmp_path: Path) -> None:
    """Each reply reports 780 tokens; the next question may take some 16,000."""

    async def run(daily_tokens: int) -> list[tuple[str, int]]:
        folder = tmp_path / str(daily_tokens)
        answers = lambda asked: replying(asked.wire, "no JSON")  # noqa: E731
        async with world(Wire.OPENAI, folder, answers, contract_name=LOAN, daily_tokens=daily_tokens) as deployment:
            return [(ended.label, ended.requests) for ended in await _asked(deployment, 14)]

    ends = asyncio.run(run(20_000))
    asked = ends.count(("extraction_schema", 1))

    assert 2 <= asked < 14
    assert ends == [("extraction_schema", 1)] * asked + [("extractor_budget", 0)] * (14 - asked)
