"""Give one outcome to all requests that carry the same idempotency key, also when they come at once.

The ledger decides who is first: a key can be recorded once, by whichever process. The others wait for the first one's
outcome. A key that comes with another question is refused, and so is one whose words are purged: nobody can tell any
more whether the question is the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sayso.account import turns_json
from sayso.answer import Answer
from sayso.failures import Failure, FailureClass, KeyTakenError, LedgerError
from sayso.interaction import Question
from sayso.ledger.stored import StoredInteraction

_LOOK_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Once:
    """Ask a question at most once for each key."""

    ask: Callable[[Question], Awaitable[Answer]]
    find: Callable[[str], StoredInteraction | None]
    """Look a key up in the ledger; blocks."""
    clock: Callable[[], float]
    """Monotonic seconds."""
    patience_s: float
    """How long to wait for the first one's outcome."""

    async def outcome(self, question: Question, key: str) -> Answer | StoredInteraction | Failure:
        """Give the answer, or the first one's record, or why there is neither; raises LedgerError."""
        if not await self._is_known(key):
            try:
                return await self.ask(question)
            except KeyTakenError:
                pass  # somebody else was first, between the look and the asking
        return await self._first(question, key)

    async def _is_known(self, key: str) -> bool:
        """Look before asking, because a start that the database refuses costs its neighbours their common commit.

        A ledger that can't be read decides nothing: recording the start waits for it, and finds the key if it is there.
        """
        try:
            return await asyncio.to_thread(self.find, key) is not None
        except LedgerError:
            return False

    async def _first(self, question: Question, key: str) -> StoredInteraction | Failure:
        end_s = self.clock() + self.patience_s
        while True:
            stored = await asyncio.to_thread(self.find, key)
            if stored is None or not stored.asks_the_same(turns_json(question.conversation), question.conversation_id):
                return Failure(FailureClass.KEY_REUSED, "the key was used before, and not for these words")
            if stored.ended:
                return stored
            if self.clock() >= end_s:
                detail = f"interaction {stored.interaction_id} is under way"
                return Failure(FailureClass.UNDER_WAY, detail, retry_after_s=1)
            await asyncio.sleep(_LOOK_AGAIN_S)
