"""Shape the ledger's entries: what is stored of each record, parted into what stays and what can be purged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sayso.failures import FailureClass
from sayso.ledger.records import Feedback, Finished, Interrupted, Operation, Record, Stage, Started, Withdrawn
from sayso.ledger.text import NOTHING, Sealed, TextPolicy, dumps, fingerprint, seal
from sayso.wire import JSON


class Kind(StrEnum):
    """Say what an entry records."""

    STARTED = "started"
    STAGE = "stage"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    FEEDBACK = "feedback"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one entry as it is stored, before it has a place in a chain."""

    kind: Kind
    at: str
    """UTC with microseconds: text that sorts by time."""
    interaction_id: str | None
    conversation_id: str | None
    idempotency_key: str | None
    public: str
    """JSON text; never quotes the asker."""
    private: str | None
    """JSON text, or None where the policy keeps none or it was purged."""
    salt: str | None
    private_hash: str | None


def encode(record: Record, policy: TextPolicy, salt: str) -> Entry:
    """Make the entry of a record under a text policy; `salt` is 32 hexadecimal digits, new for each entry."""
    match record:
        case Started():
            return _started(record, policy, salt)
        case Stage():
            public: dict[str, JSON] = {
                "stage": record.stage,
                "elapsed_ms": record.elapsed_ms,
                "facts": dict(record.public),
            }
            return _entry(Kind.STAGE, record.at, record.interaction_id, public, seal(record.private, policy, salt))
        case Finished():
            return _finished(record, policy, salt)
        case Interrupted():
            return _interrupted(record)
        case Withdrawn():
            return _entry(Kind.WITHDRAWN, record.at, record.interaction_id, {"told": record.told.label})
        case Feedback():
            sealed = seal(record.private, policy, salt)
            return _entry(Kind.FEEDBACK, record.at, record.interaction_id, {"rating": record.rating}, sealed)
        case Operation():
            public = {"event": record.kind, "facts": dict(record.public)}
            return _entry(Kind.OPERATION, record.at, None, public, seal(record.private, policy, salt))


def facts_of(text: str) -> dict[str, JSON]:
    """Read the JSON object that an entry's public or private part holds."""
    value = json.loads(text)
    assert isinstance(value, dict)
    return value


def stamp(at: datetime) -> str:
    """Write a time as the ledger does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _started(record: Started, policy: TextPolicy, salt: str) -> Entry:
    keyed = record.idempotency_key is not None
    public: dict[str, JSON] = {
        "contract": record.contract,
        "revision": record.revision,
        "extractor": record.extractor,
        "purpose": record.purpose.value,
        "question_hash": fingerprint(record.private, salt) if keyed else None,
    }
    sealed = seal(record.private, policy, salt)
    return _entry(
        Kind.STARTED,
        record.at,
        record.interaction_id,
        public,
        # Whatever the policy: without the salt a key could not be held against its question.
        sealed._replace(salt=salt) if keyed else sealed,
        conversation_id=record.conversation_id,
        idempotency_key=record.idempotency_key,
    )


def _finished(record: Finished, policy: TextPolicy, salt: str) -> Entry:
    proposes = dict(record.proposes)
    public: dict[str, JSON] = {
        "outcome": record.outcome.value,
        "code": record.code.name if record.code else None,
        "failure_class": record.failure_class.label if record.failure_class else None,
        "contract": record.contract,
        "revision": record.revision,
        "missing_features": list(record.missing_features),
        "contract_features": record.contract_features,
        "prediction": record.prediction,
        "extrapolated": list(record.extrapolated),
        "total_latency_ms": record.total_latency_ms,
        "stages_ms": dict(record.stages_ms),
        "proposes_hash": fingerprint(proposes, salt) if proposes else None,
    }
    sealed = seal({"answer": record.private, "values": dict(record.values)}, policy, salt)
    return _entry(
        Kind.FINISHED,
        record.at,
        record.interaction_id,
        public,
        # Whatever the policy: without the salt a yes to these proposals could not be checked.
        sealed._replace(salt=salt) if proposes else sealed,
        conversation_id=record.conversation_id,
    )


def _interrupted(record: Interrupted) -> Entry:
    failure_class = FailureClass.INTERRUPTED
    public: dict[str, JSON] = {
        "outcome": failure_class.outcome.value,
        "code": failure_class.code.name,
        "failure_class": failure_class.label,
        "contract": record.contract,
        "revision": record.revision,
        "missing_features": [],
        "contract_features": None,
        "prediction": None,
        "extrapolated": [],
        "total_latency_ms": None,
        "stages_ms": {},
        "proposes_hash": None,
    }
    return _entry(Kind.FINISHED, record.at, record.interaction_id, public, conversation_id=record.conversation_id)


def _entry(
    kind: Kind,
    at: datetime,
    interaction_id: str | None,
    public: Mapping[str, JSON],
    sealed: Sealed = NOTHING,
    *,
    conversation_id: str | None = None,
    idempotency_key: str | None = None,
) -> Entry:
    return Entry(
        kind=kind,
        at=stamp(at),
        interaction_id=interaction_id,
        conversation_id=conversation_id,
        idempotency_key=idempotency_key,
        public=dumps(dict(public)),
        private=sealed.text,
        salt=sealed.salt,
        private_hash=sealed.digest,
    )
