"""Measure a deployment, and gather all that its gate looks at: files, git, cases, judge, unit tests.

The deciding is done by `sayso.evals.gate`, which sees nothing but what is gathered here.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sayso import __version__
from sayso.agreement.check import Subject, check
from sayso.agreement.finding import Status
from sayso.agreement.git import Repository
from sayso.contract.document import parse_frozen
from sayso.contract.model import Contract
from sayso.evals import run as running
from sayso.evals.calibration import Judged, Labelled, agreement, errors, read_calibration
from sayso.evals.cases import Case, read_cases
from sayso.evals.evidence import Evidence, Line, Tree
from sayso.evals.gate import failing_first, passed
from sayso.evals.gate_report import (
    FORMAT,
    Deployed,
    GateReport,
    ReportedContract,
    ReportedCounts,
    ReportedJudge,
    ReportedLine,
    ReportedModel,
    ReportedReplies,
    sealed,
)
from sayso.evals.identity import digest
from sayso.evals.journal import Journal
from sayso.evals.limits import GatePlan, read_tags
from sayso.evals.lint import problems
from sayso.evals.replies import Mode, Replies
from sayso.evals.results import CaseResult, counted, failure_classes, found_share, pass_share
from sayso.evals.run import Pace
from sayso.evals.unit_tests import UnitTests, read_unit_tests
from sayso.evals_wiring import Made, ReplyMode, extractor_identity, make
from sayso.failures import DocumentError, PackageError, Problem, RepositoryError
from sayso.language.vocabulary import DecimalStyle, Vocabulary
from sayso.predictor.manifest import sha256
from sayso.predictor.package import MODEL_FILE, Package
from sayso.settings import Settings
from sayso.wiring import now, read_contract


@dataclass(frozen=True, slots=True)
class Options:
    """Hold what is chosen for one run."""

    pace: Pace
    journal: Path
    resume: bool
    replies: ReplyMode | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold one run."""

    made: Made
    contract: Contract
    case_faults: tuple[str, ...]
    results: tuple[CaseResult, ...]
    judged: tuple[Judged, ...]

    @property
    def replies(self) -> Replies:
        """Say where models' replies came from."""
        return self.made.origins.replies()


Watch = Callable[[CaseResult, int], None]
"""Is told each result, and how many there will be."""


def measure(settings: Settings, plan: GatePlan, options: Options, watch: Watch) -> Measured:
    """Run every case, and test the judge.

    Raises:
        DocumentError: contract, cases or labelled items can't be read.
        SettingsError: a setting can't be used.
    """
    contract = read_contract(settings)
    cases = read_cases(plan.cases)
    items = labelled_items(settings, plan, contract)
    made = make(settings, plan, contract, options.replies)
    results, judged = asyncio.run(_run(cases, items, made, options, watch))
    faults = (*case_faults(cases, plan, contract), *_item_faults(items))
    return Measured(made, contract, faults, tuple(results), tuple(judged))


def case_faults(cases: Sequence[Case], plan: GatePlan, contract: Contract) -> tuple[str, ...]:
    """Name what is wrong with the cases themselves."""
    return tuple(f"{plan.cases.name}: {problem}" for problem in problems(cases, contract, read_tags(plan.tags)))


def labelled_items(settings: Settings, plan: GatePlan, contract: Contract) -> tuple[Labelled, ...]:
    """Read what the judge is tested on."""
    path = plan.calibration_contract
    if path is not None:
        try:
            contract = parse_frozen(str(path), path.read_bytes())
        except OSError as error:
            raise DocumentError(str(path), [Problem("$", error.strerror or str(error))]) from error
    return read_calibration(plan.calibration, Vocabulary.of(contract, decimal=DecimalStyle(settings.language.decimal)))


def _item_faults(items: Sequence[Labelled]) -> Iterator[str]:
    for item in items:
        if item.contract_digest != item.item.vocabulary.contract.digest:
            yield f"{item.id}: was labelled under another content of the contract; read it anew and stamp it"


async def _run(
    cases: Sequence[Case], items: Sequence[Labelled], made: Made, options: Options, watch: Watch
) -> tuple[list[CaseResult], list[Judged]]:
    judged = await running.calibrate(items, made.bench.judge, options.pace, made.bench.clock)
    with Journal(options.journal, resume=options.resume) as journal:

        def keep(result: CaseResult) -> None:
            journal.keep(result)
            watch(result, len(cases))

        results = await running.run(cases, made.bench, options.pace, known=journal.known, watch=keep)
    return results, judged


def gather(settings: Settings, plan: GatePlan, measured: Measured | DocumentError) -> Evidence:
    """Put together everything that the gate looks at."""
    contract_faults = tuple(_contract_faults(settings))
    if isinstance(measured, DocumentError):
        # What the contract's own line says is not said again as a fault of the cases.
        faults = () if contract_faults else (str(measured),)
        return Evidence(contract_faults, faults, None, (), Replies(Mode.NONE), *_surroundings(plan))
    return Evidence(
        contract_faults, measured.case_faults, measured.results, measured.judged, measured.replies, *_surroundings(plan)
    )


def _surroundings(plan: GatePlan) -> tuple[UnitTests | str, Tree, datetime]:
    return read_unit_tests(plan.junit), _tree(plan.source), now()


def _contract_faults(settings: Settings) -> Iterator[str]:
    path = settings.path(settings.contract.path)
    subject = Subject(path, settings.path(settings.backend.package), settings.root)
    try:
        body = path.read_bytes()
    except OSError as error:
        yield f"{path}: {error.strerror or error}"
        return
    for finding in check(subject, body).findings:
        if finding.status is Status.DISAGREES:
            yield f"{finding.subject}: {finding.detail}"


def _tree(path: Path) -> Tree:
    try:
        repository = Repository.around(path)
        return Tree(repository.head(), tuple(repository.changes()))
    except RepositoryError:
        return Tree(None, ())


def deployed(settings: Settings) -> Deployed:
    """Name what would be deployed from here: what a gate's report is compared with.

    Raises:
        DocumentError: the contract is not sound.
        PackageError: the model package can't be used.
        RepositoryError: this is no git repository, or it differs from its last commit.
    """
    contract = read_contract(settings)
    folder = settings.path(settings.backend.package)
    Package.load(folder)
    repository = Repository.around(settings.path(settings.contract.path))
    if changes := repository.changes():
        raise RepositoryError(f"{len(changes)} files differ from the last commit; what is deployed is a commit")
    return Deployed(
        contract.digest,
        contract.interface_digest,
        sha256((folder / MODEL_FILE).read_bytes()),
        repository.head(),
        extractor_identity(settings, contract),
    )


def report(
    settings: Settings, plan: GatePlan, measured: Measured | None, evidence: Evidence, lines: Sequence[Line]
) -> GateReport:
    """Sign off what the gate found."""
    contract = measured.contract if measured else None
    made = measured.made if measured else None
    return sealed(
        GateReport(
            format=FORMAT,
            verdict="passed" if passed(lines) else "failed",
            signed_off_by=f"sayso {__version__}",
            signed_off_at=evidence.now.isoformat(timespec="seconds"),
            commit=evidence.tree.commit,
            contract=_contract(contract),
            model=_model(settings),
            extractor=None if contract is None else extractor_identity(settings, contract),
            judge=None if made is None else _judge(made, evidence),
            replies=_replies(evidence.replies),
            counts=None if evidence.results is None else _counts(evidence.results),
            limits=digest({name: str(getattr(plan.limits, name)) for name in plan.limits.__struct_fields__}),
            lines=tuple(
                ReportedLine(line.name.value, line.status.value, line.said, line.reason, line.details)
                for line in failing_first(lines)
            ),
            not_for_production=tuple(_not_for_production(settings, plan, evidence)),
        )
    )


def _contract(contract: Contract | None) -> ReportedContract | None:
    if contract is None:
        return None
    return ReportedContract(contract.name, contract.version, contract.digest, contract.interface_digest)


def _model(settings: Settings) -> ReportedModel | None:
    folder = settings.path(settings.backend.package)
    try:
        package = Package.load(folder)
        return ReportedModel(package.revision, sha256((folder / MODEL_FILE).read_bytes()))
    except (OSError, PackageError):
        return None


def _judge(made: Made, evidence: Evidence) -> ReportedJudge:
    compared = agreement(evidence.judged)
    judge = made.bench.judge
    bad, good = compared.false_passes, compared.false_fails
    return ReportedJudge(
        kind=judge.kind,
        model=judge.model,
        prompt=made.judge_prompt,
        votes=judge.votes,
        is_extractors_model=judge.model is not None and judge.model == made.extractor.model,
        items=bad.of + good.of,
        bad_items=bad.of,
        kappa=round(compared.kappa, 6),
        kappa_at_least=round(compared.kappa_at_least, 6),
        false_passes=bad.count,
        false_passes_at_most=round(bad.at_most, 6),
        false_fails=good.count,
        false_fails_at_most=round(good.at_most, 6),
        errors=errors(evidence.judged),
    )


def _replies(replies: Replies) -> ReportedReplies:
    dates = [None if time is None else time.isoformat() for time in (replies.oldest, replies.newest)]
    return ReportedReplies(replies.mode.value, *dates)


def _counts(results: Sequence[CaseResult]) -> ReportedCounts:
    passing, stated = pass_share(results), found_share(results)
    return ReportedCounts(
        cases=passing.of,
        passed=passing.count,
        passed_at_least=round(passing.at_least, 6),
        flawless=sum(1 for result in results if result.flawless),
        stated_values=stated.of,
        found_values=stated.count,
        found_values_at_least=round(stated.at_least, 6),
        features={what.value: count for what, count in counted(results).items()},
        failure_classes=dict(failure_classes(results)),
    )


def _not_for_production(settings: Settings, plan: GatePlan, evidence: Evidence) -> Iterator[str]:
    """Say why production may not rest on a report: rules can't judge what a model words."""
    if settings.extractor.kind != "llm":
        return
    if plan.judge.kind != "llm":
        yield "the extractor is a language model, and the judge is the rubric; production needs a calibrated llm judge"
    if evidence.replies.mode is Mode.NONE:
        yield "no reply of a model was seen; production needs live or dated recorded replies"
    if evidence.replies.undated:
        yield f"{evidence.replies.undated} recorded replies have no date; production needs live or dated ones"
