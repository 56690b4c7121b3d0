"""Look at what stands round a run, for the gate: contract, cases, recordings, unit tests, tree."""

from datetime import timedelta

from sayso.evals.evidence import Evidence, Finding, at_most
from sayso.evals.limits import Limits


def contract(evidence: Evidence, _limits: Limits) -> Finding:
    """Ask that everything that carries a digest of the contract agrees."""
    faults = evidence.contract_faults
    said = "everything that carries a digest of the contract agrees" if not faults else f"{len(faults)} disagreements"
    return Finding(not faults, said, faults, "One contract binds extractor, model, cases and report.")


def cases_sound(evidence: Evidence, _limits: Limits) -> Finding:
    """Ask that the cases and labels themselves are sound."""
    faults = evidence.case_faults
    said = "the cases are sound" if not faults else f"{len(faults)} faults in the cases and labels"
    return Finding(not faults, said, faults, "A mistake in a case blames or excuses an extractor wrongly.")


def recordings(evidence: Evidence, _limits: Limits) -> Finding:
    """Ask that every reply that was to be replayed was recorded."""
    missing = evidence.replies.missing
    said = f"{len(missing)} questions have no recording" if missing else f"replies: {evidence.replies}"
    return Finding(not missing, said, missing, "What was never answered can't be replayed.")


def age(evidence: Evidence, limits: Limits) -> Finding:
    """Ask that no recording is old, or undated."""
    limit = limits.recording_age_days
    oldest = evidence.replies.oldest
    if oldest is None:
        return Finding(not evidence.replies.undated, f"replies: {evidence.replies}", (), limit.reason)
    age = evidence.now - oldest
    said = f"the oldest recording is {age.days} days old, allowed {limit.at_most:g}"
    return Finding(age <= timedelta(days=limit.at_most), said, (), limit.reason)


def tests_there(evidence: Evidence, limits: Limits) -> Finding:
    """Ask for a result of the unit tests."""
    if isinstance(evidence.unit_tests, str):
        return Finding(is_good=False, said=evidence.unit_tests, reason=limits.unit_tests.reason)
    said = f"{evidence.unit_tests.total} unit tests, asked {limits.unit_tests.at_least:g}"
    return Finding(evidence.unit_tests.total >= limits.unit_tests.at_least, said, (), limits.unit_tests.reason)


def tests_failed(evidence: Evidence, limits: Limits) -> Finding:
    """Count the unit tests that failed."""
    names = () if isinstance(evidence.unit_tests, str) else evidence.unit_tests.failed
    return at_most(len(names), limits.failed_tests, "unit tests failed", names)


def tests_skipped(evidence: Evidence, limits: Limits) -> Finding:
    """Count the unit tests that were skipped."""
    names = () if isinstance(evidence.unit_tests, str) else evidence.unit_tests.skipped
    return at_most(len(names), limits.skipped_tests, "unit tests were skipped", names)


def tests_current(evidence: Evidence, _limits: Limits) -> Finding:
    """Ask that this very commit was tested."""
    tested = None if isinstance(evidence.unit_tests, str) else evidence.unit_tests.commit
    reason = "A result of another tree says nothing about this one."
    is_good = tested is not None and tested == evidence.tree.commit
    said = f"the unit tests ran on {tested or 'no commit that is named'}, this is {evidence.tree.commit or 'none'}"
    return Finding(is_good, said if not is_good else f"the unit tests ran on {tested}", (), reason)


def clean(evidence: Evidence, _limits: Limits) -> Finding:
    """Ask that the tree is a commit, and nothing else."""
    reason = "What is released can be found again: it is a commit, and nothing else."
    if evidence.tree.commit is None:
        return Finding(is_good=False, said="this is no git repository, or it has no commit", reason=reason)
    changes = evidence.tree.changes
    said = f"{len(changes)} files differ from the commit" if changes else f"commit {evidence.tree.commit}, clean"
    return Finding(not changes, said, changes, reason)
