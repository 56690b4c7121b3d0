"""``sayso score`` scores a table, records it once in the ledger, and goes on after it was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from tests.end_to_end.conftest import sayso
from tests.predictor.serving import plain_environment
from tests.score import tables

ROOT = Path(__file__).parent.parent.parent
ROW = {"Inflation Rate": 3.1, "Unemployment Rate": 4.7, "Real GDP Growth": 1.2, "Current Rate": 4.2}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with settings of its own, over the reference model."""
    settings = (ROOT / "sayso.toml").read_text()
    (tmp_path / "sayso.toml").write_text(settings.replace('"model', f'"{ROOT}/model'))
    return tmp_path


def _batches(folder: Path) -> list[dict[str, object]]:
    done = sayso("ledger", "export", env=plain_environment(), cwd=folder)
    entries = (json.loads(line) for line in done.stdout.splitlines())
    return [entry["public"]["facts"] for entry in entries if entry["public"].get("event") == "batch"]


def test_a_table_is_scored_and_recorded_once(folder: Path) -> None:
    """What is printed is what the ledger holds; a reject makes exit status 1."""
    tables.write(folder / "rows.csv", pa.Table.from_pylist([ROW, ROW | {"Unemployment Rate": 900.0}]))

    done = sayso("score", "rows.csv", "--out", "out.csv", "--json", env=plain_environment(), cwd=folder)

    assert (done.returncode, done.stderr) == (1, "")
    assert _batches(folder) == [json.loads(done.stdout)]
    assert (folder / "out.csv").read_text().splitlines()[0].startswith('"row","prediction","interval_low"')


def test_a_table_without_rejects_is_clean(folder: Path) -> None:
    """Exit status 0, and an empty file of rejects."""
    tables.write(folder / "rows.parquet", pa.Table.from_pylist([ROW] * 3))

    done = sayso("score", "rows.parquet", "--out", "out.arrow", env=plain_environment(), cwd=folder)

    assert done.returncode == 0
    assert done.stdout == "3 rows: 3 predictions in out.arrow, 0 rejects in out.arrow.rejects.jsonl\n"


def test_a_column_too_many_is_one_line(folder: Path) -> None:
    """It says how to take the column along."""
    tables.write(folder / "rows.parquet", pa.Table.from_pylist([ROW | {"id": 1}]))

    done = sayso("score", "rows.parquet", "--out", "out.parquet", env=plain_environment(), cwd=folder)

    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert "--keep" in done.stderr


def test_a_run_that_was_killed_goes_on(folder: Path) -> None:
    """Killed once its first part is finished, it ends as if it had not been."""
    rows = pa.Table.from_pylist([ROW]).take(pa.array([0] * 2_500_000))
    pa.parquet.write_table(rows, folder / "rows.parquet")
    command = [sys.executable, "-m", "sayso", "score", "rows.parquet", "--out", "out.arrow"]
    process = subprocess.Popen(command, cwd=folder, env=plain_environment(), stdout=subprocess.DEVNULL)
    journal = folder / "out.arrow.parts" / "journal.jsonl"
    while process.poll() is None and not (journal.exists() and journal.stat().st_size):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL

    done = sayso("score", "rows.parquet", "--out", "out.arrow", "--json", env=plain_environment(), cwd=folder)

    assert json.loads(done.stdout)["predicted"] == 2_500_000
    assert tables.read(folder / "out.arrow")["row"].to_pylist()[-1] == 2_499_999
    assert len(_batches(folder)) == 1
