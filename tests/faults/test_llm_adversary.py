"""Every bad reply and every lie of a model ends as its class, in time, after one request, and predicts nothing."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.faults.llm_table import CASES, PAGE, Case, Row, page, run_all
from tests.faults.llm_world import Ended, contract, sound, world

from sayso.extraction.extractors.llm.schema import reply_schema
from sayso.failures import Failure
from sayso.language.vocabulary import Vocabulary
from sayso.ledger.entries import facts_of
from sayso.llm import wires
from sayso.testing import llm_bad_replies as bad
from sayso.testing import llm_lies as lies
from sayso.testing.llm_adversary import Wire, replying

BOUND_S = 30.0
"""Beyond every deadline here, and far below what a reply of a byte a second takes."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Run every scenario once."""
    return asyncio.run(run_all(tmp_path_factory.mktemp("adversary")))


ASKED = [(case, wire) for case in CASES for wire in case.wires]


@pytest.mark.parametrize(("case", "wire"), ASKED, ids=[f"{wire}: {case.name}" for case, wire in ASKED])
def test_it_ends_as_its_class_after_one_request_and_predicts_nothing(case: Case, wire: Wire, rows: list[Row]) -> None:
    """The class is the catalogue's; the model's server saw one request, the predictor none."""
    (ended,) = [row.ended for row in rows if (row.case, row.wire) == (case, wire)]

    assert (case.expected.label, 1, 0) == (ended.label, ended.requests, ended.predictions), ended.answer.failure
    assert ended.elapsed_s < BOUND_S


@pytest.mark.parametrize("wire", Wire)
def test_answer_and_ledger_name_the_same_class(wire: Wire, rows: list[Row]) -> None:
    """What is recorded is what was answered."""
    told = [(row.case.name, row.ended.label) for row in rows if row.wire is wire]
    recorded = [
        (row.case.name, found.label if (found := row.ended.stored.failure_class) else None)
        for row in rows
        if row.wire is wire
    ]

    assert told == recorded


def test_a_reply_is_kept_in_the_ledger_and_stays_out_of_what_is_public(rows: list[Row]) -> None:
    """The words that a model sent stand among the private facts of the extraction, and nowhere else."""
    (row,) = [row for row in rows if row.case.name == "prose alone" and row.wire is Wire.OPENAI]
    stage = row.ended.stored.entries[1]
    assert stage.private is not None
    kept = json.dumps(facts_of(stage.private))

    assert "can't tell what the loan amount is" in kept
    assert [entry.public for entry in row.ended.stored.entries if "can't tell" in entry.public] == []


def test_the_verdicts_on_a_lie_are_recorded(rows: list[Row]) -> None:
    """Everything wrong: six claims, none supported."""
    (row,) = [row for row in rows if row.case.name == "everything wrong" and row.wire is Wire.GEMINI]
    facts = facts_of(row.ended.stored.entries[2].public)["facts"]
    assert isinstance(facts, dict)

    assert facts["verdicts"] == {"supported": 0, "contradicted": 6, "unsupported": 0}


def test_the_page_says_what_was_run(rows: list[Row]) -> None:
    """Only the times may differ."""
    times = re.compile(r"\| \d+ ms \|$", re.MULTILINE)

    assert times.sub("", page(rows)) == times.sub("", PAGE.read_text(encoding="utf-8"))


def test_every_text_of_the_catalogue_is_changed() -> None:
    """A rewriting that finds nothing to rewrite would test a sound reply."""
    text = sound(lies.told(), Vocabulary.of(contract(lies.LOAN)))

    assert [name for name, rewrite in bad.TEXTS.items() if rewrite(text) == text] == []


@pytest.mark.parametrize("wire", Wire)
def test_a_lie_is_a_sound_reply_to_the_wire(wire: Wire) -> None:
    """Its envelope is whole; only what it says is false."""
    text = sound(lies.told(), Vocabulary.of(contract(lies.LOAN)))
    read = wires.openai if wire is Wire.OPENAI else wires.gemini

    assert not isinstance(read(replying(wire, text).body, "application/json").result, Failure)


def test_a_true_reply_is_predicted_after_one_request(tmp_path: Path) -> None:
    """The same deployment predicts from the truth; otherwise nothing here could fail."""

    async def told() -> Ended:
        said = lies.told()
        text = sound(said, Vocabulary.of(contract(lies.LOAN)))
        answers = lambda asked: replying(asked.wire, text)  # noqa: E731
        async with world(Wire.OPENAI, tmp_path, answers, contract_name=lies.LOAN) as deployment:
            return await deployment.ask(said)

    ended = asyncio.run(told())

    assert (ended.label, ended.requests, ended.predictions) == ("predicted", 1, 1)


def test_every_lie_keeps_to_the_schema() -> None:
    """What verification has to judge is a reply that the schema allows."""
    broken = []
    for name, lie in lies.LIES.items():
        known = contract(lie.contract)
        reply = json.loads(sound(lie.said, Vocabulary.of(known), **lie.claims))
        broken += [name for _ in Draft202012Validator(reply_schema(known)).iter_errors(reply)]

    assert broken == []


def test_there_are_as_many_as_were_promised() -> None:
    """Forty bad replies on each wire, thirty lies, and no name twice."""
    names = [case.name for case in CASES]

    assert [name for name in names if names.count(name) > 1] == []
    assert min(sum(wire in found.wires for found in bad.CATALOGUE.values()) for wire in Wire) >= 40
    assert len(lies.LIES) >= 30
