"""Hold what a gate looks at, and what it says: evidence, lines and their names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sayso.evals.calibration import Judged
from sayso.evals.limits import AtMost
from sayso.evals.replies import Replies
from sayso.evals.results import CaseResult
from sayso.evals.unit_tests import UnitTests

SHOWN = 10
"""How many details of a line are shown."""


class Status(StrEnum):
    """Say how a line ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_LOOKED_AT = "not_looked_at"
    """An earlier line leaves nothing to look at."""


class Name(StrEnum):
    """Name each way in which a gate fails, in the order of what matters."""

    CONTRACT_DISAGREES = "contract_disagrees"
    CASES_UNSOUND = "cases_unsound"
    MISSING_RECORDING = "missing_recording"
    SCHEMA_VIOLATION = "schema_violation"
    FABRICATED_VALUE = "fabricated_value"
    WRONG_VALUE = "wrong_value"
    VALUE_REACHES_PREDICTOR = "value_reaches_predictor"
    FAILED_EXTRACTION = "failed_extraction"
    JUDGE_UNCALIBRATED = "judge_uncalibrated"
    JUDGE_UNRELIABLE = "judge_unreliable"
    JUDGE_ERROR = "judge_error"
    VOTES_DISAGREE = "votes_disagree"
    TOO_FEW_CASES = "too_few_cases"
    LOW_PASSRATE = "pass_rate_low"
    FOUND_RATE_LOW = "found_rate_low"
    RECORDINGS_OLD = "recordings_old"
    TESTS_MISSING = "tests_missing"
    TESTS_FAILED = "tests_failed"
    TESTS_SKIPPED = "tests_skipped"
    TESTS_OF_ANOTHER_TREE = "tests_of_another_tree"
    DIRTY_TREE = "dirty_tree"


class Line(NamedTuple):
    """Hold one line of the gate."""

    name: Name
    status: Status
    said: str
    """What was found, against what is asked."""
    reason: str
    """Why it is asked."""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """Say which code was measured."""

    commit: str | None
    """None where there is no repository."""
    changes: tuple[str, ...]
    """The files that differ from the commit."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold everything that the gate looks at."""

    contract_faults: tuple[str, ...]
    case_faults: tuple[str, ...]
    results: Sequence[CaseResult] | None
    """None where the cases could not be run."""
    judged: Sequence[Judged]
    replies: Replies
    unit_tests: UnitTests | str
    """The reason where there is no result."""
    tree: Tree
    now: datetime


class Finding(NamedTuple):
    """Hold what a line's check found."""

    is_good: bool
    said: str
    details: tuple[str, ...] = ()
    reason: str = ""


def at_most(count: int, limit: AtMost, what: str, details: Iterable[str] = ()) -> Finding:
    """Hold a count against a limit from above."""
    said = f"{count} {what}, allowed {limit.at_most:g}"
    return Finding(count <= limit.at_most, said, tuple(details), limit.reason)


def results_of(evidence: Evidence) -> Sequence[CaseResult]:
    """Give the results of a run that took place."""
    assert evidence.results is not None
    return evidence.results
