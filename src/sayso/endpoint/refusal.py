"""Say no as Google's APIs do: a status by name and a message."""

from collections.abc import Mapping
from dataclasses import dataclass

HTTP_STATUSES: Mapping[str, int] = {
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DATA_LOSS": 500,
    "UNAUTHENTICATED": 401,
}
"""The HTTP mapping that google/rpc/code.proto gives beside each code."""

STATUSES_OF_HTTP: Mapping[int, str] = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""The way back, for what a predictor answers; else 4xx is INVALID_ARGUMENT and 5xx INTERNAL."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Hold why a call gets no answer."""

    status: str
    """A name of google.rpc.Code."""
    message: str

    @property
    def http_status(self) -> int:
        """Give the HTTP status of the same meaning."""
        return HTTP_STATUSES[self.status]

    @classmethod
    def of_http(cls, http_status: int, message: str) -> "Refusal":
        """Name what an HTTP status means."""
        rest = "INVALID_ARGUMENT" if 400 <= http_status < 500 else "INTERNAL"
        return cls(STATUSES_OF_HTTP.get(http_status, rest), message)
