"""Read a registry's counters and histograms as plain series, for whoever sends them elsewhere.

What is exported has one source, the registry that Prometheus scrapes, so that no two places can count differently.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.samples import Sample

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Buckets:
    """Hold a histogram since its beginning."""

    edges: tuple[float, ...]
    """Upper edges, the infinite one left out."""
    counts: tuple[int, ...]
    """How many fell into each bucket alone; one more than edges."""
    total: float
    """The sum of what was observed."""

    @property
    def count(self) -> int:
        """Give how many were observed."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Series:
    """Hold one labelled series of a registry."""

    name: str
    description: str
    labels: Mapping[str, str]
    since_s: float
    """When it began to count, in seconds since 1970."""
    value: int | Buckets
    """A count since then, or a histogram."""


def read(registry: CollectorRegistry) -> Iterator[Series]:
    """Give every counter and histogram of a registry; what is neither only describes the process."""
    for family in registry.collect():
        if family.type in ("counter", "histogram"):
            yield from _of_family(family)


def _of_family(family: Metric) -> Iterator[Series]:
    groups: dict[Labels, list[Sample]] = defaultdict(list)
    for sample in family.samples:
        groups[tuple((key, text) for key, text in sample.labels.items() if key != "le")].append(sample)
    for labels, samples in groups.items():
        values = {sample.name.removeprefix(f"{family.name}_"): sample.value for sample in samples}
        value = int(values["total"]) if family.type == "counter" else _buckets(samples, values["sum"])
        yield Series(family.name, family.documentation, dict(labels), values["created"], value)


def _buckets(samples: list[Sample], total: float) -> Buckets:
    upto = [(float(sample.labels["le"]), int(sample.value)) for sample in samples if "le" in sample.labels]
    counts = [count for _, count in upto]
    alone = tuple(after - before for before, after in zip([0, *counts], counts, strict=False))
    return Buckets(tuple(edge for edge, _ in upto[:-1]), alone, total)
