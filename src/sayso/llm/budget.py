"""Keep the tokens of a day below what the deployment allows.

What was spent stands in the ledger, so that all processes share one budget and a restart forgets nothing. A request is
let through where even the most that it can take fits; questions under way at the same moment may each pass.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sayso.completion import Completer, Message, RawReply
from sayso.failures import Failure, FailureClass, LedgerError
from sayso.llm.choices import Choices
from sayso.wire import JSON


class BudgetedCompleter:
    """Ask while the day's budget lasts."""

    def __init__(
        self,
        inner: Completer,
        daily_tokens: int,
        choices: Choices,
        *,
        spent_since: Callable[[datetime], int],
        now: Callable[[], datetime],
    ) -> None:
        """Take whoever is asked and the budget.

        Args:
            inner: makes the request.
            daily_tokens: what may be charged from midnight to midnight, UTC.
            choices: bound what one request can take.
            spent_since: sums the tokens charged since a time; may raise LedgerError.
            now: gives aware time.
        """
        self.provider = inner.provider
        self.model = inner.model
        self._inner = inner
        self._daily_tokens = daily_tokens
        self._choices = choices
        self._spent_since = spent_since
        self._now = now

    async def complete(self, messages: Sequence[Message], schema: Mapping[str, JSON], *, deadline_s: float) -> RawReply:
        """Make one request, or none where the budget does not hold it."""
        midnight = self._now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            left = self._daily_tokens - await asyncio.to_thread(self._spent_since, midnight)
        except LedgerError as error:
            return RawReply(Failure(FailureClass.LEDGER_UNAVAILABLE, str(error)))
        most = self._choices.most_tokens(messages, schema)
        if most > left:
            what = f"{max(0, left)} of {self._daily_tokens} tokens are left until midnight UTC; this may take {most}"
            return RawReply(Failure(FailureClass.EXTRACTOR_BUDGET, what))
        return await self._inner.complete(messages, schema, deadline_s=deadline_s)
