"""Hold what became of each case: plain enough to be written down, read back and counted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sayso.evals.intervals import Share
from sayso.evals.judging import Criterion, Verdict
from sayso.evals.scoring import Found, ScorerName


class JudgeResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one judgement."""

    verdict: Verdict
    broken: tuple[Criterion, ...]
    reason: str
    votes: tuple[Verdict, ...]
    agreement: float


class Usage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Count what was asked of models."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
        )


class CaseResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold what became of one case."""

    id: str
    key: str
    """What this result depends on: the case, the extractor, the judge, the code."""
    tags: tuple[str, ...]
    said: str
    """The user's last turn."""
    found: dict[str, Found]
    reached: tuple[str, ...]
    """Features whose false value passed verification."""
    faults: dict[ScorerName, tuple[str, ...]]
    failure_class: str | None
    """Why there are no grounded values: the failure class's label."""
    detail: str
    """What the failure says; empty without one."""
    question: str | None
    assumptions: tuple[str, ...]
    judged: JudgeResult | None
    """None where nothing was to judge: it failed before, or nothing is missing, asked or assumed."""
    extractor_usage: Usage
    judge_usage: Usage
    elapsed_ms: float

    @property
    def passed(self) -> bool:
        """Say whether nothing is wrong: no failure, no fault, and a judge that passes it."""
        verdict_ok = self.judged is None or self.judged.verdict is Verdict.PASSED
        return self.failure_class is None and not self.faults and verdict_ok

    @property
    def flawless(self) -> bool:
        """Say whether also nothing that was stated was asked for."""
        return self.passed and Found.LEFT_OUT not in self.found.values()


class TagRow(msgspec.Struct, frozen=True):
    """Count the cases of one tag, and the features in them."""

    tag: str
    cases: int
    passed: int
    flawless: int
    found: dict[Found, int]


def by_tag(results: Sequence[CaseResult]) -> list[TagRow]:
    """Count by tag, in the order of the alphabet."""
    tags = sorted({tag for result in results for tag in result.tags})
    return [_row(tag, [result for result in results if tag in result.tags]) for tag in tags]


def _row(tag: str, results: Sequence[CaseResult]) -> TagRow:
    passed = sum(1 for result in results if result.passed)
    flawless = sum(1 for result in results if result.flawless)
    return TagRow(tag, len(results), passed, flawless, counted(results))


def counted(results: Iterable[CaseResult]) -> dict[Found, int]:
    """Count features by what became of them."""
    total = Counter(what for result in results for what in result.found.values())
    return {what: total[what] for what in Found}


def pass_share(results: Sequence[CaseResult]) -> Share:
    """Give how many cases passed; what was never run or failed counts against it."""
    return Share(sum(1 for result in results if result.passed), len(results))


def found_share(results: Sequence[CaseResult]) -> Share:
    """Give how many of the stated values were found right."""
    counts = counted(results)
    right = counts[Found.RIGHT]
    return Share(right, right + counts[Found.LEFT_OUT] + counts[Found.WRONG])


def failure_classes(results: Iterable[CaseResult]) -> Mapping[str, int]:
    """Count the cases without values by failure class, the commonest first."""
    return dict(Counter(result.failure_class for result in results if result.failure_class).most_common())
