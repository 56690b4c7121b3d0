"""Read ``gate.toml``: what is run, who judges, and each threshold of the gate with its reason.

Every threshold must stand in the file; none has a default, because a default is a threshold that nobody chose.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from sayso.failures import DocumentError, Problem


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuse keys that are not described."""


Reason = Annotated[str, msgspec.Meta(min_length=10)]
Votes = Annotated[int, msgspec.Meta(ge=1, le=15)]


class AtMost(_Part, frozen=True):
    """Hold a limit from above."""

    at_most: Annotated[float, msgspec.Meta(ge=0)]
    reason: Reason


class AtLeast(_Part, frozen=True):
    """Hold a limit from below."""

    at_least: Annotated[float, msgspec.Meta(ge=0)]
    reason: Reason


class Limits(_Part, frozen=True):
    """Hold every threshold."""

    schema_violations: AtMost
    fabricated_values: AtMost
    wrong_values: AtMost
    values_reaching_predictor: AtMost
    failed_extractions: AtMost
    calibration_items: AtLeast
    calibration_bad_items: AtLeast
    judge_kappa: AtLeast
    """Against the lower bound."""
    judge_false_passes: AtMost
    """A share, against the upper bound."""
    judge_errors: AtMost
    vote_agreement: AtLeast
    """The mean share of votes that agree."""
    cases: AtLeast
    pass_rate: AtLeast
    """A share, against the lower bound."""
    found_values: AtLeast
    """A share, against the lower bound."""
    recording_age_days: AtMost
    unit_tests: AtLeast
    failed_tests: AtMost
    skipped_tests: AtMost


class JudgeChoice(_Part, frozen=True):
    """Say who judges."""

    kind: Literal["rubric", "llm"]
    calibration: str
    """The file of labelled items."""
    calibration_contract: str | None = None
    """The contract that those items are about; the deployment's if left out."""
    votes: Votes = 1
    llm: dict[str, object] = {}
    """The judge's model, with the keys of ``[llm]`` in sayso.toml."""


class UnitTestChoice(_Part, frozen=True):
    """Say where the unit tests' result lies."""

    junit: str


class Prices(_Part, frozen=True):
    """Say what a million tokens cost, so that a run has a price; 0 where nobody pays by token."""

    currency: str = "USD"
    extractor_input: float = 0.0
    extractor_output: float = 0.0
    judge_input: float = 0.0
    judge_output: float = 0.0


class _Document(_Part, frozen=True):
    """Describe the file."""

    cases: str
    tags: str
    judge: JudgeChoice
    unit_tests: UnitTestChoice
    limits: Limits
    prices: Prices = Prices()


class GatePlan(msgspec.Struct, frozen=True):
    """Hold one gate.toml, with its paths resolved."""

    source: Path
    cases: Path
    tags: Path
    calibration: Path
    calibration_contract: Path | None
    junit: Path
    judge: JudgeChoice
    limits: Limits
    prices: Prices


def read_plan(path: Path) -> GatePlan:
    """Read a gate.toml; raises DocumentError that says what is wrong with it."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Document, strict=True)
    except OSError as error:
        raise DocumentError(str(path), [Problem("$", error.strerror or str(error))]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise DocumentError(str(path), [Problem("$", str(error))]) from error
    if found.judge.votes % 2 == 0:
        raise DocumentError(str(path), [Problem("$.judge.votes", "is even; a majority needs an odd number of votes")])
    folder = path.parent
    other = found.judge.calibration_contract
    return GatePlan(
        source=path,
        cases=folder / found.cases,
        tags=folder / found.tags,
        calibration=folder / found.judge.calibration,
        calibration_contract=None if other is None else folder / other,
        junit=folder / found.unit_tests.junit,
        judge=found.judge,
        limits=found.limits,
        prices=found.prices,
    )


def read_tags(path: Path) -> dict[str, str]:
    """Read what each tag means; raises DocumentError."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, str], strict=True)
    except OSError as error:
        raise DocumentError(str(path), [Problem("$", error.strerror or str(error))]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise DocumentError(str(path), [Problem("$", str(error))]) from error
