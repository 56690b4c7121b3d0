"""Make every object of a deployment from its settings, in one place.

`application` gives the parts to whoever speaks to people (CLI, API, page) and takes them apart again. Nothing else in
sayso calls a constructor with I/O behind it.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uuid_utils

from sayso import inference_wiring, llm_wiring, telemetry_wiring
from sayso.contract.document import parse_frozen
from sayso.contract.model import Contract
from sayso.failures import DocumentError, Failure, PackageError, Problem, SettingsError
from sayso.inference_service import InferenceService
from sayso.interaction import FrontDesk, Limits, Sources
from sayso.language.vocabulary import DecimalStyle, Vocabulary
from sayso.ledger.notice import Notice, silent
from sayso.ledger.store import Ledger
from sayso.ledger.text import TextPolicy
from sayso.predictor.package import Package
from sayso.settings import Settings
from sayso.telemetry.logs import Log
from sayso.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold what the surfaces talk to."""

    settings: Settings
    contract: Contract
    desk: FrontDesk
    inference: InferenceService
    ledger: Ledger
    metrics: Metrics
    log: Log
    package: Package | None
    """The model package, where it is at hand: for training ranges and plots, never as a second backend."""


@asynccontextmanager
async def application(settings: Settings, *, stderr_log: bool = True) -> AsyncIterator[Parts]:
    """Make the parts, and close them at the end.

    Raises:
        DocumentError: the contract is not sound.
        LedgerError: the ledger can't be opened.
        SettingsError: a setting can't be used.
    """
    contract = read_contract(settings)
    start_id = new_id()
    metrics = Metrics(start_id)
    log = _open_log(settings, start_id, stderr=stderr_log)
    package = _package(settings)
    inference = inference_wiring.make(settings, contract, package)
    telemetry = telemetry_wiring.make(settings, start_id, metrics, log)
    # The ledger is opened last, when nothing else can fail any more; nobody spends before.
    extractor = llm_wiring.extractor(settings, lambda since: ledger.tokens_charged(since))  # noqa: PLW0108
    ledger = open_ledger(settings, start_id, lambda event, facts: log.logger.warning(event, **facts))
    usable = package if isinstance(package, Package) else None
    desk = FrontDesk(
        vocabulary=Vocabulary.of(contract, decimal=DecimalStyle(settings.language.decimal)),
        extractor=extractor,
        inference=inference,
        recorder=ledger,
        observer=telemetry.observer,
        limits=Limits(
            max_chars=settings.language.max_chars,
            training_ranges=usable.training_ranges if usable else {},
            block_extrapolation=settings.contract.extrapolation == "block",
        ),
        revision=usable.revision if usable else None,
        sources=Sources(now=now, clock=time.monotonic, new_id=new_id),
    )
    telemetry.start()
    try:
        yield Parts(settings, contract, desk, inference, ledger, metrics, log, usable)
    finally:
        await desk.drain()
        await inference.backend.aclose()
        ledger.close()
        telemetry.close()
        log.close()


def read_contract(settings: Settings) -> Contract:
    """Read the deployment's contract; raises DocumentError, also where it is not frozen or was changed since."""
    path = settings.path(settings.contract.path)
    try:
        return parse_frozen(str(path), path.read_bytes())
    except OSError as error:
        raise DocumentError(str(path), [Problem("$", error.strerror or str(error))]) from error


def check(settings: Settings) -> None:
    """Make what a server needs and close it again, so that what can't work is said before any worker starts.

    Raises:
        DocumentError: the contract is not sound.
        LedgerError: the ledger can't be opened.
        SettingsError: a setting can't be used.
    """
    read_contract(settings)
    llm_wiring.extractor(settings, lambda _: 0)
    open_ledger(settings, new_id()).close()


def open_ledger(settings: Settings, writer: str, notice: Notice = silent) -> Ledger:
    """Open the deployment's ledger for one writer; raises LedgerError."""
    return Ledger.open(
        ledger_url(settings),
        text=TextPolicy(settings.ledger.text),
        clock=now,
        writer=writer,
        keep=timedelta(days=settings.ledger.retention_days),
        notice=notice,
    )


def now() -> datetime:
    """Give the time of day, aware and in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Make a UUIDv7: unique, and in order of time."""
    return str(uuid_utils.uuid7())


def ledger_url(settings: Settings) -> str:
    """Give the ledger's address; a relative SQLite path starts at the settings file's folder."""
    scheme, found, path = settings.ledger.url.partition("sqlite:///")
    if scheme or not found:
        return settings.ledger.url
    return f"sqlite:///{settings.path(Path(path))}"


def _open_log(settings: Settings, start_id: str, *, stderr: bool) -> Log:
    path = settings.path(settings.telemetry.log_path) if settings.telemetry.log_path else None
    try:
        return Log(start_id, path=path, stderr=stderr)
    except OSError as error:
        why = f"[telemetry] log_path: {path} can't be written: {error.strerror}; name another file"
        raise SettingsError(why) from error


def _package(settings: Settings) -> Package | Failure:
    """Open the model package; a package that can't be used is a failure that every question is told."""
    try:
        return Package.load(settings.path(settings.backend.package))
    except PackageError as error:
        return error.failure
