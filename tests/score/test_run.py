"""A table is scored whole or not at all, the totals agree, and a run that was stopped goes on."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from tests.predictor.workshop import NAMES, REPORT, contract_file, fitted, numbers, packed, price
from tests.score import tables

from sayso.failures import LedgerError, ScoreError
from sayso.predictor.pack import pack
from sayso.predictor.package import Package
from sayso.score.run import Job, Report, score
from sayso.score.table import Table

ROWS = 60
BAD = {4: None, 9: 900.0, 41: float("nan")}
REJECTED = {"not_finite": 1, "out_of_range": 1, "wrong_type": 1}


class StoppedError(Exception):
    """Stand for a process that ends in the middle."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """Give a package of three numbers."""
    return packed(tmp_path_factory.mktemp("package"), fitted(LinearRegression()))


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    """Give sixty rows with an id, three of which have no prediction."""
    made = numbers(ROWS)
    widths = [BAD.get(index, value) for index, value in enumerate(made["width"].tolist())]
    columns = {"id": [f"r{index}" for index in range(ROWS)], **{name: made[name].tolist() for name in NAMES}}
    return pa.table({**columns, "width": pa.array(widths, pa.float64())})


def _job(
    package: Package, source: Path, folder: Path, suffix: str = ".parquet", kept: tuple[str, ...] = ("id",)
) -> Job:
    table = Table.open(source, batch_rows=8)
    return Job(table, package, folder / f"out{suffix}", folder / "rejects.jsonl", kept, part_batches=2)


def _score(job: Job, recorded: list[Report] | None = None) -> Report:
    kept: list[Report] = [] if recorded is None else recorded
    return score(job, kept.append, lambda rows: None)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".arrow", ".ipc"])
@pytest.mark.parametrize("out", [".csv", ".parquet", ".arrow"])
def test_every_row_ends_as_prediction_or_reject(
    package: Package, rows: pa.Table, tmp_path: Path, suffix: str, out: str
) -> None:
    """Whatever the table is read from and written to."""
    source = tables.write(tmp_path / f"rows{suffix}", rows)

    report = _score(_job(package, source, tmp_path, out))

    scored = tables.read(tmp_path / f"out{out}")
    sound = [index for index in range(ROWS) if index not in BAD]
    made = numbers(ROWS)
    expected = package.predict_rows([[float(made[name][index]) for name in NAMES] for index in sound])
    csv_rejects = {"out_of_range": 1, "wrong_type": 2}  # CSV writes a NaN as text, which is no number in JSON
    assert (report.counts.rows, report.counts.predicted) == (ROWS, ROWS - len(BAD))
    assert report.counts.rejected == (csv_rejects if suffix == ".csv" else REJECTED)
    assert scored["row"].to_pylist() == sound
    assert scored["id"].to_pylist() == [f"r{index}" for index in sound]
    assert scored["prediction"].to_pylist() == pytest.approx(expected, rel=1e-12)
    assert [line["row"] for line in tables.lines(tmp_path / "rejects.jsonl")] == sorted(BAD)


def test_a_reject_says_what_is_wrong(package: Package, rows: pa.Table, tmp_path: Path) -> None:
    """Code, class, and each violation with its feature."""
    source = tables.write(tmp_path / "rows.parquet", rows)

    _score(_job(package, source, tmp_path))

    assert tables.lines(tmp_path / "rejects.jsonl")[1] == {
        "row": 9,
        "code": "INVALID_INPUT",
        "failure_class": "out_of_range",
        "detail": "width: out_of_range, got 900.0, allowed [-100.0, 100.0]",
        "violations": [{"feature": "width", "rule": "out_of_range", "got": 900.0, "allowed": [-100.0, 100.0]}],
    }


def test_classes_come_with_every_probability(tmp_path: Path) -> None:
    """The prediction is the most probable class."""
    target = np.where(price(numbers()) > 0, "large", "small")
    contract = contract_file(tmp_path, target={"name": "size", "type": "category", "values": ["small", "large"]})
    model = LogisticRegression().fit(numbers(), target)
    package = pack(model, numbers(), target, contract=contract, folder=tmp_path / "p", report=REPORT)
    source = tables.write(tmp_path / "rows.parquet", pa.Table.from_pandas(numbers(20)))

    _score(_job(package, source, tmp_path, kept=()))

    scored = tables.read(tmp_path / "out.parquet")
    assert scored["prediction"].to_pylist() == [
        "small" if small >= large else "large"
        for small, large in zip(
            scored["probability_small"].to_pylist(), scored["probability_large"].to_pylist(), strict=True
        )
    ]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".arrow"])
@pytest.mark.parametrize("out", [".csv", ".parquet", ".arrow"])
@pytest.mark.parametrize("after", [1, 8, 16, 24, 56])
def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(
    package: Package, rows: pa.Table, tmp_path: Path, suffix: str, out: str, after: int
) -> None:
    """What was finished is not done again, and the output is what it would have been."""
    source = tables.write(tmp_path / f"rows{suffix}", rows)
    (tmp_path / "straight").mkdir()
    straight = _score(_job(package, source, tmp_path / "straight", out))
    seen: list[int] = []

    def stop(done: int) -> None:
        seen.append(done)
        if sum(seen) >= after:
            raise StoppedError

    with pytest.raises(StoppedError):
        score(_job(package, source, tmp_path, out), lambda report: None, stop)
    resumed = _score(_job(package, source, tmp_path, out))

    assert resumed == straight
    assert (tmp_path / f"out{out}").read_bytes() == (tmp_path / "straight" / f"out{out}").read_bytes()
    assert not (tmp_path / f"out{out}.parts").exists()


def test_a_run_that_was_stopped_does_not_go_on_with_another_table(
    package: Package, rows: pa.Table, tmp_path: Path
) -> None:
    """Two halves of different runs would make no whole."""

    def stop(done: int) -> None:
        if done:
            raise StoppedError

    with pytest.raises(StoppedError):
        score(_job(package, tables.write(tmp_path / "rows.parquet", rows), tmp_path), lambda report: None, stop)
    other = _job(package, tables.write(tmp_path / "rows.parquet", rows.slice(1)), tmp_path)
    with pytest.raises(ScoreError, match="another input"):
        _score(other)


def test_a_run_that_can_not_be_recorded_gives_nothing_out_and_goes_on_later(
    package: Package, rows: pa.Table, tmp_path: Path
) -> None:
    """There is no prediction that the ledger does not know of."""
    job = _job(package, tables.write(tmp_path / "rows.parquet", rows), tmp_path)

    def fail(report: Report) -> None:
        raise LedgerError("the disk is full")

    with pytest.raises(LedgerError):
        score(job, fail, lambda rows: None)
    assert not job.out.exists()
    recorded: list[Report] = []
    report = _score(job, recorded)
    assert recorded == [report]


def test_what_is_there_is_not_written_over(package: Package, rows: pa.Table, tmp_path: Path) -> None:
    """The same command twice is an error, not a loss."""
    job = _job(package, tables.write(tmp_path / "rows.parquet", rows), tmp_path)
    _score(job)

    with pytest.raises(ScoreError, match="there already"):
        _score(job)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.drop_columns(["depth"]), "lacks the column 'depth'"),
        (lambda table: table.append_column("more", table["width"]), "'more', which the contract does not know"),
        (lambda table: table.rename_columns(["id", "Width", "depth", "weight"]), "lacks the column 'width'"),
        (lambda table: table.rename_columns(["id", "width", "width", "weight"]), "occurs twice"),
        (lambda table: table.drop_columns(["id"]), "lacks the column 'id'"),
    ],
    ids=["missing", "extra", "case", "twice", "kept"],
)
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".arrow"])
def test_a_table_with_other_columns_is_refused_whole(
    package: Package, rows: pa.Table, tmp_path: Path, change: object, said: str, suffix: str
) -> None:
    """Nothing is scored, and the column is named."""
    assert callable(change)
    source = tables.write(tmp_path / f"rows{suffix}", change(rows))

    with pytest.raises(ScoreError, match=said):
        _score(_job(package, source, tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == [source.name]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("rows.parquet", b"PAR1 no"), ("rows.arrow", b"no"), ("rows.csv", b""), ("rows.csv", b"id,width\n1,2,3\n"),
        ("rows.csv", b"id,\xff\n1,2\n"), ("rows.txt", b"a"), ("nowhere.csv", None),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_one_line(tmp_path: Path, name: str, body: bytes | None) -> None:
    """The message names the file."""
    if body is not None:
        (tmp_path / name).write_bytes(body)

    with pytest.raises(ScoreError, match=name):
        list(Table.open(tmp_path / name).batches())


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".arrow"])
def test_a_table_without_rows_has_an_empty_output(
    package: Package, rows: pa.Table, tmp_path: Path, suffix: str
) -> None:
    """Zero rows reconcile too."""
    report = _score(_job(package, tables.write(tmp_path / f"rows{suffix}", rows.slice(0, 0)), tmp_path))

    assert report.counts.rows == 0
    assert tables.read(tmp_path / "out.parquet").num_rows == 0
