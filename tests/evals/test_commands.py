"""The commands write what they promise, go on where they were, and refuse what does not fit."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from tests.agreement.repositories import refreeze
from tests.evals.worlds import recommit
from typer.testing import CliRunner

from sayso.cli.main import application
from sayso.evals.gate_report import read_report
from sayso.failures import DocumentError


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run a command on a deployment."""
    done = CliRunner().invoke(application(), [*arguments, "--config", str(folder / "sayso.toml")])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_eval_writes_table_data_and_page(small: Path) -> None:
    """One line a case in each, and a page that asks nobody for anything."""
    out = small / "var" / "eval"
    status, words = run(small, "eval", "--out", str(out))
    rows = list(csv.DictReader((out / "results.csv").read_text(encoding="utf-8").splitlines()))
    page = (out / "report.html").read_text(encoding="utf-8")

    assert status == 0, words
    assert words.startswith("language model: none was used")
    assert (len(rows), len(json.loads((out / "results.json").read_bytes())["cases"])) == (12, 12)
    assert page.count("<svg") >= 3
    assert re.findall(r'(?:src|href)="[^"]*"|<script|@import|url\(', page) == []


def test_eval_goes_on_where_it_was(small: Path) -> None:
    """A line that was cut off when the run was stopped is run again; the others are taken over as they are."""
    out = small / "var" / "eval"
    run(small, "eval", "--out", str(out))
    journal = out / "results.jsonl"
    before = journal.read_bytes().splitlines()
    journal.write_bytes(b"\n".join(before[:5]) + b"\n" + before[5][:40])
    run(small, "eval", "--out", str(out), "--resume")
    after = journal.read_bytes().splitlines()

    assert after[:5] == before[:5]
    assert [json.loads(line)["id"] for line in after] == [json.loads(line)["id"] for line in before]


def test_cases_are_stamped_after_they_were_read_anew(small: Path) -> None:
    """A new word changes the contract's digest; until the cases carry it, they are unsound."""
    path = small / "model" / "feature_columns.json"
    refreeze(path, version="1.0.1")
    unsound, _ = run(small, "eval", "--lint")
    run(small, "eval", "--stamp")
    sound, words = run(small, "eval", "--lint")

    assert (unsound, sound) == (1, 0), words


def test_gate_says_first_what_fails_and_writes_its_report(small: Path) -> None:
    """The JUnit XML has a failure for each line that failed, and the report reads back."""
    out = small / "var" / "gate"
    status, words = run(small, "gate", "--out", str(out))
    suite = ET.fromstring((out / "gate.xml").read_bytes())
    failed = [test.get("name") for test in suite.iter("testcase") if test.find("failure") is not None]

    assert status == 1
    assert words.splitlines()[0].startswith("FAILED too_few_cases: 12 cases, asked 300")
    assert failed[0] == "too_few_cases"
    assert read_report(out / "gate-report.json").lines[0].name == "too_few_cases"


def test_an_edited_report_is_refused(small: Path) -> None:
    """Its seal is another's."""
    out = small / "var" / "gate"
    run(small, "gate", "--out", str(out))
    path = out / "gate-report.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"failed"', '"passed"', 1), encoding="utf-8")

    with pytest.raises(DocumentError, match=r"\$\.seal"):
        read_report(path)


def test_a_report_fits_the_commit_that_it_names_and_no_other(deployment: Path) -> None:
    """After another commit it has to be gated again."""
    out = deployment / "var" / "gate"
    gate, words = run(deployment, "gate", "--out", str(out))
    fits, _ = run(deployment, "gate", "--check", str(out / "gate-report.json"), "--production")
    (deployment / "notes.txt").write_text("new", encoding="utf-8")
    recommit(deployment)
    fits_not, said = run(deployment, "gate", "--check", str(out / "gate-report.json"))

    assert (gate, fits, fits_not) == (0, 0, 1), words
    assert said.startswith("the gate's commit is ")
