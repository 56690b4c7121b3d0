"""A server is put every bad request, and each finding is named; without a finding the exit status is 0."""

import json
from pathlib import Path

import pytest
from tests.end_to_end.conftest import sayso
from tests.predictor.serving import plain_environment, serving
from tests.predictor.test_decode import CLINIC
from tests.probe.servers import Answer, server

from sayso.failures import ProbeError
from sayso.probe.caller import Caller
from sayso.probe.catalogue import cases, good
from sayso.probe.probe import counts, probe
from sayso.probe.sound import sound_instance
from sayso.wire import JSON

MODEL = Path(__file__).parent.parent.parent / "model"
SOUND = sound_instance(CLINIC)
GOOD = good(SOUND).body
CASES = cases(CLINIC, SOUND)[:20]


def _refuses_but(sound: tuple[int, JSON], bad: tuple[int, JSON] | None) -> Answer:
    return lambda body: sound if body == GOOD else bad


@pytest.mark.parametrize(
    ("bad", "verdict"),
    [
        ((422, {"code": "INVALID_INPUT"}), "explicit"),
        ((200, {"predictions": [1]}), "silent"),
        ((500, {"detail": "Internal Server Error"}), "vague"),
        (None, "crashed"),
    ],
)
def test_every_answer_is_counted_once(bad: tuple[int, JSON] | None, verdict: str) -> None:
    """A server that answers all alike has all in one column."""
    with server(_refuses_but((200, {"predictions": [1]}), bad)) as url:
        findings = list(probe(Caller.of(url, 5, {}).ask, good(SOUND), CASES))

    assert counts(findings) == dict.fromkeys(["explicit", "silent", "vague", "crashed"], 0) | {verdict: len(CASES)}


def test_a_server_that_fails_afterwards_has_crashed() -> None:
    """The sound request is asked again after each bad one."""
    asked: list[bytes] = []

    def answer(body: bytes) -> tuple[int, JSON]:
        asked.append(body)
        return (200, {"predictions": [1]}) if len(asked) == 1 else (400, {"code": "bad"})

    with server(answer) as url:
        findings = list(probe(Caller.of(url, 5, {}).ask, good(SOUND), CASES[:2]))

    assert counts(findings)["crashed"] == 2


@pytest.mark.parametrize("value", [1, 2], ids=["the same", "another"])
def test_a_silent_answer_says_whether_the_number_is_another(value: int) -> None:
    """A number for another question is worse than one for this."""
    with server(_refuses_but((200, {"predictions": [1]}), (200, {"predictions": [value]}))) as url:
        (finding,) = probe(Caller.of(url, 5, {}).ask, good(SOUND), CASES[:1])

    assert finding.other_number is (value == 2)


@pytest.mark.parametrize("sound", [(404, {"detail": "Not Found"}), (200, {"predictions": []})])
def test_nothing_is_learned_from_a_server_that_refuses_the_sound_request(sound: tuple[int, JSON]) -> None:
    """It is an error, not a clean report."""
    with server(_refuses_but(sound, None)) as url, pytest.raises(ProbeError, match="no prediction"):
        list(probe(Caller.of(url, 5, {}).ask, good(SOUND), CASES))


@pytest.mark.parametrize("url", ["ftp://x/", "127.0.0.1:80", "http://", "http://x:99999/"])
def test_what_is_no_address_is_named(url: str) -> None:
    """Nothing is sent."""
    with pytest.raises(ProbeError, match="address"):
        Caller.of(url, 1, {})


def test_our_predictor_answers_every_bad_request_by_name(tmp_path: Path) -> None:
    """The command finds nothing: exit 0."""
    with serving(tmp_path, model=MODEL) as running:
        url = f"http://127.0.0.1:{running.port}/v1/predict"
        done = sayso(
            "probe",
            url,
            "--contract",
            str(MODEL / "feature_columns.json"),
            "--json",
            env=plain_environment(),
            cwd=tmp_path,
        )

    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["counts"] == {"explicit": report["requests"], "silent": 0, "vague": 0, "crashed": 0}


def test_a_finding_is_a_line_and_exit_status_1(tmp_path: Path) -> None:
    """The table names what was answered with a number."""
    with server(lambda _: (200, {"predictions": [1]})) as url:
        done = sayso(
            "probe", url, "--contract", str(MODEL / "feature_columns.json"), env=plain_environment(), cwd=tmp_path
        )

    *lines, total = done.stdout.splitlines()
    assert done.returncode == 1
    assert "SILENT   200  value    NaN" in lines
    assert "0 explicit" in total


def test_a_server_that_is_not_there_is_exit_status_5(tmp_path: Path) -> None:
    """One line says so."""
    done = sayso(
        "probe",
        "http://127.0.0.1:9/",
        "--contract",
        str(MODEL / "feature_columns.json"),
        env=plain_environment(),
        cwd=tmp_path,
    )

    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert "no answer came" in done.stderr
