"""Purge what is older than the settings allow, for as long as a process runs."""

import threading
from collections.abc import Callable

from sayso.failures import LedgerError
from sayso.ledger.notice import NOT_PURGED, PURGED, Notice

_FIRST_AFTER_S = 60.0
"""Short runs (`sayso ask`) never pay for it."""
_EVERY_S = 3600.0


class Retention:
    """Call a purge now and then from a thread of its own."""

    def __init__(self, purge: Callable[[], int], notice: Notice) -> None:
        """Start; `purge` gives how many rows it emptied, or raises LedgerError."""
        self._purge = purge
        self._notice = notice
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)
        self._thread.start()

    def once(self) -> None:
        """Purge, and tell what came of it."""
        try:
            rows = self._purge()
        except LedgerError as error:
            self._notice(NOT_PURGED, {"reason": str(error)})
            return
        if rows:
            self._notice(PURGED, {"rows": rows})

    def stop(self) -> None:
        """End the thread; a purge under way finishes its step."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        wait_s = _FIRST_AFTER_S
        while not self._stopping.wait(wait_s):
            self.once()
            wait_s = _EVERY_S
