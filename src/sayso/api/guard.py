"""Settle who may ask, before anything is read: the key, its limit, and the host that was meant.

Without keys the API listens on loopback only, and then takes requests for loopback's own names only: a page from
elsewhere whose name was pointed at this machine (DNS rebinding) is turned away.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers

from sayso.api.keys import Caller, Keys
from sayso.api.limits import Limits
from sayso.failures import Failure, FailureClass

OPEN_TO_ALL = ("/healthz", "/readyz")
"""What a load balancer asks; neither says anything about anybody."""

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")

HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Go with every answer. No CORS header is among them: pages of other origins may not read answers."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Decide about one request at a time."""

    keys: Keys | None
    """None where this machine alone can ask."""
    limits: Limits
    without_key_per_minute: int
    """The limit of all callers together, where there are no keys."""

    def refusal(self, path: str, headers: Headers) -> Failure | None:
        """Say why a request is turned away; None where it may pass. Raises SettingsError."""
        if path in OPEN_TO_ALL:
            return None
        caller = self._caller(headers)
        if isinstance(caller, Failure):
            return caller
        wait_s = self.limits.wait_s(caller.key_id, caller.requests_per_minute)
        if wait_s:
            allowed = f"{caller.requests_per_minute} requests a minute are allowed"
            return Failure(FailureClass.RATE_LIMITED, allowed, retry_after_s=wait_s)
        return None

    def _caller(self, headers: Headers) -> Caller | Failure:
        if self.keys is None:
            host = headers.get("host", "")
            name = host if host.endswith("]") else host.rpartition(":")[0] or host
            if name.lower() not in LOOPBACK_NAMES:
                return Failure(FailureClass.FORBIDDEN, "this service answers on loopback names only")
            return Caller("", self.without_key_per_minute)
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        caller = self.keys.caller(shown.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            return Failure(FailureClass.UNAUTHENTICATED, "send the header Authorization: Bearer KEY")
        return caller
