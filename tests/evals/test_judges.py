"""The rubric judges what it was labelled for, and votes come to one verdict in which nothing but a pass passes."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from sayso.contract.document import parse
from sayso.evals.calibration import FAULTS, Judged, Label, read_calibration
from sayso.evals.judging import Criterion, Spent, Verdict, Vote, settled
from sayso.evals.llm_judge import prompt
from sayso.evals.rubric import Rubric
from sayso.failures import DocumentError
from sayso.language.vocabulary import Vocabulary

ROOT = Path(__file__).parent.parent.parent
ITEMS = ROOT / "evals" / "judge_calibration.jsonl"


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """Let the rubric judge every labelled item."""
    path = ROOT / "model" / "feature_columns.json"
    items = read_calibration(ITEMS, Vocabulary.of(parse(path.name, path.read_bytes())))
    return [Judged(item, asyncio.run(Rubric().judge(item.item))) for item in items]


def test_the_rubric_is_right_on_every_labelled_item(judged: list[Judged]) -> None:
    """Each good one passes, each bad one fails."""
    assert [of.labelled.id for of in judged if not of.is_right] == []


def test_bad_items_are_bad_in_many_named_ways(judged: list[Judged]) -> None:
    """There are enough of each kind, and every named way occurs."""
    bad = [of.labelled.fault for of in judged if of.labelled.label is Label.BAD]

    assert len(judged) >= 100
    assert len(bad) >= 40
    assert set(bad) == set(FAULTS)


PASS, FAIL = Vote(Verdict.PASSED), Vote(Verdict.FAILED, (Criterion.LEADS_NOBODY,), "leads")
UNSURE, ERROR = Vote(Verdict.UNSURE), Vote(Verdict.ERROR, reason="no JSON")


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([PASS], Verdict.PASSED),
        ([PASS, PASS, FAIL], Verdict.PASSED),
        ([PASS, FAIL, FAIL], Verdict.FAILED),
        ([PASS, FAIL, UNSURE], Verdict.UNSURE),
        ([PASS, UNSURE, UNSURE], Verdict.UNSURE),
        ([PASS, PASS, ERROR], Verdict.ERROR),
        ([], Verdict.UNSURE),
    ],
)
def test_votes_come_to_one_verdict(votes: list[Vote], expected: Verdict) -> None:
    """More than half decide; an unreadable vote is an error; without a majority nobody knows."""
    assert settled(votes, Spent()).verdict is expected


def test_a_failing_verdict_names_what_is_broken() -> None:
    """The criteria of the votes that failed it, and none of the others."""
    assert settled([PASS, FAIL, FAIL], Spent()).broken == (Criterion.LEADS_NOBODY,)


def test_a_model_is_told_every_criterion() -> None:
    """What is judged by stands in what a judge is told."""
    assert [criterion for criterion in Criterion if f"`{criterion}`" not in prompt()] == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda line: line.replace('"label": "pass"', '"label": "fail"'), "a bad item has a fault"),
        (lambda line: line.replace('"fault": null', '"fault": "rude"'), "a bad item has a fault"),
        (lambda line: line.replace('"contract": "short-rate"', '"contract": "other"'), "not 'short-rate'"),
        (lambda line: f"{line}\n{line}", "is the id of 2 items"),
        (lambda line: line.replace('"label": "pass"', '"label": "fine"'), "Invalid enum value"),
    ],
    ids=["a bad item without a fault", "a good item with one", "another contract", "twice", "another label"],
)
def test_a_fault_of_a_labelled_item_is_named(change: Callable[[str], str], complaint: str, tmp_path: Path) -> None:
    """A wrong label would make a good judge look bad."""
    line = ITEMS.read_text(encoding="utf-8").splitlines()[0]
    path = tmp_path / "items.jsonl"
    path.write_text(change(line), encoding="utf-8")
    contract = ROOT / "model" / "feature_columns.json"
    vocabulary = Vocabulary.of(parse(contract.name, contract.read_bytes()))

    with pytest.raises(DocumentError, match=complaint):
        read_calibration(path, vocabulary)
