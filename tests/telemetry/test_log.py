"""The log holds one line for each event, and a stream that is broken keeps it from no other."""

import json
from pathlib import Path

import pytest
from tests.telemetry.records import INTERACTION, finished, stage, started

from sayso.failures import FailureClass
from sayso.telemetry.logs import Log, LogObserver


def test_each_event_is_one_line_with_the_id(tmp_path: Path) -> None:
    """Start, stage and end; the last names the class."""
    log = Log("s1", path=tmp_path / "log.jsonl", stderr=False)
    observer = LogObserver(log)
    observer.interaction_started(started())
    observer.stage_finished(stage())
    observer.interaction_finished(finished(FailureClass.TIMEOUT))
    log.close()

    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["interaction_started", "inference_finished", "interaction_finished"]
    assert {(line["interaction_id"], line["start_id"]) for line in lines} == {(INTERACTION, "s1")}
    assert (lines[2]["outcome"], lines[2]["code"], lines[2]["failure_class"]) == ("failed", "PREDICT_FAILED", "timeout")


def test_nothing_said_in_private_is_logged(tmp_path: Path) -> None:
    """A line holds what the public part of a record holds."""
    log = Log("s1", path=tmp_path / "log.jsonl", stderr=False)
    LogObserver(log).stage_finished(stage())
    log.close()

    assert "said in private" not in (tmp_path / "log.jsonl").read_text()


def test_a_broken_stderr_keeps_no_line_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is raised once the file has its line, so that it is counted."""
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stderr", full)
        log = Log("s1", path=tmp_path / "log.jsonl")
        with pytest.raises(OSError, match="No space left"):
            LogObserver(log).interaction_started(started())
        log.close()
        with pytest.raises(OSError, match="No space left"):
            full.close()

    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 1
