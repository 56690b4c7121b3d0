"""Decide whether what was measured may be released: evidence and thresholds in, lines out.

The order of `LINES` is the order of what matters: where several lines fail, the first is the one to act on. It reads no
file and no clock.
"""

from collections.abc import Callable, Iterable, Mapping

from sayso.evals import checks_of_judge as judge
from sayso.evals import checks_of_results as results
from sayso.evals import checks_of_surroundings as surroundings
from sayso.evals.evidence import Evidence, Finding, Line, Name, Status
from sayso.evals.limits import Limits

Check = Callable[[Evidence, Limits], Finding]


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


def _line(name: Name, check: Check, evidence: Evidence, limits: Limits) -> Line:
    if evidence.results is None and name in _OF_RESULTS:
        return Line(name, Status.NOT_LOOKED_AT, "the cases were not run", "")
    found = check(evidence, limits)
    status = Status.PASSED if found.is_good else Status.FAILED
    return Line(name, status, found.said, found.reason, found.details)


LINES: Mapping[Name, Check] = {
    Name.CONTRACT_DISAGREES: surroundings.contract,
    Name.CASES_UNSOUND: surroundings.cases_sound,
    Name.MISSING_RECORDING: surroundings.recordings,
    Name.SCHEMA_VIOLATION: results.schema,
    Name.FABRICATED_VALUE: results.fabricated,
    Name.WRONG_VALUE: results.wrong,
    Name.VALUE_REACHES_PREDICTOR: results.reached,
    Name.FAILED_EXTRACTION: results.failed,
    Name.JUDGE_UNCALIBRATED: judge.calibrated,
    Name.JUDGE_UNRELIABLE: judge.reliable,
    Name.JUDGE_ERROR: judge.judge_errors,
    Name.VOTES_DISAGREE: judge.votes,
    Name.TOO_FEW_CASES: results.enough,
    Name.LOW_PASSRATE: results.pass_rate,
    Name.FOUND_RATE_LOW: results.found_rate,
    Name.RECORDINGS_OLD: surroundings.age,
    Name.TESTS_MISSING: surroundings.tests_there,
    Name.TESTS_FAILED: surroundings.tests_failed,
    Name.TESTS_SKIPPED: surroundings.tests_skipped,
    Name.TESTS_OF_ANOTHER_TREE: surroundings.tests_current,
    Name.DIRTY_TREE: surroundings.clean,
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
