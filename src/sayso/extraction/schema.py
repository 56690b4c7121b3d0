"""Hold what an extractor claims and what verification made of it.

An `Extraction` is a claim by any extractor. A `Grounded` is what `sayso.extraction.verify` found supported; nothing
else makes one, and nothing else is admitted to a model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sayso.conversation import Proposal
from sayso.failures import FailureClass


class EvidenceKind(StrEnum):
    """Say how a value came to be said."""

    STATED = "stated"
    CONFIRMED = "confirmed"
    """Proposed by the assistant, and the user said yes."""
    FORM = "form"
    """Typed into the feature's own field."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Point at the words that state a value."""

    value: float | int | str
    """In the feature's own unit; an int for integer features, a listed value for categories."""
    unit: str | None
    quote: str
    """The exact substring ``turns[turn].text[start:end]``."""
    turn: int
    """0-based over all turns, the assistant's included."""
    start: int
    end: int
    """Code points of the raw text, half open."""
    kind: EvidenceKind = EvidenceKind.STATED

    def as_json(self) -> dict[str, object]:
        """Give the keys of the answer shape."""
        return {
            "value": self.value,
            "unit": self.unit,
            "quote": self.quote,
            "turn": self.turn,
            "start": self.start,
            "end": self.end,
            "kind": self.kind.value,
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """Hold one value as an extractor claims it."""

    value: float | int | str
    unit: str | None
    """The unit that `value` is in; None means the contract's."""
    quote: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """Hold an extractor's four keys; every contract feature is present, None where nothing is claimed."""

    features: Mapping[str, Claim | None]
    missing_features: tuple[str, ...]
    assumptions: tuple[str, ...]
    clarifying_question: str | None


class Verdict(StrEnum):
    """Say what the conversation makes of one claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Verification:
    """Hold the verdict on one claim and its reason."""

    verdict: Verdict
    reason: str
    evidence: Evidence | None = None
    """Where it is supported."""
    proposal: Proposal | None = None
    """What to ask the user to confirm, in the feature's own unit, where it is unsupported."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Locate a span of a user turn."""

    text: str
    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Open:
    """Say why a feature has no value although something was said about it."""

    failure_class: FailureClass
    """ambiguous_value or unconfirmed_value."""
    reason: str
    readings: tuple[str, ...] = ()
    """The quotes that compete."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """Hold the state after the last turn: what is stated, what is open, what is missing, what to ask."""

    features: Mapping[str, Evidence | None]
    """Every contract feature, in contract order."""
    open: Mapping[str, Open]
    """Features without a value for which something was said."""
    missing_features: tuple[str, ...]
    assumptions: tuple[str, ...]
    clarifying_question: str | None
    unused: tuple[Quote, ...]
    """Every numeral or number-word span of a user turn that is no feature's final evidence."""
    proposes: Mapping[str, Proposal]
    """Values that the question asks to confirm; empty for a question about missing features."""

    @property
    def complete(self) -> bool:
        """Say whether every feature has a value."""
        return not self.missing_features
