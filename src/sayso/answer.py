"""Shape the answer to one interaction: the same keys on every surface.

`as_json` gives the keys of the answer; `as_problem` adds RFC 9457's for an HTTP response that carries no prediction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sayso.contract.description import contract_json
from sayso.contract.model import Contract
from sayso.conversation import Proposal, Role, Turn
from sayso.extraction.question import ASKED_AT_ONCE
from sayso.extraction.schema import Evidence, Open, Quote
from sayso.failures import Failure, FailureClass, Outcome
from sayso.inference_service import Prediction
from sayso.wire import JSON

EXIT_PREDICTED = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold how one interaction ended."""

    interaction_id: str | None
    """None before authentication and parsing: such a request is no interaction."""
    conversation_id: str | None
    contract: Contract
    revision: str | None
    failure: Failure | None
    """None exactly when `prediction` is there."""
    prediction: Prediction | None = None
    features: Mapping[str, Evidence | None] = field(default_factory=dict)
    missing_features: tuple[str, ...] = ()
    open: Mapping[str, Open] = field(default_factory=dict)
    """Why something that was said of a missing feature gave no value; for the surfaces, not on the wire."""
    clarifying_question: str | None = None
    proposes: Mapping[str, Proposal] = field(default_factory=dict)
    extrapolated: tuple[str, ...] = ()
    unused: tuple[Quote, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Give the one outcome."""
        return self.failure.failure_class.outcome if self.failure else Outcome.PREDICTED

    @property
    def failure_class(self) -> FailureClass | None:
        """Give the failure class; None where predicted."""
        return self.failure.failure_class if self.failure else None

    @property
    def exit_status(self) -> int:
        """Give the exit status of ``sayso ask``."""
        return self.failure.failure_class.code.exit_status if self.failure else EXIT_PREDICTED

    @property
    def http_status(self) -> int:
        """Give the HTTP status: 200 only with a prediction inside."""
        return self.failure.failure_class.value.http_status if self.failure else 200

    def as_json(self) -> dict[str, JSON]:
        """Give the keys of the answer shape."""
        failure = self.failure
        shape: dict[str, object] = {
            "interaction_id": self.interaction_id,
            "conversation_id": self.conversation_id,
            "outcome": self.outcome.value,
            "code": failure.failure_class.code.name if failure else None,
            "failure_class": failure.failure_class.label if failure else None,
            "contract": self.contract_json(),
            "revision": self.revision,
            "prediction": self.prediction_json(),
            "features": {name: evidence.as_json() if evidence else None for name, evidence in self.features.items()},
            "missing_features": list(self.missing_features),
            "clarifying_question": self.clarifying_question,
            "proposes": {name: proposal_json(proposal) for name, proposal in self.proposes.items()},
            "extrapolated": list(self.extrapolated),
            "unused": [quote.text for quote in self.unused],
            "violations": [violation.as_json() for violation in failure.violations] if failure else [],
            "detail": failure.detail if failure else None,
        }
        return shape  # type: ignore[return-value]

    def as_problem(self) -> dict[str, JSON]:
        """Give problem details (RFC 9457) with the answer's keys."""
        assert self.failure is not None
        return {**problem_json(self.failure.failure_class), **self.as_json()}

    def contract_json(self) -> dict[str, JSON]:
        """Name the contract."""
        return contract_json(self.contract)

    def prediction_json(self) -> dict[str, JSON] | None:
        """Give the prediction with its unit; None where there is none."""
        if self.prediction is None:
            return None
        shape: dict[str, JSON] = {
            "value": self.prediction.value,
            "unit": self.contract.target.unit,
            "interval": self.prediction.interval.as_json() if self.prediction.interval else None,
        }
        if self.prediction.probabilities is not None:
            shape["probabilities"] = dict(self.prediction.probabilities)
        return shape


def problem_json(failure_class: FailureClass) -> dict[str, JSON]:
    """Give what RFC 9457 wants of a failure class."""
    return {
        "type": f"urn:sayso:failure:{failure_class.label}",
        "title": failure_class.value.sentence,
        "status": failure_class.value.http_status,
    }


def proposal_json(proposal: Proposal) -> dict[str, JSON]:
    """Give the wire form of a proposal."""
    return {"value": proposal.value, "unit": proposal.unit, "quote": proposal.quote}


def reply_turn(answer: Answer) -> Turn:
    """Make the assistant's turn that continues the conversation after this answer."""
    asks = answer.missing_features[:ASKED_AT_ONCE] if not answer.proposes else tuple(answer.proposes)
    return Turn(Role.ASSISTANT, answer.clarifying_question or "", asks, answer.proposes)
