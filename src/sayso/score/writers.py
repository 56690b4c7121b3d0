"""Write batches: parts of a run as Arrow, which costs next to nothing, and the whole as CSV, Parquet or Arrow."""

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
            # Dictionaries of numbers that hardly repeat cost half of the time, and save nothing.
            texts = [field.name for field in schema if not pa.types.is_primitive(field.type)]
            opened = pa.parquet.ParquetWriter(str(path), schema, use_dictionary=texts or False)
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
    write(path, of, schema, (batch for part in parts for batch in _read(part)))


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
            return sum(batch.num_rows for batch in _read(path))


def _read(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.memory_map(str(path)) as file:
        reader = pa.ipc.open_file(file)
        yield from (reader.get_batch(index) for index in range(reader.num_record_batches))
