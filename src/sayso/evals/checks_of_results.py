"""Look at the results of the cases, for the gate."""

from collections.abc import Sequence

from sayso.evals.evidence import Evidence, Finding, at_most, results_of
from sayso.evals.limits import AtLeast, AtMost, Limits
from sayso.evals.results import CaseResult, failure_classes, found_share, pass_share
from sayso.evals.scoring import Found, ScorerName


def schema(evidence: Evidence, limits: Limits) -> Finding:
    """Count the cases that break the closed schema."""
    details = [
        f"{result.id}: {said}"
        for result in results_of(evidence)
        for name in (ScorerName.SCHEMA, ScorerName.FOUR_KEYS)
        for said in result.faults.get(name, ())
    ]
    cases = {detail.partition(":")[0] for detail in details}
    return at_most(len(cases), limits.schema_violations, "cases break the schema", details)


def fabricated(evidence: Evidence, limits: Limits) -> Finding:
    """Count the values that nobody stated."""
    return _false_values(evidence, limits.fabricated_values, ScorerName.NULLS, "fabricated values")


def wrong(evidence: Evidence, limits: Limits) -> Finding:
    """Count the values that are not the stated ones."""
    return _false_values(evidence, limits.wrong_values, ScorerName.VALUES, "wrong values")


def _false_values(evidence: Evidence, limit: AtMost, scorer: ScorerName, what: str) -> Finding:
    details = [f"{result.id}: {said}" for result in results_of(evidence) for said in result.faults.get(scorer, ())]
    return at_most(len(details), limit, what, details)


def reached(evidence: Evidence, limits: Limits) -> Finding:
    """Count the false values that passed verification."""
    details = [f"{result.id}: {name}" for result in results_of(evidence) for name in result.reached]
    return at_most(len(details), limits.values_reaching_predictor, "false values would have been predicted on", details)


def failed(evidence: Evidence, limits: Limits) -> Finding:
    """Count the cases that ended without an extraction, by class."""
    classes = failure_classes(results_of(evidence))
    details = [f"{label}: {count} cases" for label, count in classes.items()]
    details += [f"{of.id}: {of.failure_class}: {of.detail}" for of in results_of(evidence) if of.failure_class]
    return at_most(sum(classes.values()), limits.failed_extractions, "cases ended without an extraction", details)


def enough(evidence: Evidence, limits: Limits) -> Finding:
    """Ask that there are enough cases."""
    count = len(results_of(evidence))
    said = f"{count} cases, asked {limits.cases.at_least:g}"
    return Finding(count >= limits.cases.at_least, said, (), limits.cases.reason)


def pass_rate(evidence: Evidence, limits: Limits) -> Finding:
    """Hold the share of cases that pass against its bound."""
    share = pass_share(results_of(evidence))
    details = [f"{of.id}: {_why(of)}" for of in results_of(evidence) if not of.passed]
    return _share(share.at_least, f"{share} cases pass", limits.pass_rate, details)


def _why(result: CaseResult) -> str:
    """Say in one line why a case does not pass."""
    if result.failure_class:
        return f"{result.failure_class}: {result.detail}"
    if result.faults:
        return "; ".join(said for found in result.faults.values() for said in found)
    assert result.judged is not None
    return f"the judge says {result.judged.verdict}: {result.judged.reason}"


def found_rate(evidence: Evidence, limits: Limits) -> Finding:
    """Hold the share of stated values that were found against its bound."""
    share = found_share(results_of(evidence))
    details = [
        f"{of.id}: {name}" for of in results_of(evidence) for name, what in of.found.items() if what is Found.LEFT_OUT
    ]
    return _share(share.at_least, f"{share} stated values found", limits.found_values, details)


def _share(bound: float, what: str, limit: AtLeast, details: Sequence[str]) -> Finding:
    said = f"{what}: at least {bound:.1%}, asked {limit.at_least:.0%}"
    return Finding(bound >= limit.at_least, said, tuple(details), limit.reason)
