"""Make tables of rows for scoring, and read what came of them."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet


def write(path: Path, table: pa.Table) -> Path:
    """Write a table as its name says."""
    match path.suffix:
        case ".csv":
            pa.csv.write_csv(table, path)
        case ".parquet":
            pa.parquet.write_table(table, path, row_group_size=7)
        case ".arrow":
            with pa.ipc.new_file(str(path), table.schema) as writer:
                writer.write_table(table, max_chunksize=11)
        case _:
            with pa.ipc.new_stream(str(path), table.schema) as writer:
                writer.write_table(table)
    return path


def read(path: Path) -> pa.Table:
    """Read a table as its name says."""
    match path.suffix:
        case ".csv":
            return pa.csv.read_csv(path)
        case ".parquet":
            return pa.parquet.read_table(path)
        case _:
            with pa.memory_map(str(path)) as file:
                return pa.ipc.open_file(file).read_all()


def lines(path: Path) -> list[Any]:
    """Read lines of JSON."""
    return [json.loads(line) for line in path.read_text().splitlines()]
