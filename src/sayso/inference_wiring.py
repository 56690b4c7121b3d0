"""Make the one door to the model from the settings: backend, payload, golden rows, budget."""

import os
import time

from sayso.backend import Backend
from sayso.backends.agreement import Agreement, plain
from sayso.backends.http import HttpBackend
from sayso.backends.in_process import InProcessBackend
from sayso.backends.vertex_target import target
from sayso.contract.model import Contract
from sayso.failures import Failure, SettingsError
from sayso.inference.payload import Payload, SaysoPayload
from sayso.inference.plain import ClassBy, Instances, Plain
from sayso.inference_service import Budget, InferenceService
from sayso.predictor.package import Package
from sayso.settings import Settings


def make(settings: Settings, contract: Contract, package: Package | Failure) -> InferenceService:
    """Make the one door to the deployment's backend, in the running event loop.

    Raises:
        DocumentError: the golden rows can't be used.
        SettingsError: a setting can't be used.
    """
    chosen = settings.backend
    agreement = _agreement(settings, contract)
    budget = Budget(chosen.deadline_s, chosen.max_concurrent, chosen.breaker_failures, chosen.breaker_open_s)
    return InferenceService(
        connect(settings, package, agreement.payload),
        clock=time.monotonic,
        budget=budget,
        payload=agreement.payload,
        golden=agreement.golden,
    )


def _agreement(settings: Settings, contract: Contract) -> Agreement:
    if settings.backend.payload == "sayso":
        return Agreement(SaysoPayload(), None)
    if settings.backend.kind == "in-process":
        raise SettingsError("[backend] payload = 'plain' describes an endpoint; a package in this process has none")
    said = settings.plain
    return plain(
        described(settings),
        golden_rows=settings.path(said.golden_rows),
        contract=contract,
        has_ids=settings.backend.kind == "vertex",
        deployed_models=said.deployed_models,
    )


def described(settings: Settings) -> Plain:
    """Say what stands where in the replies of an endpoint that exists already; no model is pinned by it."""
    said = settings.plain
    return Plain(Instances(said.instances), said.value, ClassBy(said.class_by), said.classes, said.classes_at)


def connect(settings: Settings, package: Package | Failure, payload: Payload) -> Backend:
    """Make the deployment's backend, in the running event loop; raises SettingsError."""
    match settings.backend.kind:
        case "in-process":
            return InProcessBackend(package)
        case "http":
            ready_path = "/readyz" if settings.backend.payload == "sayso" else None
            return HttpBackend(settings.backend.url, payload, ready_path=ready_path)
        case "vertex":
            # gRPC's core writes a line of plain text for each GOAWAY, into the middle of our JSON lines.
            os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
            where = target(**settings.vertex.model_dump(), root=settings.root)
            try:
                from sayso.backends import vertex  # noqa: PLC0415 - an extra, and a second to import
            except ImportError as error:
                raise SettingsError(
                    "[backend] kind = 'vertex' needs the extra gcp: pip install 'sayso[gcp]'"
                ) from error
            return vertex.connect(where, payload)
