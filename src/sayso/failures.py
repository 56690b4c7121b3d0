"""Name every way in which an interaction can end, and every error that sayso raises.

One table. HTTP statuses, exit codes, metric labels, availability accounting and ``docs/failure-classes.md`` are read
from it; nothing else may decide what a failure means. It knows nothing of HTTP servers, terminals or ledgers.

Failures are values (`Failure`): a stage returns one instead of its result. Exceptions are for whoever holds a broken
file or setting in their hands::

    SaysoError
    ├── DocumentError      a contract or package document breaks its own rules; names every place
    ├── PackageError       a model package can't be used; carries its `Failure`
    ├── PackError          a fitted model can't be packed as it is; names every step at fault and the remedy
    ├── SettingsError      sayso.toml or a SAYSO_ variable can't be used
    ├── LedgerError        the ledger can't be read or written
    ├── RepositoryError    git can't tell or do what was asked of it
    ├── ProbeError         a server that can not be probed
    ├── ScoreError         a table that can not be scored
    └── KeyTakenError      an idempotency key belongs to an interaction that is recorded already
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum, unique
from typing import NamedTuple


class Outcome(StrEnum):
    """Say how an interaction ended: exactly one of four ways."""

    PREDICTED = "predicted"
    NEEDS_INPUT = "needs_input"
    REFUSED = "refused"
    FAILED = "failed"


class Actor(StrEnum):
    """Say who can do something about a failure."""

    ASKER = "asker"
    OPERATOR = "operator"
    UPSTREAM = "upstream"


class Code(Enum):
    """Group failure classes; a code fixes the outcome and the exit status of ``sayso ask``."""

    NEEDS_INPUT = (Outcome.NEEDS_INPUT, 3)
    INVALID_INPUT = (Outcome.REFUSED, 4)
    # Three codes share outcome and exit; the word keeps Enum from merging them.
    EXTRACTION_FAILED = (Outcome.FAILED, 5, "extraction")
    MODEL_NOT_READY = (Outcome.FAILED, 5, "model")
    PREDICT_FAILED = (Outcome.FAILED, 5, "predict")
    INTERNAL = (Outcome.FAILED, 5, "internal")

    def __init__(self, outcome: Outcome, exit_status: int, _distinct: str = "") -> None:
        self.outcome = outcome
        self.exit_status = exit_status


class Row(NamedTuple):
    """Hold what one failure class means to each surface."""

    code: Code
    http_status: int
    actor: Actor
    counts_against_availability: bool
    retry_can_help: bool
    sentence: str
    """The sentence to show: what happened and what to do."""


_ASKS, _INPUT, _EXTRACTION = Code.NEEDS_INPUT, Code.INVALID_INPUT, Code.EXTRACTION_FAILED
_NOT_READY, _PREDICT, _INTERNAL = Code.MODEL_NOT_READY, Code.PREDICT_FAILED, Code.INTERNAL
_ASKER, _OPERATOR, _UPSTREAM = Actor.ASKER, Actor.OPERATOR, Actor.UPSTREAM


@unique
class FailureClass(Enum):
    """List every failure class with its row; the label is the name in lower case."""

    # fmt: off
    MISSING_FEATURE = Row(_ASKS, 422, _ASKER, False, False, "Some values were not stated; say them and ask again.")
    AMBIGUOUS_VALUE = Row(_ASKS, 422, _ASKER, False, False, "A value can be read in more than one way; say which is meant.")
    UNCONFIRMED_VALUE = Row(_ASKS, 422, _ASKER, False, False, "Some values need a yes before they are used.")

    MISSING_KEY = Row(_INPUT, 422, _ASKER, False, False, "A feature is missing from the request; send every feature of the contract.")
    UNEXPECTED_KEY = Row(_INPUT, 422, _ASKER, False, False, "The request has a key that the contract does not know; remove it.")
    WRONG_TYPE = Row(_INPUT, 422, _ASKER, False, False, "A value has the wrong type; send JSON numbers for numbers and a listed word for a category.")
    NOT_FINITE = Row(_INPUT, 422, _ASKER, False, False, "A value is NaN, infinite or too large for the model; send a finite number.")
    OUT_OF_RANGE = Row(_INPUT, 422, _ASKER, False, False, "A value lies outside what the contract allows; check the number and its unit.")
    RULE_VIOLATED = Row(_INPUT, 422, _ASKER, False, False, "The values contradict one another; check them together.")
    EXTRAPOLATION = Row(_INPUT, 422, _ASKER, False, False, "A value lies outside the data that the model learned from, and this deployment does not extrapolate.")
    DUPLICATE_KEY = Row(_INPUT, 400, _ASKER, False, False, "A key occurs twice; send each once.")
    MALFORMED_REQUEST = Row(_INPUT, 400, _ASKER, False, False, "The body can't be read; send one JSON document in UTF-8.")
    TOO_LARGE = Row(_INPUT, 413, _ASKER, False, False, "The request is too large; send less.")
    TOO_MANY_INSTANCES = Row(_INPUT, 413, _ASKER, False, False, "The request has too many instances; send it in parts.")
    UNSUPPORTED_MEDIA_TYPE = Row(_INPUT, 415, _ASKER, False, False, "Send the body as application/json.")
    CONTRACT_MISMATCH = Row(_INPUT, 409, _OPERATOR, True, False, "The caller holds another contract than the model; deploy both from one release.")
    UNAUTHENTICATED = Row(_INPUT, 401, _ASKER, False, False, "Send a valid API key.")
    FORBIDDEN = Row(_INPUT, 403, _ASKER, False, False, "This key may not do that; ask the operator for one that may.")
    NOT_FOUND = Row(_INPUT, 404, _ASKER, False, False, "There is nothing at this address; check the path or the id.")
    METHOD_NOT_ALLOWED = Row(_INPUT, 405, _ASKER, False, False, "This address takes another HTTP method.")
    KEY_REUSED = Row(_INPUT, 422, _ASKER, False, False, "This idempotency key belongs to another question; use a new key for a new question.")
    UNDER_WAY = Row(_INPUT, 409, _ASKER, False, True, "The first request with this idempotency key has not ended yet; ask again in a moment.")
    RATE_LIMITED = Row(_INPUT, 429, _ASKER, False, True, "Too many requests; wait as long as Retry-After says.")

    EXTRACTION_SCHEMA = Row(_EXTRACTION, 502, _UPSTREAM, True, True, "The extractor's reply broke the schema and was not used; ask again.")
    UNGROUNDED_VALUE = Row(_EXTRACTION, 502, _UPSTREAM, True, True, "The extractor gave a value that was never said; nothing was predicted.")
    CONTRADICTED_VALUE = Row(_EXTRACTION, 502, _UPSTREAM, True, True, "The extractor gave a value that the words contradict; nothing was predicted.")
    EXTRACTOR_TIMEOUT = Row(_EXTRACTION, 504, _UPSTREAM, True, True, "The extractor did not answer in time; ask again.")
    EXTRACTOR_UNAVAILABLE = Row(_EXTRACTION, 502, _UPSTREAM, True, True, "The extractor can't be reached; ask again, or tell the operator.")
    EXTRACTOR_REFUSED = Row(_EXTRACTION, 502, _UPSTREAM, True, False, "The extractor declined to answer; put the question in other words.")
    EXTRACTOR_BUDGET = Row(_EXTRACTION, 502, _OPERATOR, True, False, "The extractor's budget is used up; the operator can raise it.")

    ARTIFACT_MISSING = Row(_NOT_READY, 503, _OPERATOR, True, False, "A file of the model package is missing; deploy the whole package.")
    ARTIFACT_CORRUPT = Row(_NOT_READY, 503, _OPERATOR, True, False, "A file of the model package was changed or damaged; deploy it anew.")
    MODEL_CONTRACT_MISMATCH = Row(_NOT_READY, 503, _OPERATOR, True, False, "The model was packed under another contract; deploy both from one release.")
    GOLDEN_ROWS_DIFFER = Row(_NOT_READY, 503, _OPERATOR, True, False, "The model does not answer its golden rows as recorded; pack it again from the right model.")
    STARTING = Row(_NOT_READY, 503, _OPERATOR, True, True, "The model is still being loaded; try again in a moment.")
    OVERLOADED = Row(_NOT_READY, 503, _OPERATOR, True, True, "Too many requests are under way; wait as long as Retry-After says.")
    BACKEND_UNAVAILABLE = Row(_NOT_READY, 503, _OPERATOR, True, True, "The predictor can't be reached; start it, or wait until it is back.")

    TIMEOUT = Row(_PREDICT, 504, _UPSTREAM, True, True, "The prediction took longer than its deadline; try again.")
    SCHEMA_MISMATCH = Row(_PREDICT, 502, _UPSTREAM, True, False, "The predictor's answer does not have the agreed shape; it was not used.")
    PAYLOAD_ERROR = Row(_PREDICT, 502, _UPSTREAM, True, False, "The predictor's answer can't be read; it was not used.")
    NOT_FINITE_PREDICTION = Row(_PREDICT, 502, _UPSTREAM, True, False, "The model answered with no finite number; it was not used.")
    OUT_OF_TARGET_RANGE = Row(_PREDICT, 502, _UPSTREAM, True, False, "The model's number lies outside the target's range; it was not used.")
    MODEL_ERROR = Row(_PREDICT, 502, _UPSTREAM, True, True, "The model failed on this input; tell the operator.")
    TRANSPORT = Row(_PREDICT, 502, _UPSTREAM, True, True, "The connection to the predictor broke; try again.")

    LEDGER_UNAVAILABLE = Row(_INTERNAL, 503, _OPERATOR, True, True, "The interaction can't be recorded, so nothing is predicted; the operator must bring the ledger back.")
    INTERRUPTED = Row(_INTERNAL, 500, _OPERATOR, True, True, "The service stopped before this interaction ended; ask again.")
    BUG = Row(_INTERNAL, 500, _OPERATOR, True, False, "sayso has a fault here; report it with the interaction id.")
    # fmt: on

    @property
    def label(self) -> str:
        """Give the word used in answers, logs, metrics and the ledger."""
        return self.name.lower()

    @property
    def code(self) -> Code:
        """Give the code of this class."""
        return self.value.code

    @property
    def outcome(self) -> Outcome:
        """Give the outcome of this class."""
        return self.value.code.outcome

    @classmethod
    def of_label(cls, label: str) -> "FailureClass | None":
        """Find the class with this label; None where there is none."""
        return cls.__members__.get(label.upper())


@dataclass(frozen=True, slots=True)
class Violation:
    """Point at one place where an input breaks one rule."""

    feature: str | None
    """The feature at fault; None where the whole request is."""
    rule: str
    """The label of the failure class that this alone would be."""
    got: object
    """What was there, as JSON can hold it (a non-finite number as its text)."""
    allowed: object
    """What would have been accepted."""
    instance: int | None = None
    """The 0-based row of a batch; None where there is only one."""

    def as_json(self) -> dict[str, object]:
        """Give the keys of the answer shape; `instance` only where there is one."""
        shape: dict[str, object] = {
            "feature": self.feature,
            "rule": self.rule,
            "got": self.got,
            "allowed": self.allowed,
        }
        if self.instance is not None:
            shape["instance"] = self.instance
        return shape

    def __str__(self) -> str:
        place = "" if self.instance is None else f"instance {self.instance}: "
        return f"{place}{self.feature or 'request'}: {self.rule}, got {self.got!r}, allowed {self.allowed}"


@dataclass(frozen=True, slots=True)
class Failure:
    """Carry one failure class with its detail and every violation found."""

    failure_class: FailureClass
    detail: str
    """One line for people: what and where. Never the user's text."""
    violations: tuple[Violation, ...] = ()
    retry_after_s: int | None = None

    def __str__(self) -> str:
        return f"{self.failure_class.code.name}/{self.failure_class.label}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong at one place of a document."""

    place: str
    """A JSON path such as ``$.features['ldl'].range``."""
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class SaysoError(Exception):
    """Be the root of every error that sayso raises."""


class DocumentError(SaysoError):
    """A document breaks its own rules; `problems` names every place."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__(f"{source}: " + "; ".join(str(problem) for problem in self.problems))


class PackageError(SaysoError):
    """A model package can't be used; `failure` says why by class."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(str(failure))


class PackError(SaysoError):
    """A fitted model can't be packed as it is; `problems` names every step, column or row at fault and the remedy."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


class SettingsError(SaysoError):
    """A setting can't be used; the message names it, its value and what would do."""


class LedgerError(SaysoError):
    """The ledger can't be read or written; the message says which file or server and why."""


class ProbeError(SaysoError):
    """A server can't be probed; the message says what is missing for it."""


class ScoreError(SaysoError):
    """A table can't be scored; the message names the file, the column or the row, and what to do."""


class RepositoryError(SaysoError):
    """Git can't tell or do what was asked of it; the message says what it answered and what to do."""


class KeyTakenError(SaysoError):
    """An idempotency key belongs to an interaction that is recorded already; `interaction_id` names it."""

    def __init__(self, interaction_id: str) -> None:
        self.interaction_id = interaction_id
        super().__init__(f"the idempotency key belongs to interaction {interaction_id}")
