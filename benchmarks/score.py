"""Measure `sayso score` beside a bare pyarrow and onnxruntime loop over the same Parquet file.

The bare loop checks nothing, counts nothing, keeps nothing of a run that stops, and writes no interval. Rows a second
of each, alternating, in processes of their own; the peak memory of ours is told for two sizes. Target: at least 0.6.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from benchmarks.serving import world

ROWS = int(os.environ.get("BENCH_ROWS", "2000000"))
ROUNDS = 3
TARGET = 0.6

BARE = """
import sys
import numpy as np, onnxruntime as ort, pyarrow as pa, pyarrow.parquet as pq
model, source, out, *names = sys.argv[1:]
options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
given, writer = session.get_inputs()[0].name, None
for batch in pq.ParquetFile(source).iter_batches(65536):
    rows = np.column_stack([batch.column(name).to_numpy(zero_copy_only=False) for name in names]).astype(np.float32)
    answer = pa.RecordBatch.from_pydict({"prediction": session.run(None, {given: rows})[0].ravel()})
    writer = writer or pq.ParquetWriter(out, answer.schema)
    writer.write_batch(answer)
writer.close()
"""

MEASURED = """
import resource, runpy, sys
sys.argv = ["sayso", *sys.argv[1:]]
try:
    runpy.run_module("sayso", run_name="__main__")
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def main() -> Mapping[str, float]:
    """Measure and print; give the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package = world.package(folder)
        (folder / "sayso.toml").write_text(f'[contract]\npath = "{package.folder}/feature_columns.json"\n')
        small, large = table(folder / "small.parquet", ROWS // 4), table(folder / "large.parquet", ROWS)
        bare = [sys.executable, "-c", BARE, str(package.folder / "model.onnx"), str(large), "bare.parquet"]
        ours = [sys.executable, "-c", MEASURED, "score", "--model", str(package.folder), "--out", "out.parquet"]
        seconds: dict[str, list[float]] = {"bare": [], "ours": []}
        for _ in range(ROUNDS):
            seconds["bare"].append(run([*bare, *package.contract.names], folder)[0])
            elapsed_s, large_kb = run([*ours, str(large)], folder)
            seconds["ours"].append(elapsed_s)
        small_kb = run([*ours, str(small)], folder)[1]
    ratio = median(seconds["bare"]) / median(seconds["ours"])
    growth = large_kb / small_kb
    print(f"score: rows a second / bare loop, {ROWS} rows, start-up included: {ratio:.2f} (>= {TARGET}: "
          f"{'met' if ratio >= TARGET else 'MISSED'})")  # fmt: skip
    print(f"score: peak memory {large_kb // 1024} MB at {ROWS} rows, {small_kb // 1024} MB at {ROWS // 4} rows")
    return {"score: rows a second / bare loop": ratio, "score: peak memory, all rows / a quarter": growth}


def table(path: Path, rows: int) -> Path:
    """Write the rows of the benchmark's world again and again."""
    made = pa.Table.from_pandas(world.rows(), preserve_index=False)
    order = np.random.default_rng(7)
    with pa.parquet.ParquetWriter(path, made.schema) as writer:
        for start in range(0, rows, 100_000):
            picked = order.integers(0, made.num_rows, min(100_000, rows - start))
            writer.write_table(made.take(pa.array(picked)))
    return path


def run(command: Sequence[str], folder: Path) -> tuple[float, int]:
    """Run one command in a folder; give its seconds, and the peak memory that ours tells in kilobytes."""
    for left in folder.glob("out.parquet*"):
        left.unlink()
    begin = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return time.monotonic() - begin, int(done.stderr.split()[-1]) if done.stderr.split() else 0


if __name__ == "__main__":
    main()
