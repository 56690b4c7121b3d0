"""Say what the ledger still owes an interaction whose caller was told that it can't be recorded.

The answer was ``ledger_unavailable``; no other outcome may stand in the ledger. The one allowed pair is
``ledger_unavailable`` in the answer and ``interrupted`` in the ledger.
"""

from datetime import datetime

from sayso.failures import FailureClass
from sayso.ledger.entries import Entry, Kind, encode
from sayso.ledger.records import Interrupted, Withdrawn
from sayso.ledger.registry import interruption
from sayso.ledger.text import TextPolicy


def owed_for(entry: Entry, at: datetime, *, durable: bool) -> Entry | None:
    """Give the entry that settles one entry, by whether it is in the ledger after all; None where nothing is owed."""
    match entry.kind:
        case Kind.FINISHED if durable:
            return _encoded(Withdrawn(_id(entry), at, FailureClass.LEDGER_UNAVAILABLE))
        case Kind.STARTED if not durable:
            return None
        case Kind.FINISHED | Kind.STARTED:
            return _encoded(interruption(_id(entry), entry.conversation_id, entry.public, at))
        case Kind.WITHDRAWN if not durable:
            return entry
        case Kind.WITHDRAWN | Kind.STAGE | Kind.FEEDBACK | Kind.OPERATION:
            return None


def _id(entry: Entry) -> str:
    assert entry.interaction_id is not None
    return entry.interaction_id


def _encoded(record: Interrupted | Withdrawn) -> Entry:
    return encode(record, TextPolicy.NONE, "")
