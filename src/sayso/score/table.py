"""Read CSV, Parquet and Arrow tables in batches of bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from sayso.failures import ScoreError

BATCH_ROWS = 65_536
"""Rows at a time: enough that Python costs little for each, and 0.5 MB for each column."""

CSV_BLOCK_BYTES = 8 * 1024 * 1024


class Format(StrEnum):
    """Say how a table is written; the file's name tells."""

    CSV = ".csv"
    PARQUET = ".parquet"
    ARROW = ".arrow"

    @classmethod
    def of(cls, path: Path) -> Self:
        """Tell by the suffix; raises ScoreError where it tells nothing."""
        suffix = path.suffix.lower()
        if suffix in (".feather", ".ipc"):
            return cls(".arrow")
        try:
            return cls(suffix)
        except ValueError as error:
            raise ScoreError(f"{path}: the name must end in .csv, .parquet or .arrow") from error


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a table that can be read more than once."""

    path: Path
    format: Format
    columns: tuple[str, ...]
    rows: int | None
    """How many rows there are, where the file says so before it is read."""
    batch_rows: int

    @classmethod
    def open(cls, path: Path, batch_rows: int = BATCH_ROWS) -> Self:
        """Look at a table, to be read in batches of at most so many rows.

        Raises:
            ScoreError: it can't be read, or a column's name occurs twice.
        """
        chosen = Format.of(path)
        try:
            names, rows = _head(path, chosen)
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
            raise _unreadable(path, error) from error
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ScoreError(f"{path}: the column {twice!r} occurs twice; take one out")
        return cls(path, chosen, tuple(names), rows, batch_rows)

    def batches(self, after: int = 0) -> Iterator[pa.RecordBatch]:
        """Read the rows after so many.

        Raises:
            ScoreError: the file breaks off or is not what its name says.
        """
        seen = 0
        try:
            for batch in _batches(self):
                for start in range(0, batch.num_rows, self.batch_rows):
                    piece = batch.slice(start, self.batch_rows)
                    seen += piece.num_rows
                    if seen > after:
                        yield piece.slice(max(0, piece.num_rows - (seen - after)))
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
            raise _unreadable(self.path, error, seen) from error


def _head(path: Path, chosen: Format) -> tuple[list[str], int | None]:
    match chosen:
        case Format.CSV:
            with pa.csv.open_csv(path) as reader:
                return list(reader.schema.names), None
        case Format.PARQUET:
            metadata = pa.parquet.ParquetFile(path).metadata
            return list(metadata.schema.to_arrow_schema().names), metadata.num_rows
        case Format.ARROW:
            with pa.memory_map(str(path)) as file:
                return list(_arrow(file).schema.names), None


def _batches(table: Table) -> Iterator[pa.RecordBatch]:
    path = table.path
    match table.format:
        case Format.CSV:
            read = pa.csv.ReadOptions(block_size=CSV_BLOCK_BYTES)
            # All as text: what a cell means is decided by the contract, never guessed from the first rows.
            convert = pa.csv.ConvertOptions(
                column_types=dict.fromkeys(table.columns, pa.string()), strings_can_be_null=False
            )
            with pa.csv.open_csv(path, read_options=read, convert_options=convert) as reader:
                yield from reader
        case Format.PARQUET:
            yield from pa.parquet.ParquetFile(path).iter_batches(table.batch_rows)
        case Format.ARROW:
            with pa.memory_map(str(path)) as file:
                reader = _arrow(file)
                if isinstance(reader, pa.ipc.RecordBatchFileReader):
                    yield from (reader.get_batch(index) for index in range(reader.num_record_batches))
                else:
                    yield from reader


def _arrow(file: pa.MemoryMappedFile) -> pa.ipc.RecordBatchFileReader | pa.ipc.RecordBatchStreamReader:
    """Open either of the two forms of Arrow files."""
    try:
        return pa.ipc.open_file(file)
    except pa.ArrowInvalid:
        file.seek(0)
        return pa.ipc.open_stream(file)


def _unreadable(path: Path, error: Exception, rows: int = 0) -> ScoreError:
    where = f" after {rows} rows" if rows else ""
    return ScoreError(f"{path} can't be read{where}: {' '.join(str(error).split())[:300]}")
