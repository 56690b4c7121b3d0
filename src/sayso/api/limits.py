"""Let each caller ask so many times a minute, in bursts of as many."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class Limits:
    """Count requests by caller; one object for each process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take a clock of monotonic seconds."""
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait_s(self, caller: str, per_minute: int) -> int:
        """Take one request of a caller: 0 where it may pass, else the seconds until the next may."""
        now_s = self._clock()
        bucket = self._buckets.setdefault(caller, _Bucket(float(per_minute), now_s))
        gained = (now_s - bucket.at_s) * per_minute / 60
        bucket.tokens, bucket.at_s = min(float(per_minute), bucket.tokens + gained), now_s
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0
        return max(1, ceil((1 - bucket.tokens) * 60 / per_minute))
