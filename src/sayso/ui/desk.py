"""Give a page's threads one front desk: a portal into one event loop that holds connections and ledger."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from anyio.from_thread import BlockingPortal, start_blocking_portal

from sayso.answer import Answer
from sayso.interaction import Question
from sayso.settings import Settings
from sayso.wiring import Parts, application


class PageDesk:
    """Ask from any thread; one for each server process."""

    def __init__(self, portal: BlockingPortal, parts: Parts) -> None:
        """Take the portal and the parts that live in its loop."""
        self.parts = parts
        self._portal = portal

    def ask(self, question: Question) -> Answer:
        """Bring one question to its outcome."""
        return self._portal.call(self.parts.desk.ask, question)


@contextmanager
def page_desk(settings: Settings, *, stderr_log: bool = True) -> Iterator[PageDesk]:
    """Make the parts in a loop of their own, and close them at the end."""
    with start_blocking_portal() as portal:
        manager: AbstractContextManager[Parts] = portal.wrap_async_context_manager(
            application(settings, stderr_log=stderr_log)
        )
        with manager as parts:
            yield PageDesk(portal, parts)
