"""Answer requests for a predictor: Vertex AI's custom-container protocol. It knows no network.

``POST`` on the predict route answers 200 with a prediction for each instance, or problem details. ``/healthz`` (or
AIP_HEALTH_ROUTE) and ``/readyz`` answer 200 exactly when a prediction can be had: a predictor without a usable package
runs, and says why it is not ready. ``/contract`` names the contract, ``/metrics`` the counts.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import msgspec
from structlog.typing import FilteringBoundLogger

from sayso.failures import Code, Failure, FailureClass
from sayso.predictor import head, problem
from sayso.predictor.batch import Limits
from sayso.predictor.message import Answer, Head
from sayso.predictor.pages import pages
from sayso.predictor.service import Service
from sayso.predictor.tally import Tally
from sayso.predictor.vertex import Routes

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)
"""What of a caller's ``x-request-id`` is repeated: anything else could not stand in a header or a log line."""

_ABSOLUTE = re.compile(r"\Ahttps?://[^/?#]*", re.IGNORECASE)
"""What comes before the path where an address is sent whole, as to a proxy (RFC 9112, 3.2.2)."""


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
    """Answer every request that reaches one worker."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts."""
        self.limits = parts.limits
        self._parts = parts
        self._service = parts.service
        self._package = None if isinstance(parts.service, Failure) else parts.service.package
        self._tally = parts.tally
        self._predict_route = parts.routes.predict
        unready = parts.service if isinstance(parts.service, Failure) else parts.service.package
        self._pages = pages(unready, parts.tally, parts.routes)
        self._requests = 0

    def head(self, method: str, target: str, headers: Mapping[bytes, bytes]) -> Head:
        """Take a request in, under the caller's request id or one of our own."""
        self._requests += 1
        said = headers.get(b"x-request-id")
        request_id = None if said is None else said.decode("latin-1").strip()
        if request_id is None or _REQUEST_ID.fullmatch(request_id) is None:
            request_id = f"{self._parts.start_id}-{self._requests}"
        return Head(method, target, headers, request_id, time.perf_counter_ns())

    def before_body(self, request: Head) -> Answer | None:
        """Answer what needs no body; None where the body is needed, and `predict` answers."""
        try:
            if request.target == self._predict_route and request.method == "POST":
                failure = head.fault(request, self._parts.limits.max_body_bytes)
                if failure is None:
                    failure = self._service if isinstance(self._service, Failure) else None
                return None if failure is None else self.refuse(request, failure)
            return self._elsewhere(request)
        except Exception as error:  # noqa: BLE001 - a server's outermost edge
            return self._bug(request, error)

    def predict(self, request: Head, body: bytes) -> Answer:
        """Answer a predict request whose head was found to be sound."""
        assert isinstance(self._service, Service)
        try:
            served = self._service.predict(body)
        except Exception as error:  # noqa: BLE001 - a server's outermost edge
            return self._bug(request, error)
        if isinstance(served, Failure):
            return self.refuse(request, served)
        self._tally.predicted(served.instances, time.perf_counter_ns() - request.began_ns)
        return Answer(200, head.JSON_TYPE, served.body)

    def refuse(self, request: Head, failure: Failure, more: tuple[tuple[str, str], ...] = ()) -> Answer:
        """Count a failure, shape it as problem details, and log what an operator must hear of."""
        failure_class = failure.failure_class
        if failure.retry_after_s is not None:
            more = (*more, ("retry-after", str(failure.retry_after_s)))
        self._tally.failed(failure_class, time.perf_counter_ns() - request.began_ns)
        if failure_class.value.counts_against_availability and failure_class.code is not Code.MODEL_NOT_READY:
            self._parts.log.warning(
                "request_failed",
                request_id=request.request_id,
                code=failure_class.code.name,
                failure_class=failure_class.label,
                detail=failure.detail,
            )
        body = problem.encode(failure, self._package, request.request_id)
        return Answer(failure_class.value.http_status, problem.MEDIA_TYPE, body, more)

    def _elsewhere(self, request: Head) -> Answer | None:
        """Answer on a route other than predict, and on predict by another method or with a query."""
        address, _, query = request.target.partition("?")
        path = unquote(_ABSOLUTE.sub("", address), errors="replace")
        method = request.method[:20]
        if path == self._predict_route:
            if request.method == "POST":
                unexpected = "the address has a query; parameters stand in the body"
                return (
                    self.refuse(request, Failure(FailureClass.UNEXPECTED_KEY, unexpected))
                    if query
                    else self._plain(request)
                )
            failure = Failure(FailureClass.METHOD_NOT_ALLOWED, f"{method} on {path}; use POST")
            return self.refuse(request, failure, (("allow", "POST"),))
        show = self._pages.get(path)
        if show is None:
            return self.refuse(request, Failure(FailureClass.NOT_FOUND, f"there is nothing at {path[:80]}"))
        if request.method not in ("GET", "HEAD"):
            failure = Failure(FailureClass.METHOD_NOT_ALLOWED, f"{method} on {path}; use GET")
            return self.refuse(request, failure, (("allow", "GET, HEAD"),))
        return Answer(*show(request.request_id))

    def _plain(self, request: Head) -> Answer | None:
        """Take another way to write the predict route for the usual one."""
        return self.before_body(msgspec.structs.replace(request, target=self._predict_route))

    def _bug(self, request: Head, error: Exception) -> Answer:
        self._parts.log.exception("bug", request_id=request.request_id)
        return self.refuse(request, Failure(FailureClass.MODEL_ERROR, f"{type(error).__name__} in the predictor"))
