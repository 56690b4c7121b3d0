"""Ask a ledger for as long as told, note what each caller heard, and hold it against the ledger."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field

from tests.ledger.worlds import new_id, predicted, stage, started

from sayso.failures import FailureClass, LedgerError
from sayso.ledger.reader import Reader
from sayso.ledger.store import Ledger


@dataclass
class Load:
    """Run many askers on one ledger."""

    ledger: Ledger
    askers: int = 32
    acknowledged: set[str] = field(default_factory=set)
    """Interactions whose caller was told a prediction."""
    unavailable: set[str] = field(default_factory=set)
    """Interactions whose caller was told ledger_unavailable."""
    reasons: set[str] = field(default_factory=set)
    _stopping: bool = False

    async def run(self, script: Coroutine[None, None, None]) -> None:
        """Ask until the script of faults has ended."""
        askers = [asyncio.create_task(self._ask_on()) for _ in range(self.askers)]
        await script
        self._stopping = True
        await asyncio.gather(*askers)

    async def until(self, acknowledged: int) -> None:
        """Wait until so many callers were told a prediction."""
        while len(self.acknowledged) < acknowledged:
            await asyncio.sleep(0.005)

    async def until_unavailable(self) -> None:
        """Wait until somebody was told that the ledger is away."""
        known = len(self.unavailable)
        while len(self.unavailable) == known:
            await asyncio.sleep(0.005)

    def against(self, reader: Reader) -> "Verdict":
        """Hold what callers heard against what the ledger holds."""
        held = {one: reader.interaction(one) for one in self.acknowledged | self.unavailable}
        lost = [one for one in self.acknowledged if (stored := held[one]) is None or stored.outcome != "predicted"]
        told_otherwise = [
            one
            for one in self.unavailable
            if (stored := held[one]) is not None and stored.failure_class is not FailureClass.INTERRUPTED
        ]
        return Verdict(lost, told_otherwise, list(reader.audit().findings))

    async def _ask_on(self) -> None:
        while not self._stopping:
            one = new_id()
            try:
                await self.ledger.record(started(one))
                await self.ledger.record(stage(one), predicted(one))
            except LedgerError as error:
                self.unavailable.add(one)
                self.reasons.add(str(error))
                await asyncio.sleep(0.01)
            else:
                self.acknowledged.add(one)


@dataclass
class Verdict:
    """Hold what is wrong; nothing, if all is well."""

    lost: list[str]
    """Told a prediction that the ledger does not hold."""
    told_otherwise: list[str]
    """Told that nothing was recorded, and the ledger holds an outcome, or none after all was settled."""
    findings: list[str]


CLEAN = Verdict([], [], [])
