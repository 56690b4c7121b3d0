"""Every error of the foreign clients has a name of ours."""

import httpx2
import pytest
from google.auth import exceptions as google
from pydantic_ai import exceptions as foreign

from sayso.failures import FailureClass
from sayso.llm import wires
from sayso.llm.faults import ERRORS, FOREIGN, failure_of
from sayso.llm.one_request import Exchange

NOT_RAISED = {
    # Of agents, tools and hooks, none of which is used.
    "ApprovalRequired", "CallDeferred", "ConcurrencyLimitExceeded", "FallbackExceptionGroup", "ModelRetry",
    "RetryModelRequest", "RunCancelled", "RunTimedOut", "SkipModelRequest", "SkipToolExecution", "SkipToolValidation",
    "SuspendedResponseExpired", "ToolFailed", "ToolFailedError", "ToolRetryError", "UndrainedPendingMessagesError",
    "UsageLimitExceeded",
    # Stands before the telling class among the ancestors of every error with a status.
    "ModelHTTPError",
}  # fmt: skip


def test_every_error_of_pydantic_ai_is_named() -> None:
    """An upgrade that brings a new error fails here, until somebody says what it means."""
    raised = {
        name
        for name, found in vars(foreign).items()
        if isinstance(found, type)
        and issubclass(found, BaseException)
        and not issubclass(found, Warning)
        and not name.startswith("_")
    }

    assert raised - NOT_RAISED == {error.__name__ for error in ERRORS if error.__module__ == foreign.__name__}


@pytest.mark.parametrize("module", [httpx2, google], ids=["httpx2", "google.auth"])
def test_every_error_of_the_transports_is_caught(module: object) -> None:
    """What no row names has an ancestor that one does."""
    errors = [found for found in vars(module).values() if isinstance(found, type) and issubclass(found, Exception)]
    uncaught = [error.__name__ for error in errors if not issubclass(error, (*FOREIGN, Warning))]

    assert set(uncaught) <= {"CookieConflict"}  # cookies are neither kept nor sent
    assert errors


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), FailureClass.EXTRACTOR_TIMEOUT),
        (httpx2.ReadTimeout("x"), FailureClass.EXTRACTOR_TIMEOUT),
        (httpx2.ConnectError("x"), FailureClass.EXTRACTOR_UNAVAILABLE),
        (google.DefaultCredentialsError("x"), FailureClass.EXTRACTOR_UNAVAILABLE),
        (foreign.ContentFilterError("x"), FailureClass.EXTRACTOR_REFUSED),
        (foreign.UnexpectedModelBehavior("x"), FailureClass.EXTRACTION_SCHEMA),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.label,
)
def test_the_nearest_ancestor_names_an_error(error: Exception, expected: FailureClass) -> None:
    """A timeout is no outage, and a refusal no broken reply."""
    assert failure_of(error, Exchange(wires.openai)).failure_class is expected


def test_no_words_of_an_error_are_repeated() -> None:
    """A client's message quotes bodies, and bodies quote people."""
    failure = failure_of(foreign.UnexpectedModelBehavior("Ann Example earns 80000"), Exchange(wires.openai))

    assert "Ann" not in failure.detail
