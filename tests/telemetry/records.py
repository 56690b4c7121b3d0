"""Make the records of one interaction."""

from datetime import UTC, datetime, timedelta

from sayso.failures import FailureClass, Outcome
from sayso.ledger.records import Finished, Purpose, Stage, Started

NOW = datetime(2026, 1, 1, tzinfo=UTC)
INTERACTION = "01934b2c-0000-7000-8000-0123456789ab"
CONTRACT = "rate@1.0.0+sha256:0"


def started(purpose: Purpose = Purpose.ASK) -> Started:
    """Begin at noon of nowhere."""
    return Started(INTERACTION, "c1", NOW, CONTRACT, "r1", "grammar", purpose, None, None)


def stage(elapsed_ms: float = 5.0) -> Stage:
    """End an inference 10 ms later."""
    public = {"backend": "http", "attempts": 1, "attempts_failed": [], "failure_class": "timeout"}
    return Stage(INTERACTION, NOW + timedelta(milliseconds=10), "inference", elapsed_ms, public, "said in private")  # type: ignore[arg-type]


def finished(failure_class: FailureClass | None = None, missing: tuple[str, ...] = ()) -> Finished:
    """End 12 ms after the beginning."""
    return Finished(
        interaction_id=INTERACTION,
        conversation_id="c1",
        at=NOW + timedelta(milliseconds=12),
        outcome=failure_class.outcome if failure_class else Outcome.PREDICTED,
        code=failure_class.code if failure_class else None,
        failure_class=failure_class,
        contract=CONTRACT,
        revision="r1",
        missing_features=missing,
        contract_features=4,
        prediction=None,
        extrapolated=(),
        total_latency_ms=12.5,
        stages_ms={},
        values={},
        proposes={},
        private=None,
    )
