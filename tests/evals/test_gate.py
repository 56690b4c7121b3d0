"""What passes, passes; each thing that goes wrong turns the gate red, with its own line first."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.agreement.repositories import edit, git
from tests.evals.worlds import (
    edit_case,
    gated,
    keep_cases,
    llm_extractor,
    llm_judge,
    recommit,
    serving,
    write_tests,
)

from sayso.evals.gate_report import Deployed, obstacles
from sayso.evals.identity import ExtractorIdentity
from sayso.testing.faulty_http import HttpStep
from sayso.testing.llm_adversary import Asked, Wire, replying


def test_the_reference_deployment_passes(deployment: Path) -> None:
    """With rules for extractor and judge, offline; and the report says so."""
    found = gated(deployment)

    assert found.failing == []
    assert (
        found.report.verdict,
        found.report.replies.mode,
        found.report.not_for_production,
    ) == ("passed", "none", ())


def _first_case(folder: Path) -> dict[str, Any]:
    text = (folder / "evals" / "extraction_cases.jsonl").read_text(encoding="utf-8")
    case: dict[str, Any] = json.loads(text.splitlines()[0])
    return case


def _wrong_number(folder: Path) -> None:
    gold = _first_case(folder)["gold"]
    edit_case(folder, 0, gold=gold | {"Inflation Rate": gold["Inflation Rate"] + 0.1})
    recommit(folder)


def _fabricated(folder: Path) -> None:
    case = _first_case(folder)
    name = "Inflation Rate"
    quotes = {key: cited for key, cited in case["quotes"].items() if key != name}
    tags = [tag for tag in case["tags"] if tag != "complete"] + ["incomplete"]
    edit_case(folder, 0, gold=case["gold"] | {name: None}, quotes=quotes, asks={name: []}, tags=tags)
    recommit(folder)


def _edited_contract(folder: Path) -> None:
    edit(folder / "model" / "feature_columns.json", version="1.0.1")
    recommit(folder)


def _too_few(folder: Path) -> None:
    keep_cases(folder, 59)
    recommit(folder)


def _unsound(folder: Path) -> None:
    edit_case(folder, 0, id="sr-002")
    recommit(folder)


def _unreadable(folder: Path) -> None:
    (folder / "evals" / "extraction_cases.jsonl").write_text("{}\n", encoding="utf-8")
    recommit(folder)


def _few_labels(folder: Path) -> None:
    path = folder / "evals" / "judge_calibration.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:60]), encoding="utf-8")
    recommit(folder)


def _dirty(folder: Path) -> None:
    (folder / "notes.txt").write_text("not committed", encoding="utf-8")


def _no_tests(folder: Path) -> None:
    (folder / "var" / "unit-tests.xml").unlink()


def _old_tests(folder: Path) -> None:
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "later")


PLANTED: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a wrong number in one case": (_wrong_number, "wrong_value", "1 wrong values"),
    "one fabricated value": (_fabricated, "fabricated_value", "1 fabricated values"),
    "an edited contract": (_edited_contract, "contract_disagrees", "disagreements"),
    "59 cases instead of 300": (_too_few, "too_few_cases", "59 cases, asked 300"),
    "an unsound case": (_unsound, "cases_unsound", "1 faults"),
    "cases that can't be read": (_unreadable, "cases_unsound", "1 faults"),
    "too few labelled items": (_few_labels, "judge_uncalibrated", "60 labelled items"),
    "a dirty tree": (_dirty, "dirty_tree", "1 files differ"),
    "no result of the unit tests": (_no_tests, "tests_missing", "run make unit"),
    "a result of an older commit": (_old_tests, "tests_of_another_tree", "the unit tests ran on"),
    "a skipped unit test": (
        lambda folder: write_tests(folder, extra='<testcase classname="t" name="a"><skipped/></testcase>'),
        "tests_skipped",
        "1 unit tests were skipped",
    ),
    "a failed unit test": (
        lambda folder: write_tests(folder, extra='<testcase classname="t" name="a"><failure/></testcase>'),
        "tests_failed",
        "1 unit tests failed",
    ),
    "a test that broke": (
        lambda folder: write_tests(folder, extra='<testcase classname="t" name="a"><error/></testcase>'),
        "tests_failed",
        "1 unit tests failed",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_goes_wrong_comes_first(name: str, deployment: Path) -> None:
    """The first line is the one to act on."""
    plant, line, said = PLANTED[name]
    plant(deployment)
    found = gated(deployment)

    assert found.report.verdict == "failed"
    assert line == found.failing[0], found.failing
    assert said in found.lines[0].said


def test_a_gate_outside_a_repository_fails_by_name(deployment: Path) -> None:
    """Nobody could find again what was released."""
    (deployment / ".git").rename(deployment / "var" / "git")

    assert "dirty_tree" in gated(deployment).failing


def _verdict(word: str) -> HttpStep:
    broken = [] if word == "pass" else ["leads_nobody"]
    return replying(Wire.OPENAI, json.dumps({"reason": "because", "broken": broken, "verdict": word}))


def _labels(folder: Path) -> dict[tuple[object, ...], str]:
    text = (folder / "evals" / "judge_calibration.jsonl").read_text(encoding="utf-8")
    items = [json.loads(line) for line in text.splitlines()]
    return {_shown(item): item["label"] for item in items}


def _shown(item: dict[str, Any]) -> tuple[object, ...]:
    turns = tuple(turn["text"] for turn in item["turns"])
    return (turns, item["question"], tuple(item["assumptions"]))


def test_a_judge_that_always_passes_is_unreliable(deployment: Path) -> None:
    """It agrees with every good label, and with none of the bad."""
    with serving(lambda _: _verdict("pass")) as server:
        keep_cases(deployment, 12)
        llm_judge(deployment, server)
        recommit(deployment)
        found = gated(deployment)

    assert [name for name in found.failing if name != "pass_rate_low"] == ["judge_unreliable", "too_few_cases"]


def test_a_judge_that_errs_on_a_tenth_is_unreliable(deployment: Path) -> None:
    """Kappa of 0.8 is observed, and a bound of 0.8 is not reached."""
    labels = _labels(deployment)
    order = {shown: number for number, shown in enumerate(labels)}

    def answer(asked: Asked) -> HttpStep:
        shown = _shown(json.loads(asked.texts[1]))
        label = labels.get(shown, "pass")
        return _verdict({"pass": "fail", "fail": "pass"}[label] if order.get(shown, 1) % 10 == 0 else label)

    with serving(answer) as server:
        keep_cases(deployment, 12)
        llm_judge(deployment, server)
        recommit(deployment)
        found = gated(deployment)

    assert found.failing[0] == "judge_unreliable", found.failing


@pytest.mark.parametrize(
    "text",
    ["pass", '{"verdict": "pass"}', '{"reason": "", "broken": ["leads_nobody"], "verdict": "pass"}'],
    ids=["prose", "keys missing", "a pass that breaks a criterion"],
)
def test_a_verdict_that_cant_be_read_never_passes(text: str, small: Path) -> None:
    """It is an error, of the judge and of the case."""
    with serving(lambda _: replying(Wire.OPENAI, text)) as server:
        llm_judge(small, server)
        recommit(small)
        found = gated(small)

    assert found.failing[0] == "judge_unreliable"
    assert {"judge_error", "pass_rate_low"} <= set(found.failing)


LIE = {"value": 9.75, "unit": "percent", "quote": "9.75 %"}


def _adversary(asked: Asked) -> HttpStep:
    """Answer prose, half a document, a lie or an error in turn, by the length of the question."""
    names = re.findall(r'"name": "([^"]+)"', asked.texts[0].rpartition("# The form")[2])
    reply = {"features": dict.fromkeys(names, LIE), "missing_features": [], "assumptions": []}
    text = json.dumps({**reply, "clarifying_question": None})
    answers = [
        replying(Wire.OPENAI, "I can't tell."),
        replying(Wire.OPENAI, text[:-9]),
        replying(Wire.OPENAI, text),
        HttpStep(status=503, body=b"{}"),
    ]
    return answers[len(asked.texts[1]) % 4]


def test_an_adversary_for_extractor_fails_with_the_counts_of_each_class(small: Path) -> None:
    """What breaks the schema comes first; lies are stopped, and counted as what they are."""
    with serving(_adversary) as server:
        found = gated(small, llm_extractor(server))
    counts = found.report.counts

    assert counts is not None
    assert found.failing[0] == "schema_violation"
    assert {"extraction_schema", "ungrounded_value", "extractor_unavailable"} == set(counts.failure_classes)
    assert sum(counts.failure_classes.values()) == 12
    assert "value_reaches_predictor" not in found.failing


def test_a_report_of_a_model_judged_by_rules_is_not_for_production(small: Path) -> None:
    """The rubric may sign off rules alone."""
    with serving(_adversary) as server:
        found = gated(small, llm_extractor(server))

    assert any("production needs a calibrated llm judge" in reason for reason in found.report.not_for_production)


def test_a_missing_recording_comes_first(small: Path) -> None:
    """What was never answered can't be replayed."""
    with serving(_adversary) as server:
        found = gated(small, llm_extractor(server, SAYSO_LLM_MODE="replay"))

    assert found.failing[0] == "missing_recording"


def test_recorded_replies_are_replayed_with_their_dates(small: Path) -> None:
    """The second run asks nobody, and the report says from when its replies are."""
    with serving(_adversary) as server:
        recorded = gated(small, llm_extractor(server, SAYSO_LLM_MODE="record"))
        asked = len(server.asked)
        replayed = gated(small, llm_extractor(server, SAYSO_LLM_MODE="replay"))

        assert len(server.asked) == asked
    assert (recorded.report.replies.mode, replayed.report.replies.mode) == ("live", "recorded")
    assert replayed.report.replies.oldest is not None


def test_a_report_of_one_extractor_lets_no_other_be_deployed(deployment: Path) -> None:
    """Each thing that was not measured is named."""
    found = gated(deployment).report
    assert found.contract is not None
    assert found.model is not None
    assert found.extractor is not None
    assert found.commit is not None
    same = Deployed(
        found.contract.digest, found.contract.interface_digest, found.model.sha256, found.commit, found.extractor
    )
    other = ExtractorIdentity("llm", "openai/m", "sha256:1", "sha256:2", "sha256:3")

    assert list(obstacles(found, same, production=True)) == []
    assert len(list(obstacles(found, same._replace(extractor=other), production=True))) == 5
    assert len(list(obstacles(found, Deployed("a", "b", "c", "d", found.extractor), production=False))) == 4


def test_a_run_out_of_time_is_no_pass(small: Path) -> None:
    """Cases that were not run are counted as such, and the judge's silence as errors."""
    found = gated(small, deadline_s=0.0)
    counts = found.report.counts

    assert counts is not None
    assert counts.failure_classes == {"not_run": 12}
    assert found.failing[0] == "failed_extraction"


def test_votes_are_requests_of_their_own(small: Path) -> None:
    """Three votes are three readings, so that agreement means something."""
    keep_cases(small, 3)
    with serving(lambda _: _verdict("pass")) as server:
        llm_judge(small, server, votes=3)
        recommit(small)
        found = gated(small)
        bodies = [asked.texts[1] for asked in server.asked]

    assert len(bodies) == len(set(bodies))
    assert found.report.judge is not None
    assert found.report.judge.votes == 3
