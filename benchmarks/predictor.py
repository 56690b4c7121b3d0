"""Measure our predictor beside a strict FastAPI server and a hello-world, on one model, one body, one processor.

Each server has one processor and wrk the other; the servers take turns in alternating order, and figures are medians of
the rounds. Only ratios within a run mean anything: the machine may be shared. In process, the whole handler is held
against json.loads of the same body, and a batch against bare json and onnxruntime. The table and the plot go to
``var/bench/``.
"""

import gc
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import onnxruntime as ort
import structlog
from benchmarks.serving import load, world
from benchmarks.serving.bars import bars
from benchmarks.serving.servers import commands, running

from sayso.predictor.batch import Limits
from sayso.predictor.package import Package
from sayso.predictor.service import Served, Service
from sayso.predictor.tally import Tally

OUT = Path("var/bench")
INSTANCES = (1, 16, 128)
CONNECTIONS = (1, 32)
ROUNDS = 3
SECONDS = 2
SERVER_CPU, LOAD_CPU = 0, 1

OURS, FASTAPI, HELLO = "sayso", "strict FastAPI", "hello-world"


class Cell(NamedTuple):
    """Say which server was measured how."""

    instances: int
    connections: int
    server: str


class Seen(NamedTuple):
    """Hold one stretch of load; times in microseconds."""

    requests_per_s: float
    p50: float
    p95: float
    p99: float
    cpu: float
    """Processor time of the server for one request."""


class Target(NamedTuple):
    """Hold one promise and what was measured of it."""

    text: str
    measured: float
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        low, high = self.at_least, self.at_most
        met = (low is None or self.measured >= low) and (high is None or self.measured <= high)
        bound = f">= {low:g}" if low is not None else f"<= {high:g}"
        return f"{self.text}: {self.measured:.2f} ({bound}: {'met' if met else 'MISSED'})"


def main() -> Mapping[str, float]:
    """Measure, print every promise with its figure, and write the table and the plot; give the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package = world.package(folder)
        targets = list(in_process(package))
        cells = over_http(folder, package) if load.available() else {}
    if cells:
        targets += promises(cells)
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / "predictor.md").write_text(table(cells))
        (OUT / "predictor.svg").write_text(plot(cells))
        print(table(cells))
    else:
        print("predictor: over HTTP: not measured, wrk is not installed")
    for target in targets:
        print(f"predictor: {target}")
    return {target.text: target.measured for target in targets}


def in_process(package: Package) -> Iterator[Target]:
    """Hold the handler against json alone, and a batch against bare json and onnxruntime."""
    one, many = world.body(1), world.body(128)
    handle = handler(package)
    yield Target(
        "handler / json.loads, 1 instance", _best_s(lambda: handle(one)) / _best_s(lambda: json.loads(one)), None, 3.5
    )
    bare = bare_loop(package)
    yield Target(
        "128 instances, rows a second / bare loop", _best_s(lambda: bare(many)) / _best_s(lambda: handle(many)), 0.5
    )


def handler(package: Package) -> Callable[[bytes], bytes]:
    """Give all that our predictor does between the bytes of a body and those of its answer: checks, id, metrics."""
    service = Service(package, Limits(), structlog.get_logger())
    tally = Tally("bench", ready=True)
    count = iter(range(1 << 62))
    gc.collect()
    gc.freeze()  # as a worker does once it has loaded

    def handle(body: bytes) -> bytes:
        began_ns = time.perf_counter_ns()
        request_id = f"bench-{next(count)}"
        served = service.predict(body)
        assert isinstance(served, Served)
        assert request_id
        tally.predicted(served.instances, time.perf_counter_ns() - began_ns)
        return served.body

    return handle


def bare_loop(package: Package) -> Callable[[bytes], str]:
    """Give what a server without a single check would do."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(package.folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    given, output, names = session.get_inputs()[0].name, session.get_outputs()[0].name, package.contract.names

    def run(body: bytes) -> str:
        rows = [[row[name] for name in names] for row in json.loads(body)["instances"]]
        return json.dumps(
            {"predictions": session.run([output], {given: np.array(rows, np.float32)})[0].ravel().tolist()}
        )

    return run


def over_http(folder: Path, package: Package) -> Mapping[Cell, Seen]:
    """Measure every cell some times, in alternating order, and give the medians."""
    os.sched_setaffinity(0, {LOAD_CPU})
    seen: dict[Cell, list[Seen]] = {}
    servers = list(commands(package.folder).items())
    for turn in range(ROUNDS):
        for instances in INSTANCES:
            body = folder / f"body-{instances}.json"
            body.write_bytes(world.body(instances))
            for server, command in servers if turn % 2 == 0 else reversed(servers):
                with running(command, SERVER_CPU, body.read_bytes()) as started:
                    load.put(started.url, body, 8, 1, LOAD_CPU)  # warm
                    for connections in CONNECTIONS:
                        before_s = started.cpu_s()
                        shown = load.put(started.url, body, connections, SECONDS, LOAD_CPU)
                        cpu_us = (started.cpu_s() - before_s) / shown.requests * 1e6
                        cell = Cell(instances, connections, server)
                        seen.setdefault(cell, []).append(Seen(*shown[1:], cpu_us))
    return {cell: Seen(*map(median, zip(*found, strict=True))) for cell, found in sorted(seen.items())}


def promises(cells: Mapping[Cell, Seen]) -> Iterator[Target]:
    """Hold each promise against the medians."""
    ours, fastapi, hello = (cells[Cell(1, 32, server)] for server in (OURS, FASTAPI, HELLO))
    yield Target("requests a second / strict FastAPI, 32 connections", ours.requests_per_s / fastapi.requests_per_s, 7)
    alone = [cells[Cell(1, 1, server)].requests_per_s for server in (OURS, FASTAPI)]
    yield Target("requests a second / strict FastAPI, 1 connection", alone[0] / alone[1], 1.4)
    yield Target("processor time a request / hello-world", ours.cpu / hello.cpu, None, 6)
    yield Target("p99 / p50, 32 connections", ours.p99 / ours.p50, None, 3)


def table(cells: Mapping[Cell, Seen]) -> str:
    """Write the cells as a table, with the ratio to strict FastAPI."""
    lines = [
        "| instances | connections | server | x strict FastAPI | requests/s | p50 µs | p95 µs | p99 µs | CPU µs |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for cell, seen in cells.items():
        ratio = seen.requests_per_s / cells[cell._replace(server=FASTAPI)].requests_per_s
        figures = f"{seen.requests_per_s:.0f} | {seen.p50:.0f} | {seen.p95:.0f} | {seen.p99:.0f} | {seen.cpu:.1f}"
        lines.append(f"| {cell.instances} | {cell.connections} | {cell.server} | {ratio:.2f} | {figures} |")
    return "\n".join(lines) + "\n"


def plot(cells: Mapping[Cell, Seen]) -> str:
    """Draw requests a second, as multiples of strict FastAPI in the same cell."""
    drawn = {}
    for cell, seen in cells.items():
        label = f"{cell.server}, {cell.instances} instances, {cell.connections} connections"
        drawn[label] = seen.requests_per_s / cells[cell._replace(server=FASTAPI)].requests_per_s
    return bars("Requests a second, as multiples of a strict FastAPI server", drawn)


def _best_s(once: Callable[[], object]) -> float:
    """Give seconds of the quickest of many rounds: the one that the machine disturbed least."""
    best = float("inf")
    for _ in range(50):
        begin = time.perf_counter()
        for _ in range(100):
            once()
        best = min(best, time.perf_counter() - begin)
    return best / 100


if __name__ == "__main__":
    main()
