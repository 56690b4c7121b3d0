"""Run cases: extract, verify, score by code, and ask a judge for the rest; many at once, within one deadline.

A case that can't be run to its end is a result that says so; it is never left out. Results that are known already are
taken over where everything that they depend on is the same.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sayso.evals import scoring
from sayso.evals.calibration import Judged, Labelled
from sayso.evals.cases import Case
from sayso.evals.judging import Item, Judge, Judgement, Verdict
from sayso.evals.results import CaseResult, JudgeResult, Usage
from sayso.evals.scoring import Happened
from sayso.extraction.extractors.port import Consulted, Extractor
from sayso.extraction.schema import Grounded
from sayso.extraction.verify import verify
from sayso.failures import Failure, FailureClass
from sayso.language.vocabulary import Vocabulary

NOT_RUN = "not_run"
"""What stands for a failure class where the deadline passed before a case was done."""

Watch = Callable[[CaseResult], None]


@dataclass(frozen=True, slots=True)
class Bench:
    """Hold what is measured, and by whom."""

    vocabulary: Vocabulary
    extractor: Extractor
    judge: Judge
    fingerprint: str
    """What every result depends on besides its case."""
    clock: Callable[[], float]
    """Monotonic seconds."""

    def key(self, case: Case) -> str:
        """Name everything that a case's result depends on."""
        return hashlib.sha256(f"{self.fingerprint}\n{case.key}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Pace:
    """Hold how fast a run may go."""

    parallel: int
    """How many cases are under way at once."""
    deadline_s: float
    """For the whole run; what is not done by then is not run."""


async def run(
    cases: Sequence[Case], bench: Bench, pace: Pace, *, known: Mapping[str, CaseResult], watch: Watch
) -> list[CaseResult]:
    """Give a result for every case, in order.

    Args:
        cases: what is run.
        bench: what is measured.
        pace: how many at once, and for how long.
        known: results of earlier runs, by key.
        watch: is told each result as it comes.
    """
    gate = asyncio.Semaphore(pace.parallel)
    end_s = bench.clock() + pace.deadline_s

    async def one(case: Case) -> CaseResult:
        if (done := known.get(bench.key(case))) is not None:
            watch(done)
            return done
        async with gate:
            result = await _within(case, bench, end_s - bench.clock())
        watch(result)
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(case)) for case in cases]
    return [task.result() for task in tasks]


async def _within(case: Case, bench: Bench, left_s: float) -> CaseResult:
    if left_s <= 0:
        return _not_run(case, bench)
    try:
        async with asyncio.timeout(left_s):
            return await evaluate(case, bench)
    except TimeoutError:
        return _not_run(case, bench)


def _not_run(case: Case, bench: Bench) -> CaseResult:
    happened = _failed(case, bench, Failure(FailureClass.EXTRACTOR_TIMEOUT, "the run's deadline passed"))
    return _result(happened, bench, failure_class=NOT_RUN)


async def evaluate(case: Case, bench: Bench) -> CaseResult:
    """Run one case to its end."""
    begin_s = bench.clock()
    consulted: list[Consulted] = []
    happened = await _happened(case, bench, consulted)
    judgement = await _judgement(happened, bench)
    failure = happened.failure
    return _result(
        happened,
        bench,
        failure_class=failure.failure_class.label if failure else None,
        judgement=judgement,
        usage=_usage(consulted),
        elapsed_ms=round((bench.clock() - begin_s) * 1000, 3),
    )


async def _happened(case: Case, bench: Bench, consulted: list[Consulted]) -> Happened:
    """Extract and verify; a fault of ours fails its case, as it fails an interaction."""
    try:
        extraction = await bench.extractor.extract(case.conversation, bench.vocabulary, watch=consulted.append)
        if isinstance(extraction, Failure):
            return _failed(case, bench, extraction)
        grounded = verify(extraction, case.conversation, bench.vocabulary)
    except Exception as error:  # noqa: BLE001 - the edge of one case: the others are run all the same
        return _failed(case, bench, Failure(FailureClass.BUG, type(error).__name__))
    return Happened(case, bench.vocabulary, extraction, grounded)


def _failed(case: Case, bench: Bench, failure: Failure) -> Happened:
    return Happened(case, bench.vocabulary, failure, failure)


async def _judgement(happened: Happened, bench: Bench) -> Judgement | None:
    if isinstance(happened.grounded, Failure):
        return None
    item = item_of(happened.grounded, happened)
    return None if item.is_silent else await bench.judge.judge(item)


def item_of(grounded: Grounded, happened: Happened) -> Item:
    """Make what a judge sees of one case: never the gold, never who extracted."""
    return Item(
        vocabulary=happened.vocabulary,
        conversation=happened.case.conversation,
        known={name: evidence.value for name, evidence in grounded.features.items() if evidence is not None},
        unclear={name: opened.readings for name, opened in grounded.open.items() if len(opened.readings) > 1},
        proposes=grounded.proposes,
        question=grounded.clarifying_question,
        assumptions=grounded.assumptions,
    )


async def calibrate(items: Sequence[Labelled], judge: Judge, pace: Pace, clock: Callable[[], float]) -> list[Judged]:
    """Let a judge judge labelled items; one that is not judged in time has an error for a verdict."""
    gate = asyncio.Semaphore(pace.parallel)
    end_s = clock() + pace.deadline_s

    async def one(labelled: Labelled) -> Judged:
        async with gate:
            try:
                async with asyncio.timeout(max(0.0, end_s - clock())):
                    return Judged(labelled, await judge.judge(labelled.item))
            except TimeoutError:
                return Judged(labelled, Judgement(Verdict.ERROR, reason="the run's deadline passed"))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


def _usage(consulted: Sequence[Consulted]) -> Usage:
    total = Usage()
    for of in consulted:
        total += Usage(*(_count(of.public.get(key)) for key in ("requests", "input_tokens", "output_tokens")))
    return total


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _result(
    happened: Happened,
    bench: Bench,
    *,
    failure_class: str | None,
    judgement: Judgement | None = None,
    usage: Usage | None = None,
    elapsed_ms: float = 0.0,
) -> CaseResult:
    grounded = None if isinstance(happened.grounded, Failure) else happened.grounded
    spent = judgement.spent if judgement else None
    return CaseResult(
        id=happened.case.id,
        key=bench.key(happened.case),
        tags=happened.case.tags,
        said=happened.case.user_texts[-1],
        found=dict(scoring.found(happened)),
        reached=scoring.reached(happened),
        faults=dict(scoring.faults(happened)),
        failure_class=failure_class,
        detail=happened.failure.detail if happened.failure else "",
        question=grounded.clarifying_question if grounded else None,
        assumptions=grounded.assumptions if grounded else (),
        judged=_judged(judgement),
        extractor_usage=usage or Usage(),
        judge_usage=Usage(spent.requests, spent.input_tokens, spent.output_tokens) if spent else Usage(),
        elapsed_ms=elapsed_ms,
    )


def _judged(judgement: Judgement | None) -> JudgeResult | None:
    if judgement is None:
        return None
    return JudgeResult(
        judgement.verdict, judgement.broken, judgement.reason[:500], judgement.votes, judgement.agreement
    )
