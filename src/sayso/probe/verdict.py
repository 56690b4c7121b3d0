"""Judge what a server made of one bad request."""

import json
from dataclasses import dataclass
from enum import StrEnum

from sayso.wire import JSON


class Verdict(StrEnum):
    """Say how a bad request was answered; all but the first are findings."""

    EXPLICIT = "explicit"
    """A 4xx with a code that a program can read."""
    SILENT = "silent"
    """A 2xx with a prediction in it."""
    VAGUE = "vague"
    """Neither: a 4xx without a code, a 5xx, a 2xx without a prediction."""
    CRASHED = "crashed"
    """No answer at all, or the sound request fails afterwards."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold what came back."""

    status: int
    body: bytes

    @property
    def predictions(self) -> JSON:
        """Give what stands under ``predictions`` where there is some; None otherwise."""
        document = self._document()
        found = document.get("predictions") if isinstance(document, dict) else None
        return found if found not in ([], {}, "") else None

    @property
    def code(self) -> str | None:
        """Give the machine-readable code, in any of the places where servers put one."""
        match self._document():
            case {"failure_class": str(code)} | {"code": str(code)} | {"error_code": str(code)}:
                return code
            case {"error": {"code": str(code)}} | {"detail": [{"type": str(code)}, *_]}:
                return code
            case _:
                return None

    def _document(self) -> JSON:
        try:
            document: JSON = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return document


def judge(reply: Reply | None, *, may_hang_up: bool) -> Verdict:
    """Judge one reply.

    Args:
        reply: None where the server gave no answer.
        may_hang_up: the caller broke off, so no answer is one.
    """
    if reply is None:
        return Verdict.EXPLICIT if may_hang_up else Verdict.CRASHED
    if 200 <= reply.status < 300:
        return Verdict.VAGUE if reply.predictions is None else Verdict.SILENT
    return Verdict.EXPLICIT if 400 <= reply.status < 500 and reply.code else Verdict.VAGUE
