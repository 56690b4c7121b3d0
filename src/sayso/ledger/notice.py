"""Tell operators what happens to the ledger itself; whoever wires it says where that goes."""

from collections.abc import Callable, Mapping

from sayso.wire import JSON

Notice = Callable[[str, Mapping[str, JSON]], None]
"""Take an event's name and its facts, from any thread."""

LOST = "ledger_lost"
RETURNED = "ledger_returned"
LEFT_OPEN_CLOSED = "ledger_recovered"
PURGED = "ledger_purged"
NOT_PURGED = "ledger_not_purged"


def silent(event: str, facts: Mapping[str, JSON]) -> None:
    """Tell nobody."""
