"""Count what a predictor answered, cheaply enough to stay on, and show it to Prometheus.

Counts are unsigned 64-bit numbers in one flat row for each worker process. Alone, a worker keeps its row in memory;
several workers keep theirs as files of one folder, and whichever of them is scraped adds all rows up, those of workers
that ended included, so that counters never fall. prometheus-client's own counters cost microseconds each time, and its
way to merge processes costs more.
"""

import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from tempfile import NamedTemporaryFile

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from sayso.failures import Code, FailureClass, Outcome

LATENCY_EDGES_MS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10000)
"""Bucket edges: a row takes a fraction of a millisecond; 2000 is one because the SLO is P95 below 2.0 s."""

PREDICTOR_CODES = (Code.INVALID_INPUT, Code.MODEL_NOT_READY, Code.PREDICT_FAILED)
"""The only codes that a predictor gives."""

CLASSES = tuple(failure_class for failure_class in FailureClass if failure_class.code in PREDICTOR_CODES)

_EDGES_NS = [int(edge * 1_000_000) for edge in LATENCY_EDGES_MS]
_INSTANCES, _SUM_NS, _PREDICTED = 0, 1, 2
_FAILED = 3
_BUCKETS = _FAILED + len(CLASSES)
_CELLS = _BUCKETS + len(_EDGES_NS) + 1
_PLACE = {failure_class: _FAILED + index for index, failure_class in enumerate(CLASSES)}


class Tally(Collector):
    """Hold the counts of one worker, and add up those of all."""

    def __init__(self, start_id: str, *, ready: bool, folder: Path | None = None) -> None:
        """Start at zero.

        Args:
            start_id: names this start of the server.
            ready: whether this worker can predict.
            folder: where several workers keep their rows; None for a worker alone.
        """
        self._folder = folder
        self._cells = memoryview(_shared(folder) if folder else bytearray(8 * _CELLS)).cast("Q")
        self._start_id = start_id
        self._ready = ready
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def predicted(self, instances: int, elapsed_ns: int) -> None:
        """Count one request that was answered with predictions."""
        cells = self._cells
        cells[_PREDICTED] += 1
        cells[_INSTANCES] += instances
        cells[_SUM_NS] += elapsed_ns
        cells[_BUCKETS + bisect_left(_EDGES_NS, elapsed_ns)] += 1

    def failed(self, failure_class: FailureClass, elapsed_ns: int) -> None:
        """Count one request that was answered with a failure."""
        cells = self._cells
        cells[_PLACE[failure_class]] += 1
        cells[_SUM_NS] += elapsed_ns
        cells[_BUCKETS + bisect_left(_EDGES_NS, elapsed_ns)] += 1

    def exposition(self) -> bytes:
        """Write the text format that Prometheus scrapes."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Give the counts of all workers, as prometheus-client asks for them."""
        cells = self._sum()
        yield _requests(cells)
        instances = "Instances that were predicted."
        yield CounterMetricFamily("predict_instances", instances, value=cells[_INSTANCES])
        counts = list(accumulate(cells[_BUCKETS:]))
        edges = [*(str(float(edge)) for edge in LATENCY_EDGES_MS), "+Inf"]
        latency = "Time from a request's head to its answer, in milliseconds."
        yield HistogramMetricFamily(
            "predict_latency_ms", latency, buckets=list(zip(edges, counts, strict=True)), sum_value=cells[_SUM_NS] / 1e6
        )
        yield GaugeMetricFamily("predictor_ready", "1 where a prediction can be had, else 0.", value=int(self._ready))
        start = GaugeMetricFamily("process_start_info", "Names this start of the server.", labels=["start_id"])
        start.add_metric([self._start_id], 1)
        yield start

    def _sum(self) -> list[int]:
        if self._folder is None:
            return self._cells.tolist()
        rows = [path.read_bytes() for path in self._folder.iterdir()]
        whole = [array("Q", row) for row in rows if len(row) == 8 * _CELLS]  # a worker may be making its own just now
        return [sum(cells) for cells in zip(*whole, strict=True)]


def _requests(cells: list[int]) -> Metric:
    family = CounterMetricFamily(
        "predict_requests",
        "Requests that were answered, by outcome and failure class ('none' where predicted).",
        labels=["outcome", "failure_class"],
    )
    family.add_metric([Outcome.PREDICTED.value, "none"], cells[_PREDICTED])
    for failure_class, place in _PLACE.items():
        family.add_metric([failure_class.outcome.value, failure_class.label], cells[place])
    return family


def _shared(folder: Path) -> mmap.mmap:
    """Map this process's own row, in a file that outlives it."""
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(bytes(8 * _CELLS))
        file.flush()
        return mmap.mmap(file.fileno(), 0)
