"""The cases that are shipped are sound, and each thing that can be wrong with a case is named."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sayso.contract.document import parse
from sayso.contract.model import Contract
from sayso.evals.cases import read_cases
from sayso.evals.lint import problems
from sayso.failures import DocumentError

ROOT = Path(__file__).parent.parent.parent
CASES = ROOT / "evals" / "extraction_cases.jsonl"
TAGS = tomllib.loads((ROOT / "evals" / "tags.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Give the contract of the reference deployment."""
    path = ROOT / "model" / "feature_columns.json"
    return parse(path.name, path.read_bytes())


@pytest.fixture(scope="module")
def line() -> dict[str, Any]:
    """Give one sound case with a value, a missing feature and two turns."""
    for text in CASES.read_text(encoding="utf-8").splitlines():
        found: dict[str, Any] = json.loads(text)
        if len(found["turns"]) == 3 and found["quotes"] and found["asks"]:
            return found
    raise AssertionError("there is no such case")


def test_the_shipped_cases_are_sound(contract: Contract) -> None:
    """Nothing is wrong with any case, and there are enough of them."""
    cases = read_cases(CASES)

    assert problems(cases, contract, TAGS) == ()
    assert len(cases) >= 300


def _first(line: dict[str, Any], key: str) -> str:
    return str(next(iter(line[key])))


EDITS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "another contract": (lambda line: line.update(contract="other"), "is about the contract 'other'"),
    "another digest": (lambda line: line.update(contract_digest="sha256:0"), "was read under another content"),
    "gold of another type": (lambda line: line["gold"].update({_first(line, "quotes"): "high"}), "is the text 'high'"),
    "gold out of range": (lambda line: line["gold"].update({_first(line, "quotes"): 1e6}), "which is out of range"),
    "gold without a quote": (lambda line: line["quotes"].pop(_first(line, "quotes")), "has no quote"),
    "a quote that was not said": (
        lambda line: line["quotes"][_first(line, "quotes")].update(quote="7777"),
        "is not in turn",
    ),
    "a quote of the assistant's": (
        lambda line: line["quotes"][_first(line, "quotes")].update(turn=1),
        "is in no turn of the user",
    ),
    "an unknown tag": (lambda line: line["tags"].append("purple"), "has the tag 'purple'"),
    "a tag twice": (lambda line: line["tags"].append(line["tags"][0]), "has a tag twice"),
    "the opposite tag": (lambda line: line["tags"].append("complete"), "must have the tags"),
    "a feature left out": (lambda line: line["gold"].pop(_first(line, "gold")), "does not have exactly"),
    "asks left out": (lambda line: line["asks"].clear(), "asks does not name exactly"),
    "one reading": (lambda line: line["asks"].update({_first(line, "asks"): ["4"]}), "one reading is a value"),
    "a reading that was not said": (
        lambda line: line["asks"].update({_first(line, "asks"): ["7777", "8888"]}),
        "the reading '7777'",
    ),
    "the assistant last": (lambda line: line["turns"].pop(), "ends with the assistant"),
    "two user turns": (lambda line: line["turns"].pop(1), "must take turns"),
    "an unknown feature asked": (lambda line: line["turns"][1].update(asks=["Weather"]), "unknown features: Weather"),
    "an empty turn": (lambda line: line["turns"][2].update(text=" "), "says nothing"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_fault_of_a_case_is_named(name: str, line: dict[str, Any], contract: Contract, tmp_path: Path) -> None:
    """One change to a sound case is one complaint about it."""
    edit, complaint = EDITS[name]
    changed = json.loads(json.dumps(line))
    edit(changed)
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(changed), encoding="utf-8")
    found = [str(problem) for problem in problems(read_cases(path), contract, TAGS) if problem.place == line["id"]]

    assert [text for text in found if complaint in text] != [], found


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda line: line, "says the same words as"),
        (lambda line: line | {"turns": _renumbered(line["turns"])}, "in its numbers alone"),
    ],
    ids=["the same words", "the same but for the numbers"],
)
def test_cases_that_are_no_independent_evidence_are_named(
    change: Callable[[dict[str, Any]], dict[str, Any]],
    complaint: str,
    line: dict[str, Any],
    contract: Contract,
    tmp_path: Path,
) -> None:
    """Two cases with the same words, or alike but for their numbers, count as one."""
    path = tmp_path / "cases.jsonl"
    copy = {**change(line), "id": "copy"}
    path.write_text(json.dumps(line) + "\n" + json.dumps(copy), encoding="utf-8")
    found = [str(problem) for problem in problems(read_cases(path), contract, TAGS) if problem.place == "copy"]

    assert any(complaint in text for text in found)


def _renumbered(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    digits = str.maketrans("0123456789", "1234567890")
    return [turn | {"text": turn["text"].translate(digits)} for turn in turns]


@pytest.mark.parametrize(
    "text",
    ['{"id": "a"}', "[]", '{"id": "a", "id": "b"}', "{", '{"id": 1}'],
    ids=["keys missing", "no object", "a key twice", "no JSON", "a number for an id"],
)
def test_a_line_that_is_no_case_is_named_by_its_number(text: str, tmp_path: Path) -> None:
    """A file with a broken line is not read at all."""
    path = tmp_path / "cases.jsonl"
    path.write_text("\n" + text, encoding="utf-8")

    with pytest.raises(DocumentError, match="line 2: "):
        read_cases(path)
