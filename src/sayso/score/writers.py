"""Write batches as CSV, Parquet or Arrow, and put finished parts together."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from sayso.score.table import Format


class _Writer(Protocol):
    """Describe what the writers of pyarrow share."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write one batch."""
        ...


@contextmanager
def writer(path: Path, of: Format, schema: pa.Schema) -> Iterator[_Writer]:
    """Open one table for writing."""
    match of:
        case Format.CSV:
            opened = pa.csv.CSVWriter(str(path), schema)
        case Format.PARQUET:
            opened = pa.parquet.ParquetWriter(str(path), schema)
        case Format.ARROW:
            opened = pa.ipc.new_file(str(path), schema)
    with opened as given:
        yield given


def write(path: Path, of: Format, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write one table whole."""
    with writer(path, of, schema) as given:
        for batch in batches:
            given.write_batch(batch)


def join(path: Path, of: Format, schema: pa.Schema, parts: Sequence[Path]) -> None:
    """Put parts together into one table, a batch at a time."""
    if of is Format.CSV:
        _join_text(path, schema, parts)
    else:
        write(path, of, schema, (batch for part in parts for batch in _read(part, of)))


def rows_of(path: Path, of: Format) -> int:
    """Count the rows of a finished table by reading it again."""
    match of:
        case Format.PARQUET:
            rows: int = pa.parquet.ParquetFile(path).metadata.num_rows
            return rows
        case Format.CSV:
            with pa.csv.open_csv(path) as reader:
                return sum(batch.num_rows for batch in reader)
        case Format.ARROW:
            return sum(batch.num_rows for batch in _read(path, of))


def _read(path: Path, of: Format) -> Iterator[pa.RecordBatch]:
    if of is Format.PARQUET:
        yield from pa.parquet.ParquetFile(path).iter_batches()
        return
    with pa.memory_map(str(path)) as file:
        reader = pa.ipc.open_file(file)
        yield from (reader.get_batch(index) for index in range(reader.num_record_batches))


def _join_text(path: Path, schema: pa.Schema, parts: Sequence[Path]) -> None:
    """Copy the lines of all parts under one head line, which a part has as its first."""
    write(path, Format.CSV, schema, ())
    head = path.stat().st_size
    with path.open("ab") as whole:
        for part in parts:
            with part.open("rb") as lines:
                lines.seek(head)
                shutil.copyfileobj(lines, whole, 1024 * 1024)
