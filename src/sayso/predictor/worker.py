"""Make what one worker process of a predictor serves: the application over one opened package.

Each worker opens the package by itself, once, at its start. A package that can't be used makes an application that says
why on every request.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from sayso.failures import Failure, PackageError
from sayso.predictor.app import Application, Parts
from sayso.predictor.batch import Limits
from sayso.predictor.keeper import Keeper
from sayso.predictor.package import Package
from sayso.predictor.service import Service
from sayso.predictor.tally import Tally
from sayso.predictor.vertex import Routes

LogOf = Callable[[str], FilteringBoundLogger]
"""Make the log of this process, from the id of the server's start."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what to serve and where."""

    package: Path
    host: str
    port: int
    workers: int
    routes: Routes
    start_id: str
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Worker:
    """Hold what the connections of one worker process share."""

    application: Application
    keeper: Keeper


def load(plan: Plan, log_of: LogOf, tallies: Path | None) -> Worker:
    """Make what one worker serves, and log whether it can predict.

    Args:
        plan: what to serve.
        log_of: makes this process's log.
        tallies: where several workers keep their counts; None for a worker alone.
    """
    begin = time.monotonic()
    log = log_of(plan.start_id).bind(package=str(plan.package))
    service = _service(plan, log)
    elapsed_ms = round(1000 * (time.monotonic() - begin), 1)
    match service:
        case Service(package=package):
            reference = package.contract.reference
            log.info("predictor_ready", contract=reference, revision=package.revision, elapsed_ms=elapsed_ms)
        case Failure(failure_class=of, detail=detail):
            said = {"code": of.code.name, "failure_class": of.label, "detail": detail}
            log.error("predictor_not_ready", **said, elapsed_ms=elapsed_ms)
    tally = Tally(plan.start_id, ready=isinstance(service, Service), folder=tallies)
    application = Application(Parts(service, tally, log, plan.start_id, plan.routes, plan.limits))
    gc.collect()
    gc.freeze()  # what is loaded stays, so that collections during requests need not look at it
    return Worker(application, Keeper(plan.limits.max_connections, plan.limits.max_waiting, time.monotonic))


def _service(plan: Plan, log: FilteringBoundLogger) -> Service | Failure:
    try:
        return Service(Package.load(plan.package), plan.limits, log)
    except PackageError as error:
        return error.failure
