"""Say where a model's replies came from, and from when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    """Say where replies came from."""

    NONE = "none"
    """No model was asked."""
    LIVE = "live"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Replies:
    """Hold the origin of all replies of one run, the extractor's and the judge's together."""

    mode: Mode
    """`RECORDED` where any reply was."""
    oldest: datetime | None = None
    """Aware; None where nothing was recorded."""
    newest: datetime | None = None
    missing: tuple[str, ...] = ()
    """Questions that have no recording."""
    undated: int = 0
    """Recordings that do not say when they were made."""

    def __str__(self) -> str:
        match self.mode:
            case Mode.NONE:
                return "no language model was asked"
            case Mode.LIVE:
                return "live"
            case Mode.RECORDED:
                first, last = (time.date().isoformat() if time else "?" for time in (self.oldest, self.newest))
                return f"recorded from {first} to {last}"
