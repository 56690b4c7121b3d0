"""Hold what a comparison with the contract found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Say how a comparison ended."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    ABSENT = "absent"
    """There is nothing to compare, which is no fault."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Say of one thing whether it agrees with the contract."""

    subject: str
    """The file or tag."""
    status: Status
    detail: str

    def as_json(self) -> dict[str, str]:
        """Give the keys of ``sayso contract check --json``."""
        return {"subject": self.subject, "status": self.status.value, "detail": self.detail}

    def __str__(self) -> str:
        return f"{self.status.value:<9} {self.subject}: {self.detail}"


def judged(subject: str, faults: Iterable[str], agrees: str) -> Iterator[Finding]:
    """Make a finding of each fault, or one that all is well."""
    named = [Finding(subject, Status.DISAGREES, fault) for fault in faults]
    yield from named or [Finding(subject, Status.AGREES, agrees)]
