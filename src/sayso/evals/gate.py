"""Decide whether what was measured may be released: evidence and thresholds in, lines out.

The order of `LINES` is the order of what matters: where several lines fail, the first is the one to act on. It reads no
file and no clock.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sayso.evals.calibration import Judged, agreement, errors
from sayso.evals.judging import Verdict
from sayso.evals.limits import AtLeast, AtMost, Limits
from sayso.evals.replies import Replies
from sayso.evals.results import CaseResult, failure_classes, found_share, pass_share
from sayso.evals.scoring import Found, ScorerName
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


class _Finding(NamedTuple):
    """Hold what a line's check found."""

    is_good: bool
    said: str
    details: tuple[str, ...] = ()
    reason: str = ""


_Check = Callable[[Evidence, Limits], _Finding]


def decide(evidence: Evidence, limits: Limits) -> tuple[Line, ...]:
    """Look at everything; a line that could not be looked at has not passed."""
    return tuple(_line(name, check, evidence, limits) for name, check in LINES.items())


def passed(lines: Iterable[Line]) -> bool:
    """Say whether every line passed."""
    return all(line.status is Status.PASSED for line in lines)


def failing_first(lines: Iterable[Line]) -> list[Line]:
    """Put what fails first, and keep the order otherwise."""
    order = [Status.FAILED, Status.NOT_LOOKED_AT, Status.PASSED]
    return sorted(lines, key=lambda line: order.index(line.status))


def _line(name: Name, check: _Check, evidence: Evidence, limits: Limits) -> Line:
    if evidence.results is None and name in _OF_RESULTS:
        return Line(name, Status.NOT_LOOKED_AT, "the cases were not run", "")
    found = check(evidence, limits)
    status = Status.PASSED if found.is_good else Status.FAILED
    return Line(name, status, found.said, found.reason, found.details)


def _at_most(count: int, limit: AtMost, what: str, details: Iterable[str] = ()) -> _Finding:
    said = f"{count} {what}, allowed {limit.at_most:g}"
    return _Finding(count <= limit.at_most, said, tuple(details), limit.reason)


def _results(evidence: Evidence) -> Sequence[CaseResult]:
    assert evidence.results is not None
    return evidence.results


def _contract(evidence: Evidence, _limits: Limits) -> _Finding:
    faults = evidence.contract_faults
    said = "everything that carries a digest of the contract agrees" if not faults else f"{len(faults)} disagreements"
    return _Finding(not faults, said, faults, "One contract binds extractor, model, cases and report.")


def _cases_sound(evidence: Evidence, _limits: Limits) -> _Finding:
    faults = evidence.case_faults
    said = "the cases are sound" if not faults else f"{len(faults)} faults in the cases and labels"
    return _Finding(not faults, said, faults, "A mistake in a case blames or excuses an extractor wrongly.")


def _recordings(evidence: Evidence, _limits: Limits) -> _Finding:
    missing = evidence.replies.missing
    said = f"{len(missing)} questions have no recording" if missing else f"replies: {evidence.replies}"
    return _Finding(not missing, said, missing, "What was never answered can't be replayed.")


def _schema(evidence: Evidence, limits: Limits) -> _Finding:
    details = [
        f"{result.id}: {said}"
        for result in _results(evidence)
        for name in (ScorerName.SCHEMA, ScorerName.FOUR_KEYS)
        for said in result.faults.get(name, ())
    ]
    cases = {detail.partition(":")[0] for detail in details}
    return _at_most(len(cases), limits.schema_violations, "cases break the schema", details)


def _fabricated(evidence: Evidence, limits: Limits) -> _Finding:
    return _false_values(evidence, limits.fabricated_values, ScorerName.NULLS, "fabricated values")


def _wrong(evidence: Evidence, limits: Limits) -> _Finding:
    return _false_values(evidence, limits.wrong_values, ScorerName.VALUES, "wrong values")


def _false_values(evidence: Evidence, limit: AtMost, scorer: ScorerName, what: str) -> _Finding:
    details = [f"{result.id}: {said}" for result in _results(evidence) for said in result.faults.get(scorer, ())]
    return _at_most(len(details), limit, what, details)


def _reached(evidence: Evidence, limits: Limits) -> _Finding:
    details = [f"{result.id}: {name}" for result in _results(evidence) for name in result.reached]
    return _at_most(
        len(details), limits.values_reaching_predictor, "false values would have been predicted on", details
    )


def _failed(evidence: Evidence, limits: Limits) -> _Finding:
    classes = failure_classes(_results(evidence))
    details = [f"{label}: {count} cases" for label, count in classes.items()]
    details += [f"{of.id}: {of.failure_class}: {of.detail}" for of in _results(evidence) if of.failure_class]
    return _at_most(sum(classes.values()), limits.failed_extractions, "cases ended without an extraction", details)


def _calibrated(evidence: Evidence, limits: Limits) -> _Finding:
    compared = agreement(evidence.judged)
    bad, total = compared.false_passes.of, compared.false_passes.of + compared.false_fails.of
    items, of_bad = limits.calibration_items, limits.calibration_bad_items
    said = f"{total} labelled items, {bad} of them bad; asked {items.at_least:g} and {of_bad.at_least:g}"
    is_good = total >= items.at_least and bad >= of_bad.at_least
    return _Finding(is_good, said, (), items.reason if total < items.at_least else of_bad.reason)


def _reliable(evidence: Evidence, limits: Limits) -> _Finding:
    compared = agreement(evidence.judged)
    kappa, worst = compared.kappa_at_least, compared.false_passes.at_most
    said = (
        f"kappa {compared.kappa:.3f}, at least {kappa:.3f} (asked {limits.judge_kappa.at_least:g}); "
        f"passed {compared.false_passes} bad, at most {worst:.1%} (allowed {limits.judge_false_passes.at_most:.0%}); "
        f"failed {compared.false_fails} good, at most {compared.false_fails.at_most:.1%}"
    )
    is_good = kappa >= limits.judge_kappa.at_least and worst <= limits.judge_false_passes.at_most
    details = tuple(
        f"{of.labelled.id}: {of.judgement.verdict}, labelled {of.labelled.fault or of.labelled.label}"
        for of in evidence.judged
        if not of.is_right
    )
    return _Finding(is_good, said, details, limits.judge_kappa.reason)


def _judge_errors(evidence: Evidence, limits: Limits) -> _Finding:
    details = [
        f"{of.id}: {of.judged.reason}"
        for of in _results(evidence)
        if of.judged is not None and of.judged.verdict is Verdict.ERROR
    ]
    labelled = errors(evidence.judged)
    count = len(details) + labelled
    details += [f"and {labelled} labelled items"] if labelled else []
    return _at_most(count, limits.judge_errors, "verdicts can't be read", details)


def _votes(evidence: Evidence, limits: Limits) -> _Finding:
    agreed = [of.judged.agreement for of in _results(evidence) if of.judged is not None]
    agreed += [of.judgement.agreement for of in evidence.judged]
    mean = sum(agreed) / len(agreed) if agreed else 1.0
    said = f"votes agree {mean:.1%}, asked {limits.vote_agreement.at_least:.0%}"
    return _Finding(mean >= limits.vote_agreement.at_least, said, (), limits.vote_agreement.reason)


def _enough(evidence: Evidence, limits: Limits) -> _Finding:
    count = len(_results(evidence))
    said = f"{count} cases, asked {limits.cases.at_least:g}"
    return _Finding(count >= limits.cases.at_least, said, (), limits.cases.reason)


def _pass_rate(evidence: Evidence, limits: Limits) -> _Finding:
    share = pass_share(_results(evidence))
    details = [f"{of.id}: {_why(of)}" for of in _results(evidence) if not of.passed]
    return _share(share.at_least, f"{share} cases pass", limits.pass_rate, details)


def _why(result: CaseResult) -> str:
    """Say in one line why a case does not pass."""
    if result.failure_class:
        return f"{result.failure_class}: {result.detail}"
    if result.faults:
        return "; ".join(said for found in result.faults.values() for said in found)
    assert result.judged is not None
    return f"the judge says {result.judged.verdict}: {result.judged.reason}"


def _found_rate(evidence: Evidence, limits: Limits) -> _Finding:
    share = found_share(_results(evidence))
    details = [
        f"{of.id}: {name}" for of in _results(evidence) for name, what in of.found.items() if what is Found.LEFT_OUT
    ]
    return _share(share.at_least, f"{share} stated values found", limits.found_values, details)


def _share(bound: float, what: str, limit: AtLeast, details: Sequence[str]) -> _Finding:
    said = f"{what}: at least {bound:.1%}, asked {limit.at_least:.0%}"
    return _Finding(bound >= limit.at_least, said, tuple(details), limit.reason)


def _age(evidence: Evidence, limits: Limits) -> _Finding:
    limit = limits.recording_age_days
    oldest = evidence.replies.oldest
    if oldest is None:
        return _Finding(not evidence.replies.undated, f"replies: {evidence.replies}", (), limit.reason)
    age = evidence.now - oldest
    said = f"the oldest recording is {age.days} days old, allowed {limit.at_most:g}"
    return _Finding(age <= timedelta(days=limit.at_most), said, (), limit.reason)


def _tests_there(evidence: Evidence, limits: Limits) -> _Finding:
    if isinstance(evidence.unit_tests, str):
        return _Finding(is_good=False, said=evidence.unit_tests, reason=limits.unit_tests.reason)
    said = f"{evidence.unit_tests.total} unit tests, asked {limits.unit_tests.at_least:g}"
    return _Finding(evidence.unit_tests.total >= limits.unit_tests.at_least, said, (), limits.unit_tests.reason)


def _tests_failed(evidence: Evidence, limits: Limits) -> _Finding:
    names = () if isinstance(evidence.unit_tests, str) else evidence.unit_tests.failed
    return _at_most(len(names), limits.failed_tests, "unit tests failed", names)


def _tests_skipped(evidence: Evidence, limits: Limits) -> _Finding:
    names = () if isinstance(evidence.unit_tests, str) else evidence.unit_tests.skipped
    return _at_most(len(names), limits.skipped_tests, "unit tests were skipped", names)


def _tests_current(evidence: Evidence, _limits: Limits) -> _Finding:
    tested = None if isinstance(evidence.unit_tests, str) else evidence.unit_tests.commit
    reason = "A result of another tree says nothing about this one."
    is_good = tested is not None and tested == evidence.tree.commit
    said = f"the unit tests ran on {tested or 'no commit that is named'}, this is {evidence.tree.commit or 'none'}"
    return _Finding(is_good, said if not is_good else f"the unit tests ran on {tested}", (), reason)


def _clean(evidence: Evidence, _limits: Limits) -> _Finding:
    reason = "What is released can be found again: it is a commit, and nothing else."
    if evidence.tree.commit is None:
        return _Finding(is_good=False, said="this is no git repository, or it has no commit", reason=reason)
    changes = evidence.tree.changes
    said = f"{len(changes)} files differ from the commit" if changes else f"commit {evidence.tree.commit}, clean"
    return _Finding(not changes, said, changes, reason)


LINES: dict[Name, _Check] = {
    Name.CONTRACT_DISAGREES: _contract,
    Name.CASES_UNSOUND: _cases_sound,
    Name.MISSING_RECORDING: _recordings,
    Name.SCHEMA_VIOLATION: _schema,
    Name.FABRICATED_VALUE: _fabricated,
    Name.WRONG_VALUE: _wrong,
    Name.VALUE_REACHES_PREDICTOR: _reached,
    Name.FAILED_EXTRACTION: _failed,
    Name.JUDGE_UNCALIBRATED: _calibrated,
    Name.JUDGE_UNRELIABLE: _reliable,
    Name.JUDGE_ERROR: _judge_errors,
    Name.VOTES_DISAGREE: _votes,
    Name.TOO_FEW_CASES: _enough,
    Name.LOW_PASSRATE: _pass_rate,
    Name.FOUND_RATE_LOW: _found_rate,
    Name.RECORDINGS_OLD: _age,
    Name.TESTS_MISSING: _tests_there,
    Name.TESTS_FAILED: _tests_failed,
    Name.TESTS_SKIPPED: _tests_skipped,
    Name.TESTS_OF_ANOTHER_TREE: _tests_current,
    Name.DIRTY_TREE: _clean,
}
"""What the gate looks at, the weightiest first."""

_OF_RESULTS = frozenset(
    {
        Name.SCHEMA_VIOLATION,
        Name.FABRICATED_VALUE,
        Name.WRONG_VALUE,
        Name.VALUE_REACHES_PREDICTOR,
        Name.FAILED_EXTRACTION,
        Name.JUDGE_UNCALIBRATED,
        Name.JUDGE_UNRELIABLE,
        Name.JUDGE_ERROR,
        Name.VOTES_DISAGREE,
        Name.TOO_FEW_CASES,
        Name.LOW_PASSRATE,
        Name.FOUND_RATE_LOW,
    }
)
"""What can't be looked at where the cases were not run."""
