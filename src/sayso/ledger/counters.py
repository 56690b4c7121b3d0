"""Read the outcome counters that one process exposes for Prometheus."""

from collections import Counter
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True, slots=True)
class Counted:
    """Hold what one living process has counted since it started."""

    start_id: str
    interactions: Counter[tuple[str, str]]
    """By outcome and failure class (``none`` where predicted)."""


def counted(exposition: str) -> Counted:
    """Read Prometheus' text format; raises ValueError where it is none of ours."""
    samples = [sample for family in text_string_to_metric_families(exposition) for sample in family.samples]
    start_ids = [sample.labels["start_id"] for sample in samples if sample.name == "process_start_info"]
    if len(start_ids) != 1:
        raise ValueError("the page names no process start (process_start_info): these are not the metrics of sayso")
    interactions = Counter(
        {
            (sample.labels["outcome"], sample.labels["failure_class"]): int(sample.value)
            for sample in samples
            if sample.name == "interactions_total"
        }
    )
    return Counted(start_ids[0], interactions)
