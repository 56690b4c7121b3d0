"""Look at how the judge does on labelled items, and at its verdicts, for the gate."""

from sayso.evals.calibration import agreement, errors
from sayso.evals.evidence import Evidence, Finding, at_most, results_of
from sayso.evals.judging import Verdict
from sayso.evals.limits import Limits


def calibrated(evidence: Evidence, limits: Limits) -> Finding:
    """Ask that there are enough labelled items."""
    compared = agreement(evidence.judged)
    bad, total = compared.false_passes.of, compared.false_passes.of + compared.false_fails.of
    items, of_bad = limits.calibration_items, limits.calibration_bad_items
    said = f"{total} labelled items, {bad} of them bad; asked {items.at_least:g} and {of_bad.at_least:g}"
    is_good = total >= items.at_least and bad >= of_bad.at_least
    return Finding(is_good, said, (), items.reason if total < items.at_least else of_bad.reason)


def reliable(evidence: Evidence, limits: Limits) -> Finding:
    """Hold the judge against its labels."""
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
    return Finding(is_good, said, details, limits.judge_kappa.reason)


def judge_errors(evidence: Evidence, limits: Limits) -> Finding:
    """Count the verdicts that can't be read."""
    details = [
        f"{of.id}: {of.judged.reason}"
        for of in results_of(evidence)
        if of.judged is not None and of.judged.verdict is Verdict.ERROR
    ]
    labelled = errors(evidence.judged)
    count = len(details) + labelled
    details += [f"and {labelled} labelled items"] if labelled else []
    return at_most(count, limits.judge_errors, "verdicts can't be read", details)


def votes(evidence: Evidence, limits: Limits) -> Finding:
    """Ask that the votes agree."""
    agreed = [of.judged.agreement for of in results_of(evidence) if of.judged is not None]
    agreed += [of.judgement.agreement for of in evidence.judged]
    mean = sum(agreed) / len(agreed) if agreed else 1.0
    said = f"votes agree {mean:.1%}, asked {limits.vote_agreement.at_least:.0%}"
    return Finding(mean >= limits.vote_agreement.at_least, said, (), limits.vote_agreement.reason)
