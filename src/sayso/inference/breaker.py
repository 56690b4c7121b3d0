"""Stop calling a backend that is down, and find out when it is back.

After `failures` failures in a row of a kind that says that nobody answers, every call ends at once for `open_s`
seconds. Then one call goes through as a probe (half open): the next question is the probe, there is no call of our
own. If it is answered, in whatever way, calls go through again; if not, the wait begins anew.
"""

import math
from collections.abc import Callable

from sayso.failures import Failure, FailureClass

DOWN = frozenset({FailureClass.BACKEND_UNAVAILABLE, FailureClass.TIMEOUT, FailureClass.TRANSPORT})
"""What says that nobody answers. Any other end, a refusal included, shows that somebody is there."""


class Breaker:
    """Let calls through while the backend answers."""

    def __init__(self, failures: int, open_s: float, clock: Callable[[], float]) -> None:
        """Take how many failures in a row are borne, how long to wait then, and a monotonic clock in seconds."""
        self._limit = failures
        self._open_s = open_s
        self._clock = clock
        self._failures = 0
        self._opened_at_s: float | None = None
        self._probing = False

    def refusal(self) -> Failure | None:
        """Say why no call may be made now; None when one may."""
        if self._opened_at_s is None:
            return None
        wait_s = self._opened_at_s + self._open_s - self._clock()
        if wait_s <= 0 and not self._probing:
            return None
        seconds = max(1, math.ceil(wait_s))
        detail = f"nobody answered {self._failures} times in a row; the next try is in {seconds} s"
        return Failure(FailureClass.BACKEND_UNAVAILABLE, detail, retry_after_s=seconds)

    def entered(self) -> bool:
        """Note that a call begins; True where it is the probe."""
        self._probing = self._opened_at_s is not None
        return self._probing

    def left(self, failure_class: FailureClass | None, *, is_probe: bool) -> None:
        """Note how a call ended; None where it was answered with a prediction."""
        if failure_class not in DOWN:
            self._failures, self._opened_at_s, self._probing = 0, None, False
            return
        self._failures += 1
        if is_probe or (self._opened_at_s is None and self._failures >= self._limit):
            self._opened_at_s = self._clock()
        self._probing = self._probing and not is_probe

    def abandoned(self, *, is_probe: bool) -> None:
        """Note that a caller gave its call up, which says nothing about the backend."""
        self._probing = self._probing and not is_probe
