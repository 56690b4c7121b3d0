"""Read durations and times as people write them on a command line."""

import re
from datetime import UTC, datetime, timedelta

import typer

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str | timedelta) -> timedelta:
    """Read ``90d``, ``24h``, ``30m`` or ``45s``; raises typer.BadParameter. Defaults come as they are."""
    if isinstance(text, timedelta):
        return text
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is no duration; write 90d, 24h, 30m or 45s")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def moment(text: str) -> datetime:
    """Read ``2026-11-25`` or ``2026-11-25T13:00:00Z``, in UTC unless it says otherwise; raises typer.BadParameter."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time; write 2026-11-25 or 2026-11-25T13:00:00Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
