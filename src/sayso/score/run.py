"""Score one table from beginning to end: part by part, then put together, counted again, recorded, and given out."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from sayso.failures import ScoreError
from sayso.predictor.package import Package
from sayso.score import writers
from sayso.score.admission import Admission
from sayso.score.parts import Part, Parts, total
from sayso.score.scorer import Scored, Scorer
from sayso.score.table import Format, Table
from sayso.wire import JSON

PART_BATCHES = 16
"""A part is a million rows: what a run that is stopped has to do again, at most."""


@dataclass(frozen=True, slots=True)
class Job:
    """Say what to score, with what, and where to."""

    table: Table
    package: Package
    out: Path
    rejects: Path
    kept: tuple[str, ...] = ()
    extrapolate: bool = True
    part_batches: int = PART_BATCHES

    def check(self) -> None:
        """Refuse a table that has not exactly the contract's columns and the kept ones, and files that are there.

        Raises:
            ScoreError: naming every column at fault.
        """
        names = self.package.contract.names
        columns = self.table.columns
        problems = [f"lacks the column {name!r}" for name in (*names, *self.kept) if name not in columns]
        more = [name for name in columns if name not in names and name not in self.kept]
        problems += [
            f"has the column {name!r}, which the contract does not know; take it along with --keep" for name in more
        ]
        problems += [
            f"has {name!r} to keep, which is a column of the output" for name in self.kept if name in self._own()
        ]
        if problems:
            raise ScoreError(f"{self.table.path} {'; '.join(problems[:8])}")
        for path in (self.out, self.rejects):
            if path.exists():
                raise ScoreError(f"{path} is there already; remove it, or name another file")

    def _own(self) -> Sequence[str]:
        shares = [f"probability_{value}" for value in self.package.contract.target.values]
        return ["row", "prediction", "interval_low", "interval_high", "extrapolated", *shares]


@dataclass(frozen=True, slots=True)
class Report:
    """Hold what a run came to."""

    counts: Part
    input_sha256: str
    output_sha256: str
    rejects_sha256: str
    contract: str
    revision: str

    def as_json(self) -> dict[str, JSON]:
        """Give it for programs and for the ledger."""
        return {
            "rows": self.counts.rows,
            "predicted": self.counts.predicted,
            "rejected": dict(self.counts.rejected),
            "input_sha256": self.input_sha256,
            "output_sha256": self.output_sha256,
            "rejects_sha256": self.rejects_sha256,
            "contract": self.contract,
            "revision": self.revision,
        }


Record = Callable[[Report], None]
"""Make a run durable in the ledger; raises LedgerError, and then nothing is given out."""

Progress = Callable[[int], None]
"""Is told how many rows were done just now."""


def score(job: Job, record: Record, progress: Progress) -> Report:
    """Score a table; a run that was stopped goes on.

    Raises:
        ScoreError: the table can't be scored as it is, or the totals do not reconcile.
        LedgerError: the run can't be recorded; what was done is kept, the same command goes on with it.
    """
    job.check()
    of = Format.of(job.out)
    parts = Parts(job.out.with_name(f"{job.out.name}.parts"))
    digest = _sha256(job.table.path)
    with parts.held(_run(job, digest)) as finished:
        done = list(finished)
        progress(sum(part.rows for part in done))
        done += _parts(job, parts, len(done), sum(part.rows for part in done), progress)
        whole, rejects = parts.folder / f"whole{of.value}", parts.folder / "whole.jsonl"
        schema = _schema(job)
        writers.join(whole, of, schema, [parts.table(index) for index in range(len(done))])
        _join_lines(rejects, [parts.rejects(index) for index in range(len(done))])
        counts = total(done)
        _reconcile(job, counts, writers.rows_of(whole, of), _lines(rejects))
        contract, revision = job.package.contract.reference, job.package.revision
        report = Report(counts, digest, _sha256(whole), _sha256(rejects), contract, revision)
        record(report)
        rejects.replace(job.rejects)
        whole.replace(job.out)
    parts.remove()
    return report


def _run(job: Job, digest: str) -> Mapping[str, str]:
    """Say by what two runs are the same."""
    return {
        "input": digest,
        "contract": job.package.contract.reference,
        "model": job.package.revision,
        "kept columns": ", ".join(job.kept),
        "extrapolation": str(job.extrapolate),
    }


def _scorer(job: Job) -> Scorer:
    textual = job.table.format is Format.CSV
    contract, ranges = job.package.contract, job.package.training_ranges
    admission = Admission(contract, ranges, textual=textual, extrapolate=job.extrapolate)
    return Scorer(job.package, admission, job.kept)


def _schema(job: Job) -> pa.Schema:
    """Give the schema of the output, with contract and revision in its metadata."""
    empty = next(job.table.batches(), None)
    if empty is None:
        fields = [pa.field(name, pa.string()) for name in job.table.columns]
        empty = pa.RecordBatch.from_pylist([], pa.schema(fields))
    schema: pa.Schema = _scorer(job).score(empty.slice(0, 0), 0).predictions.schema
    return schema.with_metadata(
        {"sayso.contract": job.package.contract.reference, "sayso.revision": job.package.revision}
    )


def _parts(job: Job, parts: Parts, index: int, after: int, progress: Progress) -> Iterator[Part]:
    """Score what is left, a part at a time."""
    scorer, schema = _scorer(job), _schema(job)
    batches = job.table.batches(after)
    while (scored := _Stretch(scorer, batches, after, progress)).begin():
        counts: Counter[str] = Counter()
        with (
            parts.rejects(index).open("wb") as lines,
            writers.writer(parts.table(index), Format.ARROW, schema) as table,
        ):
            for predictions, rejects in scored.results(job.part_batches):
                table.write_batch(predictions.replace_schema_metadata(schema.metadata))
                lines.writelines(reject.line() for reject in rejects)
                counts.update(reject.failure.failure_class.label for reject in rejects)
        part = Part(scored.rows, scored.rows - counts.total(), dict(counts))
        parts.finish(part)
        yield part
        after, index = after + scored.rows, index + 1


class _Stretch:
    """Score some batches in a row."""

    def __init__(self, scorer: Scorer, batches: Iterator[pa.RecordBatch], first_row: int, progress: Progress) -> None:
        self.rows = 0
        self._scorer = scorer
        self._batches = batches
        self._first_row = first_row
        self._progress = progress
        self._next: pa.RecordBatch | None = None

    def begin(self) -> bool:
        """Read the first batch; False where there is none."""
        self._next = next(self._batches, None)
        return self._next is not None

    def results(self, most: int) -> Iterator[Scored]:
        """Score at most so many batches."""
        for count in range(most):
            batch = self._next if count == 0 else next(self._batches, None)
            if batch is None:
                return
            yield self._scorer.score(batch, self._first_row + self.rows)
            self.rows += batch.num_rows
            self._progress(batch.num_rows)


def _reconcile(job: Job, counts: Part, written: int, rejected: int) -> None:
    """Hold what was read, what was written and what was counted against one another."""
    declared = counts.rows if job.table.rows is None else job.table.rows
    if not (declared == counts.rows == written + rejected and written == counts.predicted):
        raise ScoreError(
            f"the totals do not reconcile: {declared} rows in the table, {counts.rows} read, {written} predictions and "
            f"{rejected} rejects written; nothing was given out"
        )


def _join_lines(path: Path, parts: Sequence[Path]) -> None:
    with path.open("wb") as whole:
        for part in parts:
            with part.open("rb") as lines:
                whole.writelines(lines)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ScoreError(f"{path} can't be read: {error.strerror}") from error
