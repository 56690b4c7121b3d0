"""Give our names to what the SDKs and their transports raise: one table, and a test that nothing is missing from it."""

from collections.abc import Mapping

import httpx2
from google.auth.exceptions import GoogleAuthError
from pydantic_ai import exceptions as foreign

from sayso.failures import Failure, FailureClass
from sayso.llm.one_request import Exchange

ERRORS: Mapping[type[BaseException], FailureClass] = {
    foreign.AgentRunError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.UserError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelAPIError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelRateLimitError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelQuotaExceededError: FailureClass.EXTRACTOR_BUDGET,
    foreign.ModelUnavailableError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelOverloadedError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelServerError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelConnectionError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelTimeoutError: FailureClass.EXTRACTOR_TIMEOUT,
    foreign.ModelRequestTimeout: FailureClass.EXTRACTOR_TIMEOUT,
    foreign.ModelRequestRejectedError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelContextWindowExceededError: FailureClass.TOO_LARGE,
    foreign.ModelAuthenticationError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.ModelNotFoundError: FailureClass.EXTRACTOR_UNAVAILABLE,
    foreign.UnexpectedModelBehavior: FailureClass.EXTRACTION_SCHEMA,
    foreign.ContentFilterError: FailureClass.EXTRACTOR_REFUSED,
    foreign.OutputTokenLimitExceeded: FailureClass.EXTRACTION_SCHEMA,
    foreign.IncompleteToolCall: FailureClass.EXTRACTION_SCHEMA,
    GoogleAuthError: FailureClass.EXTRACTOR_UNAVAILABLE,
    httpx2.HTTPError: FailureClass.EXTRACTOR_UNAVAILABLE,
    httpx2.TimeoutException: FailureClass.EXTRACTOR_TIMEOUT,
    httpx2.InvalidURL: FailureClass.EXTRACTOR_UNAVAILABLE,
    httpx2.StreamError: FailureClass.EXTRACTOR_UNAVAILABLE,
    TimeoutError: FailureClass.EXTRACTOR_TIMEOUT,
}
"""What each error means; the nearest class of an error's ancestors counts.

ModelHTTPError is left out: it is the first ancestor of every error with a status, and says less than the second.
"""

FOREIGN = tuple(ERRORS)

SHAPE = (AttributeError, LookupError, RecursionError, TypeError, ValueError, Warning)
"""What the SDKs raise while they read a body of another shape. Before there is a body, these are faults of ours."""

STATUSES: Mapping[int, FailureClass] = {
    408: FailureClass.EXTRACTOR_TIMEOUT,
    413: FailureClass.TOO_LARGE,
    504: FailureClass.EXTRACTOR_TIMEOUT,
}
"""Statuses that say more than the SDK's error does."""


def failure_of(error: BaseException, exchange: Exchange) -> Failure:
    """Name an error of the SDKs. The detail says what and where, never what was said."""
    if exchange.fault is not None:
        return exchange.fault
    unknown = FailureClass.EXTRACTION_SCHEMA if exchange.status == 200 else FailureClass.EXTRACTOR_UNAVAILABLE
    nearest = next((ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS), unknown)
    failure_class = STATUSES.get(exchange.status or 0, nearest)
    return Failure(failure_class, _detail(error, exchange), retry_after_s=_wait_s(error))


def _detail(error: BaseException, exchange: Exchange) -> str:
    where = exchange.sent.url if exchange.sent else "nothing was sent"
    status = f", HTTP {exchange.status}" if exchange.status is not None else ""
    # The SDKs' own messages quote bodies, and bodies quote people.
    code = getattr(error, "provider_error_code", None)
    said = f" ({code!s:.60})" if isinstance(code, str | int) else ""
    return f"{where}{status}: {type(error).__name__}{said}"


def _wait_s(error: BaseException) -> int | None:
    seconds = getattr(error, "retry_after", None)
    return min(int(seconds + 0.999), 86_400) if isinstance(seconds, int | float) and seconds >= 0 else None
