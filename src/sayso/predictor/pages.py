"""Show what a predictor answers on routes other than predict: readiness, contract, metrics."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from sayso.contract.description import contract_document
from sayso.failures import Failure
from sayso.predictor import problem
from sayso.predictor.head import JSON_TYPE
from sayso.predictor.package import Package
from sayso.predictor.tally import Tally
from sayso.predictor.vertex import CONTRACT_ROUTE, METRICS_ROUTE, READY_ROUTE, Routes

TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The type of Prometheus' text format."""


class Page(NamedTuple):
    """Hold one answer."""

    status: int
    media_type: str
    body: bytes


Show = Callable[[str], Page]
"""Make a page for the request of this id."""


def pages(package: Package | Failure, tally: Tally, routes: Routes) -> Mapping[str, Show]:
    """Give the pages by path; without a package, readiness and contract say why."""

    def metrics(_request_id: str) -> Page:
        return Page(200, TEXT_TYPE, tally.exposition())

    ready, contract = _of_failure(package) if isinstance(package, Failure) else _of_package(package)
    return {READY_ROUTE: ready, routes.health: ready, CONTRACT_ROUTE: contract, METRICS_ROUTE: metrics}


def _of_package(package: Package) -> tuple[Show, Show]:
    state = {"status": "ready", "contract": package.contract.reference, "revision": package.revision}
    document = {**contract_document(package.contract), "revision": package.revision}
    return _constant(state), _constant(document)


def _constant(shape: object) -> Show:
    page = Page(200, JSON_TYPE, msgspec.json.encode(shape))
    return lambda _request_id: page


def _of_failure(failure: Failure) -> tuple[Show, Show]:
    def unready(request_id: str) -> Page:
        body = problem.encode(failure, None, request_id)
        return Page(failure.failure_class.value.http_status, problem.MEDIA_TYPE, body)

    return unready, unready
