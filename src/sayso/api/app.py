"""Offer interactions over HTTP: parse, ask, show.

200 on ``POST /v1/interactions`` means that a prediction is inside; everything else is problem details with the answer's
keys. A request that can't be parsed is no interaction: its `interaction_id` is null, and it is counted apart.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sayso.answer import Answer, problem_json, proposal_json
from sayso.api import openapi
from sayso.api.bodies import Body, FeedbackBody, InteractionBody, MissingError, TurnBody
from sayso.api.guard import HEADERS, Guard
from sayso.api.keys import Keys
from sayso.api.limits import Limits
from sayso.contract.admit import refusal
from sayso.contract.description import contract_document
from sayso.conversation import Conversation, Proposal, Turn, filled
from sayso.failures import Failure, FailureClass, LedgerError, Violation
from sayso.idempotency import Once
from sayso.interaction import Question
from sayso.ledger.records import Feedback
from sayso.ledger.stored import StoredInteraction, StoredProposals
from sayso.wire import JSON, loads
from sayso.wiring import Parts, now

_ERROR_CLASSES: Mapping[str, FailureClass] = {
    "missing": FailureClass.MISSING_KEY,
    "extra_forbidden": FailureClass.UNEXPECTED_KEY,
}
"""What pydantic's error types mean; any other is wrong_type."""

_HTTP_CLASSES: Mapping[int, FailureClass] = {
    404: FailureClass.NOT_FOUND,
    405: FailureClass.METHOD_NOT_ALLOWED,
    413: FailureClass.TOO_LARGE,
}


PROBLEM = "application/problem+json"

BODY_WITHIN_S = 20.0
"""How long a body may take: a caller who sends a byte now and then must not hold a place for ever."""

_KEY = re.compile(r"[!-~]{1,255}")
"""What an idempotency key looks like: visible ASCII, at most 255 characters."""

Shape = TypeVar("Shape", bound=Body)


class Api:
    """Answer HTTP requests for one deployment."""

    def __init__(self, parts: Parts, keys: Path | None) -> None:
        """Take the wired parts, and the file of keys where callers need one."""
        self._parts = parts
        self.guard = Guard(
            Keys(keys) if keys else None, Limits(time.monotonic), parts.settings.serve.requests_per_minute
        )
        patience_s = parts.settings.backend.deadline_s
        self._once = Once(parts.desk.ask, parts.ledger.by_idempotency_key, time.monotonic, patience_s)

    async def interactions(self, request: Request) -> Response:
        """Bring one question to its outcome."""
        body = await self._body(request, InteractionBody)
        if isinstance(body, Failure):
            return self.rejected(body)
        key = request.headers.get("idempotency-key")
        if key is not None and not _KEY.fullmatch(key):
            return self.rejected(Failure(FailureClass.MALFORMED_REQUEST, f"the idempotency key is not {_KEY.pattern}"))
        if unknown := self._unknown_fields(body):
            return self.rejected(unknown)
        question = Question(await self._conversation(body), body.conversation_id, key)
        if key is None:
            return _answered(await self._parts.desk.ask(question))
        match await self._once.outcome(question, key):
            case Answer() as answer:
                return _answered(answer)
            case StoredInteraction() as first:
                return _repeated(first)
            case Failure() as failure:
                return self.rejected(failure)

    async def interaction(self, request: Request) -> Response:
        """Show the record of one interaction."""
        stored = await self._recorded(request)
        return self.rejected(_not_found()) if stored is None else _json(200, stored.as_record())

    async def feedback(self, request: Request) -> Response:
        """Record what a person thought of an answer."""
        body = await self._body(request, FeedbackBody)
        if isinstance(body, Failure):
            return self.rejected(body)
        stored = await self._recorded(request)
        if stored is None:
            return self.rejected(_not_found())
        await self._parts.ledger.record(Feedback(stored.interaction_id, now(), body.rating, body.comment))
        return Response(status_code=204)

    async def contract(self, request: Request) -> Response:
        """Name the contract, its features and what they take."""
        return _json(200, contract_document(self._parts.contract))

    async def openapi(self, request: Request) -> Response:
        """Describe this API."""
        return _json(200, openapi.document(self._parts.contract, keyed=self.guard.keys is not None))

    async def healthz(self, request: Request) -> Response:
        """Say that this process lives."""
        return _json(200, {"status": "alive"})

    async def readyz(self, request: Request) -> Response:
        """Say whether a question can be answered now, or what stands in the way."""
        if error := await self._parts.ledger.ready():
            return self.rejected(Failure(FailureClass.LEDGER_UNAVAILABLE, str(error)), counted=False)
        if failure := await self._parts.inference.ready():
            return self.rejected(failure, counted=False)
        return _json(200, {"status": "ready"})

    async def metrics(self, request: Request) -> Response:
        """Give the metrics in Prometheus' text format."""
        return Response(self._parts.metrics.exposition(), media_type="text/plain; version=0.0.4")

    def rejected(self, failure: Failure, headers: Mapping[str, str] | None = None, *, counted: bool = True) -> Response:
        """Answer a request that is no interaction; it is counted apart."""
        if counted:
            self._parts.metrics.rejected(failure.failure_class.label)
        answer = Answer(None, None, self._parts.contract, None, failure)
        return _problem(answer, headers)

    async def _recorded(self, request: Request) -> StoredInteraction | None:
        """Find the interaction that the address names, without holding up other requests."""
        return await asyncio.to_thread(self._parts.ledger.interaction, request.path_params["interaction_id"])

    async def _conversation(self, body: InteractionBody) -> Conversation:
        """Make the conversation; a proposal counts only where our own ledger made it."""
        if body.turns is None:
            return Conversation.of(body.text or "")
        known: Collection[StoredProposals] = ()
        if body.conversation_id:
            known = await asyncio.to_thread(self._parts.ledger.proposals, body.conversation_id)
        return Conversation(tuple(_turn(turn, known) for turn in body.turns))

    def _unknown_fields(self, body: InteractionBody) -> Failure | None:
        """Refuse fields of a form that no feature has; what nobody reads would be lost in silence."""
        names = self._parts.contract.names
        fields = {name for turn in body.turns or () for name in turn.form or ()}
        known = ", ".join(names)
        faults = tuple(
            Violation(name[:80], FailureClass.UNEXPECTED_KEY.label, "a field", f"one of {known}")
            for name in sorted(fields.difference(names))
        )
        return refusal(faults) if faults else None

    async def _body(self, request: Request, shape: type[Shape]) -> Shape | Failure:
        """Read one JSON body of a shape, within the limit, or say what is wrong."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            return Failure(FailureClass.UNSUPPORTED_MEDIA_TYPE, f"the body is {media_type or 'of no named type'}")
        raw = await self._read(request)
        decoded = raw if isinstance(raw, Failure) else loads(raw, finite_only=True)
        if isinstance(decoded, Failure):
            return decoded
        try:
            return shape.model_validate(decoded)
        except ValidationError as error:
            return _misshapen(error)

    async def _read(self, request: Request) -> bytes | Failure:
        limit = self._parts.settings.serve.max_body_bytes
        received = bytearray()
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                async for chunk in request.stream():
                    received += chunk
                    if len(received) > limit:
                        return Failure(FailureClass.TOO_LARGE, f"the body exceeds {limit} bytes")
        except TimeoutError:
            return Failure(FailureClass.MALFORMED_REQUEST, f"the body took longer than {BODY_WITHIN_S:g} s")
        except ClientDisconnect:
            return Failure(FailureClass.MALFORMED_REQUEST, "the caller left before the body was complete")
        return bytes(received)


def make(parts_of: Callable[[], AbstractAsyncContextManager[Parts]], keys: Path | None = None) -> Starlette:
    """Make the ASGI application; the parts are made when the server starts and closed when it stops.

    Args:
        parts_of: makes the parts.
        keys: the file of keys; None where this machine alone can ask, and needs none.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Api]]:
        async with parts_of() as parts:
            yield {"api": Api(parts, keys)}

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/v1/interactions", _to(Api.interactions), methods=["POST"]),
            Route("/v1/interactions/{interaction_id}", _to(Api.interaction), methods=["GET"]),
            Route("/v1/interactions/{interaction_id}/feedback", _to(Api.feedback), methods=["POST"]),
            Route("/v1/contract", _to(Api.contract), methods=["GET"]),
            Route("/openapi.json", _to(Api.openapi), methods=["GET"]),
            Route("/healthz", _to(Api.healthz), methods=["GET"]),
            Route("/readyz", _to(Api.readyz), methods=["GET"]),
            Route("/metrics", _to(Api.metrics), methods=["GET"]),
        ],
        middleware=[Middleware(_Guarded)],
        exception_handlers={HTTPException: _no_route, LedgerError: _unrecorded, Exception: _fault},
    )


class _Guarded:
    """Turn away whoever may not ask, and put the headers of safety on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        api: Api = scope["state"]["api"]
        failure = await asyncio.to_thread(api.guard.refusal, scope["path"], Headers(scope=scope))
        answer = self._app if failure is None else api.rejected(failure, _challenge(failure))
        await answer(scope, receive, guarded)


def _challenge(failure: Failure) -> Mapping[str, str]:
    """Say how to show a key, as RFC 9110 wants of a 401."""
    return {"www-authenticate": "Bearer"} if failure.failure_class is FailureClass.UNAUTHENTICATED else {}


def _to(method: Callable[[Api, Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Call a method of the Api that the lifespan made."""

    async def endpoint(request: Request) -> Response:
        return await method(request.state.api, request)

    return endpoint


def _no_route(request: Request, error: Exception) -> Response:
    """Answer a request that no route takes."""
    assert isinstance(error, HTTPException)
    api: Api = request.state.api
    failure_class = _HTTP_CLASSES.get(error.status_code, FailureClass.MALFORMED_REQUEST)
    return api.rejected(Failure(failure_class, f"{request.method} {request.url.path}"), error.headers)


def _unrecorded(request: Request, error: Exception) -> Response:
    """Answer when the ledger can't be read or written outside any interaction."""
    api: Api = request.state.api
    return api.rejected(Failure(FailureClass.LEDGER_UNAVAILABLE, str(error), retry_after_s=5))


def _fault(request: Request, error: Exception) -> Response:
    """Answer when we have a fault outside any interaction."""
    api: Api = request.state.api
    return api.rejected(Failure(FailureClass.BUG, f"{type(error).__name__} at {request.url.path}"))


def _turn(body: TurnBody, known: Collection[StoredProposals]) -> Turn:
    if body.form is not None:
        return filled(body.form)
    proposes = {
        name: Proposal(proposal.value, proposal.unit, proposal.quote) for name, proposal in body.proposes.items()
    }
    posted = {name: proposal_json(proposal) for name, proposal in proposes.items()}
    ours = any(proposal.equals(posted) for proposal in known)
    return Turn(body.role, body.text or "", tuple(body.asks), proposes if ours else {})


def _misshapen(error: ValidationError) -> Failure:
    violations = tuple(
        Violation(
            feature=".".join(str(part) for part in detail["loc"]) or None,
            rule=_rule(detail["type"], detail.get("ctx", {})).label,
            got=_shown(detail["input"]),
            allowed=detail["msg"],
        )
        for detail in error.errors(include_url=False)
    )
    return refusal(violations)


def _rule(kind: str, context: Mapping[str, object]) -> FailureClass:
    if isinstance(context.get("error"), MissingError):
        return FailureClass.MISSING_KEY
    return _ERROR_CLASSES.get(kind, FailureClass.WRONG_TYPE)


def _shown(value: object) -> object:
    return value if isinstance(value, int | float | None) else str(value)[:80]


def _not_found() -> Failure:
    return Failure(FailureClass.NOT_FOUND, "there is no interaction with this id")


def _answered(answer: Answer) -> Response:
    return _problem(answer, None) if answer.failure else _json(200, answer.as_json())


def _repeated(first: StoredInteraction) -> Response:
    """Answer a retry as its first request was answered."""
    failure_class, shape = first.failure_class, first.as_json()
    if failure_class is None:
        return _json(200, shape)
    return _json(first.http_status, {**problem_json(failure_class), **shape}, PROBLEM)


def _problem(answer: Answer, headers: Mapping[str, str] | None) -> Response:
    assert answer.failure is not None
    extra = dict(headers or {})
    if answer.failure.retry_after_s is not None:
        extra["retry-after"] = str(answer.failure.retry_after_s)
    return _json(answer.http_status, answer.as_problem(), PROBLEM, extra)


def _json(
    status: int, shape: JSON, media_type: str = "application/json", headers: Mapping[str, str] | None = None
) -> Response:
    return Response(msgspec.json.encode(shape), status, headers, media_type)
