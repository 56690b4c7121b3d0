"""Hold what callers heard, while a service or its database was killed, against what the ledger holds at last."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.faults.ledger.callers import Body, Heard

from sayso.failures import FailureClass
from sayso.ledger.entries import Kind
from sayso.ledger.reader import Reader
from sayso.ledger.reconcile import reconcile
from sayso.ledger.stored import StoredInteraction
from sayso.wire import JSON

_AWAY = FailureClass.LEDGER_UNAVAILABLE.label


@dataclass(frozen=True)
class Figures:
    """Hold the figures of one run. All but the first four must be 0."""

    acknowledged: int
    """Outcomes that callers received."""
    interrupted: int
    """Interactions that a kill cut off, and that recovery ended."""
    unavailable: int
    """Answers which said that the ledger is away."""
    retried: int
    lost: int
    """Received outcomes that the ledger does not hold as they were received; to have none is received as well."""
    twice: int
    """Interactions with two starts, two ends, or one key with another."""
    without_end: int
    changed_by_retry: int
    """Retries that were told anything but what the ledger holds."""
    chain_findings: int
    silent_failures: int
    """What `reconcile` names."""

    @property
    def clean(self) -> bool:
        """Say whether nothing went wrong."""
        return not any(list(asdict(self).values())[4:])

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in asdict(self).items())


def tally(reader: Reader, heard: Heard, told: Mapping[str, Body], log: Path) -> Figures:
    """Count; `told` are the answers to retries, by key."""
    rows = list(reader.export(None, None))
    starts = Counter(row["interaction_id"] for row in rows if row["kind"] == Kind.STARTED.value)
    ends = Counter(row["interaction_id"] for row in rows if row["kind"] == Kind.FINISHED.value)
    keys = Counter(row["idempotency_key"] for row in rows if row["idempotency_key"])
    received = {key: body for key, body in heard.answers.items() if body["failure_class"] != _AWAY}
    away = [body["interaction_id"] for key, body in heard.answers.items() if key not in received]
    stored = {key: reader.by_idempotency_key(key) for key in {*received, *told}}
    now = datetime.now(UTC)
    return Figures(
        acknowledged=len(received),
        interrupted=sum(row["kind"] == Kind.FINISHED.value and _was_interrupted(row["public"]) for row in rows),
        unavailable=len(heard.answers) - len(received),
        retried=len(told),
        lost=sum(_otherwise(body, stored[key]) for key, body in received.items())
        + sum(_has_outcome(reader, one) for one in away),
        twice=sum(count > 1 for counts in (starts, ends, keys) for count in counts.values()),
        without_end=len((starts - ends) + (ends - starts)),
        changed_by_retry=sum(_otherwise(body, stored[key]) for key, body in told.items()),
        chain_findings=len(reader.audit().findings),
        silent_failures=len(reconcile(reader.books(now - timedelta(days=1), [log], now)).findings),
    )


def _was_interrupted(public: JSON) -> bool:
    return isinstance(public, Mapping) and public["failure_class"] == FailureClass.INTERRUPTED.label


def _otherwise(body: Body, held: StoredInteraction | None) -> bool:
    """Say whether the ledger does not bear an answer out, key by key."""
    return held is None or {name: body.get(name) for name in held.as_json()} != held.as_json()


def _has_outcome(reader: Reader, interaction_id: object) -> bool:
    """Say whether something came of an interaction whose caller was told that it can't be recorded."""
    held = reader.interaction(interaction_id) if isinstance(interaction_id, str) else None
    return held is not None and held.failure_class is not FailureClass.INTERRUPTED
