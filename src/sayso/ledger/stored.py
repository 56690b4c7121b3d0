"""Show what the ledger holds of one interaction, as far as the text policy and purges left it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sayso.failures import FailureClass
from sayso.ledger.entries import Entry, Kind, facts_of
from sayso.ledger.text import fingerprint
from sayso.wire import JSON


class Words(StrEnum):
    """Say what the ledger holds of an interaction's words."""

    KEPT = "kept"
    HASHED = "hashed"
    NEVER_KEPT = "never kept"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class StoredInteraction:
    """Hold the entries of one interaction in the order in which they were written."""

    interaction_id: str
    entries: Sequence[Entry]

    @property
    def started(self) -> Entry:
        """Give the beginning; every stored interaction has one."""
        return next(entry for entry in self.entries if entry.kind is Kind.STARTED)

    @property
    def finished(self) -> Entry | None:
        """Give the end; None while it is under way."""
        return next((entry for entry in self.entries if entry.kind is Kind.FINISHED), None)

    @property
    def ended(self) -> bool:
        """Say whether there is an outcome."""
        return self.finished is not None

    @property
    def failure_class(self) -> FailureClass | None:
        """Give the failure class; None where predicted or under way. A withdrawn outcome counts as interrupted."""
        if any(entry.kind is Kind.WITHDRAWN for entry in self.entries):
            return FailureClass.INTERRUPTED
        label = self._end.get("failure_class")
        return FailureClass.of_label(label) if isinstance(label, str) else None

    @property
    def outcome(self) -> str | None:
        """Give the outcome's word; None while under way."""
        if failure_class := self.failure_class:
            return failure_class.outcome.value
        return "predicted" if self.ended else None

    @property
    def http_status(self) -> int:
        """Give the status with which its caller was, or would have been, answered."""
        if not self.ended:
            return FailureClass.UNDER_WAY.value.http_status
        return self.failure_class.value.http_status if self.failure_class else 200

    def as_json(self) -> dict[str, JSON]:
        """Give the answer as its caller got it; without its words where they were not kept."""
        finished = self.finished
        if finished is not None and finished.private is not None and self.outcome == self._end["outcome"]:
            kept = facts_of(finished.private)["answer"]
            assert isinstance(kept, dict)
            return kept
        return self._without_words()

    def as_record(self) -> dict[str, JSON]:
        """Give the answer with its times, and what is kept of its words."""
        finished = self.finished
        return {
            **self.as_json(),
            "started_at": self.started.at,
            "finished_at": finished.at if finished else None,
            "words": self.words.value,
        }

    @property
    def words(self) -> Words:
        """Say what is kept of the words."""
        started = self.started
        if started.private is not None:
            return Words.KEPT
        if started.private_hash is None:
            return Words.NEVER_KEPT
        return Words.HASHED if started.salt is not None else Words.PURGED

    def asks_the_same(self, turns: JSON, conversation_id: str | None) -> bool:
        """Say whether a retry under the same idempotency key asks the same; never after the words were purged."""
        started = self.started
        asked = facts_of(started.public)["question_hash"]
        if started.salt is None or asked is None or conversation_id not in (None, started.conversation_id):
            return False
        return fingerprint(turns, started.salt) == asked

    @property
    def _end(self) -> Mapping[str, JSON]:
        return facts_of(self.finished.public) if self.finished else {}

    def _without_words(self) -> dict[str, JSON]:
        end, failure_class = self._end, self.failure_class
        withdrawn = bool(end) and self.outcome != end["outcome"]
        return {
            "interaction_id": self.interaction_id,
            "conversation_id": self.started.conversation_id,
            "outcome": self.outcome,
            "code": failure_class.code.name if failure_class else None,
            "failure_class": failure_class.label if failure_class else None,
            "contract": _contract(str(facts_of(self.started.public)["contract"])),
            "revision": end.get("revision"),
            "prediction": None if withdrawn else end.get("prediction"),
            "features": {},
            "missing_features": end.get("missing_features", []),
            "clarifying_question": None,
            "proposes": {},
            "extrapolated": end.get("extrapolated", []),
            "unused": [],
            "violations": [],
            "detail": None,
        }


@dataclass(frozen=True, slots=True)
class StoredProposals:
    """Hold what one clarifying question proposed, as a salted hash."""

    salt: str
    proposes_hash: str

    def equals(self, posted: Mapping[str, JSON]) -> bool:
        """Say whether posted proposals are exactly these."""
        return fingerprint(dict(posted), self.salt) == self.proposes_hash


def _contract(reference: str) -> dict[str, JSON]:
    name, _, rest = reference.partition("@")
    version, _, digest = rest.rpartition("+")
    return {"name": name, "version": version, "digest": digest, "interface_digest": None}
