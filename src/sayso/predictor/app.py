"""Speak HTTP for a predictor: Vertex AI's custom-container protocol, over RSGI.

``POST`` on the predict route answers 200 with a prediction for each instance, or problem details. ``/healthz`` (or
AIP_HEALTH_ROUTE) and ``/readyz`` answer 200 exactly when a prediction can be had: a predictor without a usable package
runs, and says why it is not ready. ``/contract`` names the contract, ``/metrics`` the counts.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from sayso.failures import Code, Failure, FailureClass
from sayso.predictor import head, problem
from sayso.predictor.arrivals import Arrivals
from sayso.predictor.batch import Limits
from sayso.predictor.pages import pages
from sayso.predictor.rsgi import Exchange, HTTPProtocol, Scope
from sayso.predictor.service import Service
from sayso.predictor.tally import Tally
from sayso.predictor.vertex import Routes

SWEEP_EVERY_S = 1.0

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)
"""What of a caller's ``x-request-id`` is repeated: anything else could not stand in a header or a log line."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold what an application is made of."""

    service: Service | Failure
    """The service, or why there is none."""
    tally: Tally
    log: FilteringBoundLogger
    start_id: str
    routes: Routes
    limits: Limits


class Application:
    """Answer every HTTP request that reaches one worker."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts."""
        self._parts = parts
        self._service = parts.service
        self._package = None if isinstance(parts.service, Failure) else parts.service.package
        self._tally = parts.tally
        self._arrivals = Arrivals(parts.limits, time.monotonic)
        self._predict_route = parts.routes.predict
        unready = parts.service if isinstance(parts.service, Failure) else parts.service.package
        self._pages = pages(unready, parts.tally, parts.routes)
        self._requests = 0
        self._timer: asyncio.TimerHandle | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to look after bodies that are on their way."""
        self._arrivals.sweep()
        self._timer = loop.call_later(SWEEP_EVERY_S, self.__rsgi_init__, loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End it."""
        if self._timer is not None:
            self._timer.cancel()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request, exactly once, whatever happens."""
        exchange = self._exchange(scope, protocol)
        try:
            if scope.path == self._predict_route:
                await self._predict(scope, exchange)
            else:
                self._other(scope, exchange)
        except Exception as error:
            self._parts.log.exception("bug", request_id=exchange.request_id)
            self._fail(exchange, Failure(FailureClass.MODEL_ERROR, f"{type(error).__name__} in the predictor"))

    def _exchange(self, scope: Scope, protocol: HTTPProtocol) -> Exchange:
        """Begin an exchange, under the caller's request id or one of our own."""
        self._requests += 1
        headers = scope.headers
        request_id = headers.get("x-request-id")
        if request_id is None or _REQUEST_ID.fullmatch(request_id) is None:
            request_id = f"{self._parts.start_id}-{self._requests}"
        return Exchange(protocol, headers, request_id, time.perf_counter_ns())

    async def _predict(self, scope: Scope, exchange: Exchange) -> None:
        service = self._service_for(scope, exchange)
        if isinstance(service, Failure):
            self._fail(exchange, service, [("allow", "POST")] if scope.method != "POST" else ())
            if head.has_body(exchange.headers) and "expect" not in exchange.headers:
                await self._arrivals.drain(exchange.protocol)
            return
        body = await self._arrivals.body(exchange.protocol, exchange.headers)
        served = body if isinstance(body, Failure) else service.predict(body)
        if isinstance(served, Failure):
            self._fail(exchange, served)
            return
        headers = [("content-type", head.JSON_TYPE), ("x-request-id", exchange.request_id)]
        self._tally.predicted(served.instances, time.perf_counter_ns() - exchange.began_ns)
        exchange.protocol.response_bytes(200, headers, served.body)

    def _service_for(self, scope: Scope, exchange: Exchange) -> Service | Failure:
        """Give the service, or say why this request is refused before its body is read."""
        if scope.method != "POST":
            return Failure(FailureClass.METHOD_NOT_ALLOWED, f"{scope.method[:20]} on {self._predict_route}; use POST")
        if scope.query_string:
            return Failure(FailureClass.UNEXPECTED_KEY, "the address has a query; parameters stand in the body")
        return head.fault(exchange.headers, self._parts.limits.max_body_bytes) or self._arrivals.full() or self._service

    def _other(self, scope: Scope, exchange: Exchange) -> None:
        """Answer on a route other than predict."""
        show = self._pages.get(scope.path)
        if show is None:
            self._fail(exchange, Failure(FailureClass.NOT_FOUND, f"there is nothing at {scope.path[:80]}"))
        elif scope.method not in ("GET", "HEAD"):
            failure = Failure(FailureClass.METHOD_NOT_ALLOWED, f"{scope.method[:20]} on {scope.path}; use GET")
            self._fail(exchange, failure, [("allow", "GET, HEAD")])
        else:
            status, media_type, body = show(exchange.request_id)
            exchange.protocol.response_bytes(status, [("content-type", media_type)], body)

    def _fail(self, exchange: Exchange, failure: Failure, extra: Sequence[tuple[str, str]] = ()) -> None:
        """Count a failure, answer with problem details, and log what an operator must hear of."""
        failure_class = failure.failure_class
        headers = [("content-type", problem.MEDIA_TYPE), ("x-request-id", exchange.request_id), *extra]
        if failure.retry_after_s is not None:
            headers.append(("retry-after", str(failure.retry_after_s)))
        body = problem.encode(failure, self._package, exchange.request_id)
        self._tally.failed(failure_class, time.perf_counter_ns() - exchange.began_ns)
        exchange.protocol.response_bytes(failure_class.value.http_status, headers, body)
        if failure_class.value.counts_against_availability and failure_class.code is not Code.MODEL_NOT_READY:
            self._parts.log.warning(
                "request_failed",
                request_id=exchange.request_id,
                code=failure_class.code.name,
                failure_class=failure_class.label,
                detail=failure.detail,
            )
