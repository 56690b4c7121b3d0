"""On the command line a question ends in exactly one outcome, and the exit status says which."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.end_to_end.conftest import QUESTION, ROOT, environment, sayso

STATED = {"Inflation Rate": 3.1, "Unemployment Rate": 4.7, "Real GDP Growth": 1.2, "Current Rate": 4.2}


def test_a_complete_question_is_predicted(tmp_path: Path) -> None:
    """The answer has a number in percent, its interval, and the four quotes it rests on."""
    done = sayso("ask", "--json", QUESTION, env=environment(tmp_path))

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["outcome"]) == (0, "predicted")
    assert answer["prediction"]["unit"] == "percent"
    assert answer["prediction"]["interval"]["low"] < answer["prediction"]["value"]
    assert {name: evidence["value"] for name, evidence in answer["features"].items()} == STATED
    assert all(
        QUESTION[evidence["start"] : evidence["end"]] == evidence["quote"] for evidence in answer["features"].values()
    )


def test_an_incomplete_question_is_asked_back(tmp_path: Path) -> None:
    """Both missing features are named, and no predicted value stands anywhere in the reply."""
    done = sayso("ask", "--json", "inflation 3.1 and unemployment 4.7, what rate?", env=environment(tmp_path))

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["outcome"], answer["code"]) == (3, "needs_input", "NEEDS_INPUT")
    assert answer["missing_features"] == ["Real GDP Growth", "Current Rate"]
    assert all(name in answer["clarifying_question"] for name in answer["missing_features"])
    assert answer["prediction"] is None


@pytest.mark.parametrize("text", [QUESTION.replace("4.7%", "900%"), "unemployment 900"], ids=["complete", "alone"])
def test_an_impossible_value_is_refused_with_what_is_allowed(tmp_path: Path, text: str) -> None:
    """The refusal names feature, got and allowed."""
    done = sayso("ask", "--json", text, env=environment(tmp_path))

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["code"], answer["failure_class"]) == (4, "INVALID_INPUT", "out_of_range")
    violation = answer["violations"][0]
    assert (violation["feature"], violation["got"]) == ("Unemployment Rate", 900)
    assert len(violation["allowed"]) == 2


def test_the_log_goes_to_stderr_and_the_answer_alone_to_stdout(tmp_path: Path) -> None:
    """Stdout is one JSON document; every line of stderr is one too."""
    done = sayso("ask", "--json", QUESTION, env=environment(tmp_path))

    events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert len(done.stdout.splitlines()) == 1
    assert events[-1] == "interaction_finished"


def test_a_person_gets_words_without_colour_codes_in_a_pipe(tmp_path: Path) -> None:
    """Piped output is plain text with the number and the quotes."""
    done = sayso("ask", QUESTION, env=environment(tmp_path))

    assert "\x1b" not in done.stdout
    assert "interval" in done.stdout
    assert "3.1%" in done.stdout


def test_a_broken_package_is_a_named_failure(tmp_path: Path) -> None:
    """Without a model the outcome is failed, MODEL_NOT_READY, with the class of the fault."""
    done = sayso("ask", "--json", QUESTION, env=environment(tmp_path, SAYSO_BACKEND_PACKAGE=str(tmp_path)))

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["code"], answer["failure_class"]) == (5, "MODEL_NOT_READY", "artifact_missing")


def test_a_predictor_that_is_not_there_is_a_named_failure(tmp_path: Path) -> None:
    """With the http backend and nobody listening, the outcome is backend_unavailable."""
    environ = environment(tmp_path, SAYSO_BACKEND_KIND="http", SAYSO_BACKEND_URL="http://127.0.0.1:9/v1/predict")

    done = sayso("ask", "--json", QUESTION, env=environ)

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["failure_class"]) == (5, "backend_unavailable")


def test_an_unwritable_ledger_means_no_prediction(tmp_path: Path) -> None:
    """Where nothing can be recorded, nothing is predicted; one line says why."""
    environ = environment(tmp_path, SAYSO_LEDGER_URL="sqlite:////proc/ledger.db")

    done = sayso("ask", "--json", QUESTION, env=environ)

    assert done.returncode == 5
    assert "predicted" not in done.stdout
    assert "/proc/ledger.db" in done.stdout + done.stderr


def test_a_misspelt_setting_is_one_line(tmp_path: Path) -> None:
    """No stack trace: the variable's name and what is known."""
    done = sayso("ask", "--json", QUESTION, env=environment(tmp_path, SAYSO_BACKEND_KNID="http"))

    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert "SAYSO_BACKEND_KNID" in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SAYSO_TELEMETRY_LOG_PATH", "/proc/no/log", "[telemetry] log_path: /proc/no/log can't be written"),
        ("SAYSO_CONTRACT_PATH", "/no/contract.json", "/no/contract.json: $: No such file"),
        ("SAYSO_LEDGER_URL", "nonsense", "nonsense: no such kind of ledger; use sqlite"),
        ("SAYSO_SERVE_PORT", "eighty", "SAYSO_SERVE_PORT='eighty': Input should be a valid integer"),
    ],
    ids=["log", "contract", "ledger", "type"],
)
def test_what_can_not_run_says_why_in_one_line(tmp_path: Path, variable: str, value: str, said: str) -> None:
    """The exit status is 5, and the line names what and where."""
    done = sayso("ask", QUESTION, env=environment(tmp_path, **{variable: value}))

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert said in done.stderr


@pytest.mark.parametrize("arguments", [(), (b"inflation \xff",)], ids=["standard input", "argument"])
def test_a_question_that_is_not_utf_8_is_refused(tmp_path: Path, arguments: tuple[bytes, ...]) -> None:
    """It is malformed, by name; nothing is read into it, and no interaction begins."""
    command = [sys.executable.encode(), b"-m", b"sayso", b"ask", b"--json", *arguments]
    environ = environment(tmp_path)
    done = subprocess.run(command, input=b"inflation \xff", env=environ, cwd=ROOT, capture_output=True, check=False)

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["failure_class"], answer["interaction_id"]) == (4, "malformed_request", None)
    assert len(done.stderr.splitlines()) == 1


def test_answer_log_and_ledger_agree(tmp_path: Path) -> None:
    """The same interaction id and outcome stand in all three."""
    environ = environment(tmp_path)
    answer = json.loads(sayso("ask", "--json", QUESTION, env=environ).stdout)

    logged = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    shown = sayso("ledger", "show", answer["interaction_id"], "--json", env=environ)

    final = [line for line in logged if line["event"] == "interaction_finished"]
    assert [(line["interaction_id"], line["outcome"]) for line in final] == [(answer["interaction_id"], "predicted")]
    assert (shown.returncode, "predicted" in shown.stdout) == (0, True)
