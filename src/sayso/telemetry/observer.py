"""Say what can be watched: hooks in the order of an interaction's life.

An observer may never break an interaction: `Observers` counts what one fails to take (`telemetry_dropped_total`) and
goes on. It knows the errors that taking a record apart or writing it can raise, and no others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sayso.ledger.records import Finished, Stage, Started


class Observer:
    """Watch interactions; every hook does nothing until overridden."""

    name = "observer"

    def interaction_started(self, record: Started) -> None:
        """See an interaction that was durably recorded as begun."""

    def stage_finished(self, record: Stage) -> None:
        """See what one stage made."""

    def interaction_finished(self, record: Finished) -> None:
        """See an outcome that was durably recorded, before the caller hears of it."""


@dataclass(frozen=True)
class Observers(Observer):
    """Tell several observers, each on its own."""

    observers: Sequence[Observer]
    dropped: Callable[[str], None]
    """Called with the observer's name when it failed to take an event."""

    def interaction_started(self, record: Started) -> None:
        """Tell every observer."""
        for observer in self.observers:
            self._guard(observer, lambda observer=observer: observer.interaction_started(record))  # type: ignore[misc]

    def stage_finished(self, record: Stage) -> None:
        """Tell every observer."""
        for observer in self.observers:
            self._guard(observer, lambda observer=observer: observer.stage_finished(record))  # type: ignore[misc]

    def interaction_finished(self, record: Finished) -> None:
        """Tell every observer."""
        for observer in self.observers:
            self._guard(observer, lambda observer=observer: observer.interaction_finished(record))  # type: ignore[misc]

    def _guard(self, observer: Observer, tell: Callable[[], None]) -> None:
        try:
            tell()
        except (OSError, ValueError, TypeError, RuntimeError):
            self.dropped(observer.name)
