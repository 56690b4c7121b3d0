"""Describe what the ledger records, without saying how it is stored.

Each record parts what may be purged (`private`: words, quotes, evidence, raw replies) from what must stay (everything
else). Times are aware UTC datetimes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sayso.failures import Code, FailureClass, Outcome
from sayso.wire import JSON


class Purpose(StrEnum):
    """Say why an interaction ran; only `ask` counts in outcomes, SLOs and drift."""

    ASK = "ask"
    SWEEP = "sweep"
    SMOKE = "smoke"


@dataclass(frozen=True, slots=True)
class Started:
    """Record that an interaction began; durable before anything else happens."""

    interaction_id: str
    conversation_id: str
    at: datetime
    contract: str
    """The contract's name, version and digest: ``NAME@VERSION+sha256:…``."""
    revision: str | None
    extractor: str
    purpose: Purpose
    idempotency_key: str | None
    private: JSON
    """The turns as posted."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Record what one stage of an interaction made."""

    interaction_id: str
    at: datetime
    stage: str
    """``extraction``, ``verification``, ``admission`` or ``inference``."""
    elapsed_ms: float
    public: Mapping[str, JSON]
    """Counts, verdicts by feature, failure class: nothing that quotes the asker."""
    private: JSON


@dataclass(frozen=True, slots=True)
class Finished:
    """Record how an interaction ended; durable before the caller hears of it."""

    interaction_id: str
    conversation_id: str
    at: datetime
    outcome: Outcome
    code: Code | None
    failure_class: FailureClass | None
    contract: str
    revision: str | None
    missing_features: tuple[str, ...]
    contract_features: int
    prediction: JSON
    extrapolated: tuple[str, ...]
    total_latency_ms: float
    stages_ms: Mapping[str, float]
    values: Mapping[str, float | str]
    """The admitted feature values of a prediction, for drift; empty otherwise. Falls under the text policy."""
    proposes: Mapping[str, JSON]
    """What the clarifying question asked to confirm. Falls under the text policy; its digest stays."""
    private: JSON
    """The whole answer as the caller gets it."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Record that an interaction will get no other end: its process died, or could not record the end it had."""

    interaction_id: str
    conversation_id: str | None
    at: datetime
    contract: str
    revision: str | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Record that an outcome never reached its caller, who was told another; it counts as interrupted."""

    interaction_id: str
    at: datetime
    told: FailureClass


@dataclass(frozen=True, slots=True)
class Feedback:
    """Record what a person thought of an answer."""

    interaction_id: str
    at: datetime
    rating: str
    """``up`` or ``down``."""
    private: JSON
    """The comment."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Record an event of the operators' side: batch runs, rollouts, alerts, recovery."""

    at: datetime
    kind: str
    public: Mapping[str, JSON] = field(default_factory=dict)
    private: JSON = None


Record = Started | Stage | Finished | Interrupted | Withdrawn | Feedback | Operation
