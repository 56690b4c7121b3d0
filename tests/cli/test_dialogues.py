"""`sayso extract` and `sayso verify` answer files of dialogues line by line, or say in one line what is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CONTRACTS = ROOT / "tests" / "dialogues" / "contracts"
DEV = ROOT / "tests" / "dialogues" / "dev.jsonl"


def run(*arguments: object, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run sayso in a folder."""
    command = [sys.executable, "-m", "sayso", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=120)


def lines(text: str) -> list[dict[str, object]]:
    """Decode JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def _written(folder: Path, *rows: object) -> Path:
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_extract_answers_every_dialogue_in_order(tmp_path: Path) -> None:
    """One line each, with evidence, what is missing, the question and what was not used."""
    out = tmp_path / "out.jsonl"

    done = run("extract", "--contract", CONTRACTS, "--dialogues", DEV, "--out", out, folder=tmp_path)

    answers = lines(out.read_text(encoding="utf-8"))
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in answers] == [row["id"] for row in lines(DEV.read_text(encoding="utf-8"))]
    keys = {"id", "features", "missing_features", "assumptions", "clarifying_question", "unused"}
    assert all(set(row) == keys for row in answers)
    assert list(tmp_path.iterdir()) == [out]


def test_a_line_may_leave_the_contract_out_where_there_is_one(tmp_path: Path) -> None:
    """With one contract there is nothing to choose."""
    source = _written(tmp_path, {"id": "a", "turns": [{"role": "user", "text": "inflation is 3.1 %"}]})

    done = run("extract", "--contract", CONTRACTS / "policy-rate.json", "--dialogues", source, folder=tmp_path)

    [row] = lines(done.stdout)
    assert done.returncode == 0
    features = row["features"]
    assert isinstance(features, dict)
    assert features["Inflation Rate"]["value"] == 3.1
    assert "not frozen" in done.stderr


def test_verify_judges_each_claim_that_is_not_null(tmp_path: Path) -> None:
    """Supported, contradicted or unsupported, each with its reason."""
    claimed = {"value": 3.1, "quote": "3.1 %"}, {"value": 4.7, "quote": "3.1 %"}
    source = _written(
        tmp_path,
        {
            "id": "a",
            "turns": [{"role": "user", "text": "inflation is 3.1 %"}],
            "features": {"Inflation Rate": claimed[0], "Unemployment Rate": claimed[1], "Year": None},
        },
    )

    done = run("verify", "--contract", CONTRACTS / "policy-rate.json", "--claims", source, folder=tmp_path)

    [row] = lines(done.stdout)
    verdicts = row["verdicts"]
    assert isinstance(verdicts, dict)
    assert {name: found["verdict"] for name, found in verdicts.items()} == {
        "Inflation Rate": "supported",
        "Unemployment Rate": "contradicted",
    }


GOOD = {"id": "a", "turns": [{"role": "user", "text": "hi"}]}


@pytest.mark.parametrize(
    ("line", "said", "status"),
    [
        ("not json", "in.jsonl:1", 5),
        ('{"id": "a", "id": "b", "turns": []}', "in.jsonl:1", 5),
        ("[]", "in.jsonl:1", 5),
        ('{"id": "a"}', "in.jsonl:1", 5),
        ('{"id": "a", "turns": [{"role": "robot", "text": "hi"}]}', "in.jsonl:1", 5),
        (json.dumps({**GOOD, "contract": "unheard-of"}), "unheard-of", 2),
    ],
    ids=["no JSON", "a key twice", "no object", "no turns", "another role", "another contract"],
)
def test_a_bad_line_is_refused_by_its_place_and_nothing_is_written(
    line: str, said: str, status: int, tmp_path: Path
) -> None:
    """One line on stderr, exit 5 for a file that can't be read, 2 for a contract that was not given; no half output."""
    source = tmp_path / "in.jsonl"
    source.write_text(line + "\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"

    arguments = ("extract", "--contract", CONTRACTS / "policy-rate.json", "--dialogues", source, "--out", out)
    done = run(*arguments, folder=tmp_path)

    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
