"""Account for one interaction: what it found so far, and the records and the answer made of it.

The answer, the ledger's row, the log line and the counters are all made from one call of `Account.close`, so that they
can't differ. It does not decide outcomes and talks to nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sayso.answer import Answer, proposal_json
from sayso.contract.admit import FeatureVector
from sayso.contract.model import Contract
from sayso.conversation import Conversation, Turn
from sayso.extraction.schema import Grounded
from sayso.failures import Code, Failure
from sayso.inference_service import Prediction
from sayso.ledger.records import Finished, Purpose, Stage, Started
from sayso.wire import JSON


class Account:
    """Collect what one interaction found; one object for each interaction."""

    def __init__(
        self,
        *,
        interaction_id: str,
        conversation_id: str,
        contract: Contract,
        revision: str | None,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        """Begin at the clock's present; `now` gives aware UTC time, `clock` monotonic seconds."""
        self.interaction_id = interaction_id
        self.conversation_id = conversation_id
        self.grounded: Grounded | None = None
        self.vector: FeatureVector | None = None
        self.extrapolated: tuple[str, ...] = ()
        self.stages: tuple[Stage, ...] = ()
        self._contract = contract
        self._revision = revision
        self._now = now
        self._clock = clock
        self._started_s = self._mark_s = clock()

    def started(
        self, conversation: Conversation, *, extractor: str, purpose: Purpose, idempotency_key: str | None
    ) -> Started:
        """Make the record of the beginning."""
        return Started(
            interaction_id=self.interaction_id,
            conversation_id=self.conversation_id,
            at=self._now(),
            contract=self._contract_reference(),
            revision=self._revision,
            extractor=extractor,
            purpose=purpose,
            idempotency_key=idempotency_key,
            private=turns_json(conversation),
        )

    def staged(self, stage: str, result: object, *, private: JSON = None, **public: JSON) -> None:
        """Note what a stage made, and the time since the last one; `private` may quote the asker."""
        mark_s = self._clock()
        record = Stage(
            interaction_id=self.interaction_id,
            at=self._now(),
            stage=stage,
            elapsed_ms=_ms(mark_s - self._mark_s),
            public={**public, **_public(result)},
            private=private,
        )
        self._mark_s = mark_s
        self.stages = (*self.stages, record)

    def close(self, result: Prediction | Failure) -> tuple[Finished, Answer]:
        """Make the record of the end and the answer, from the same facts."""
        answer = self._answer(result)
        shape = answer.as_json()
        finished = Finished(
            interaction_id=self.interaction_id,
            conversation_id=self.conversation_id,
            at=self._now(),
            outcome=answer.outcome,
            code=answer.failure_class.code if answer.failure_class else None,
            failure_class=answer.failure_class,
            contract=self._contract_reference(),
            revision=answer.revision,
            missing_features=answer.missing_features,
            contract_features=len(self._contract.features),
            prediction=answer.prediction_json(),
            extrapolated=answer.extrapolated,
            total_latency_ms=_ms(self._clock() - self._started_s),
            stages_ms={stage.stage: stage.elapsed_ms for stage in self.stages},
            values=self.vector.as_instance() if self.vector and answer.prediction else {},
            proposes={name: proposal_json(proposal) for name, proposal in answer.proposes.items()},
            private=shape,
        )
        return finished, answer

    def _answer(self, result: Prediction | Failure) -> Answer:
        failure = result if isinstance(result, Failure) else None
        prediction = result if isinstance(result, Prediction) else None
        answer = Answer(
            interaction_id=self.interaction_id,
            conversation_id=self.conversation_id,
            contract=self._contract,
            revision=prediction.revision if prediction else self._revision,
            failure=failure,
            prediction=prediction,
            features=dict.fromkeys(self._contract.names),
            extrapolated=self.extrapolated,
        )
        grounded = self.grounded
        if grounded is None:
            return answer
        asks = failure is not None and failure.failure_class.code is Code.NEEDS_INPUT
        return replace(
            answer,
            features=grounded.features,
            missing_features=grounded.missing_features,
            open=grounded.open,
            clarifying_question=grounded.clarifying_question if asks else None,
            proposes=grounded.proposes if asks else {},
            unused=grounded.unused,
        )

    def _contract_reference(self) -> str:
        """Name the whole contract: the extractor is bound by every word of it, not by the interface alone."""
        return f"{self._contract.name}@{self._contract.version}+{self._contract.digest}"


def turns_json(conversation: Conversation) -> JSON:
    """Give the wire form of a conversation."""
    return [_turn_json(turn) for turn in conversation.turns]


def _turn_json(turn: Turn) -> dict[str, JSON]:
    shape: dict[str, JSON] = {
        "role": turn.role.value,
        "text": turn.text,
        "asks": [*turn.asks],
        "proposes": {name: proposal_json(proposal) for name, proposal in turn.proposes.items()},
    }
    if turn.form:
        shape["form"] = {**turn.form}
    return shape


def _public(result: object) -> Mapping[str, JSON]:
    """Give what may be said of a stage's result without quoting the asker."""
    match result:
        case Failure(failure_class=failure_class):
            return {"failure_class": failure_class.label}
        case Grounded():
            return {
                "grounded": len(result.features) - len(result.missing_features),
                "missing": len(result.missing_features),
                "open": [*sorted(result.open)],
                "unused": len(result.unused),
            }
        case _:
            return {}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
