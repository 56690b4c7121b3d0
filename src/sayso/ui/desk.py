"""Give a page's threads one front desk: a portal into one event loop that holds connections and ledger."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from anyio.from_thread import BlockingPortal, start_blocking_portal

from sayso.answer import Answer
from sayso.interaction import Question
from sayso.language.vocabulary import DecimalStyle, Vocabulary
from sayso.ledger.reader import Reader
from sayso.ledger.records import Feedback, Operation, Purpose
from sayso.monitoring.slo import read
from sayso.settings import Settings
from sayso.ui.operations import Objectives
from sayso.wiring import Parts, application, ledger_url, now


class PageDesk:
    """Ask from any thread; one for each server process."""

    def __init__(self, portal: BlockingPortal, parts: Parts) -> None:
        """Take the portal and the parts that live in its loop."""
        self.parts = parts
        self.reader = Reader.at(ledger_url(parts.settings))
        self.vocabulary = Vocabulary.of(
            parts.contract, decimal=DecimalStyle(parts.settings.language.decimal)
        )  # to read again what is on record
        self._portal = portal

    @property
    def api_url(self) -> str:
        """Give the address where `sayso serve` answers by the settings."""
        serve = self.parts.settings.serve
        return f"http://{serve.host}:{serve.port}"

    def objectives(self) -> Objectives:
        """Give what is promised, as ``slo.toml`` says; raises DocumentError."""
        slo = read(self.parts.settings.path(self.parts.settings.monitoring.slo))
        return Objectives(slo.availability.target_pct, slo.latency.threshold_ms, slo.latency.share_pct)

    def ask(self, question: Question) -> Answer:
        """Bring one question to its outcome."""
        return self._portal.call(self.parts.desk.ask, question)

    def rate(self, interaction_id: str, rating: str, comment: str | None) -> None:
        """Record what a person thought of an answer; raises LedgerError."""
        self.parts.ledger.record_now(Feedback(interaction_id, now(), rating, comment))

    def swept(self, answer: Answer, rows: int) -> None:
        """Record that a model was asked for a plot: by its purpose it counts in no outcome; raises LedgerError."""
        facts = {"interaction_id": answer.interaction_id, "revision": answer.revision, "rows": rows}
        self.parts.ledger.record_now(Operation(now(), Purpose.SWEEP.value, {"purpose": Purpose.SWEEP.value, **facts}))


@contextmanager
def page_desk(settings: Settings, *, stderr_log: bool = True) -> Iterator[PageDesk]:
    """Make the parts in a loop of their own, and close them at the end."""
    with start_blocking_portal() as portal:
        manager: AbstractContextManager[Parts] = portal.wrap_async_context_manager(
            application(settings, stderr_log=stderr_log)
        )
        with manager as parts:
            yield PageDesk(portal, parts)
