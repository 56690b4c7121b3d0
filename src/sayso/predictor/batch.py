"""Hold the rows of one predict request, admitted by the contract, and say how large a request may be."""

from dataclasses import dataclass

import msgspec

from sayso.contract.admit import Value


class Batch(msgspec.Struct, frozen=True, gc=False):
    """Hold admitted rows in contract order; only `sayso.predictor.decode` makes one.

    It is to a request what a `FeatureVector` is to one row: whoever holds it knows that every value is finite, typed,
    within range and in contract order, and that every row obeys the contract's rules.
    """

    rows: list[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound what one request, and all requests at once, may ask of a predictor."""

    max_body_bytes: int = 1_572_864
    """1.5 MB: the largest predict request that Vertex AI lets through to a container."""
    max_instances: int = 1024
    """At about 3 µs a row for decoding, model and answer, one request holds a worker for a few milliseconds at most."""
    max_waiting: int = 256
    """Requests under way in one worker; the next one is told `overloaded` at once, instead of waiting unseen."""
    max_connections: int = 4096
    """Connections of one worker, far above `max_waiting`; the next one is told `overloaded` and closed."""
    body_timeout_s: float = 10.0
    """How long a body may take to arrive."""
