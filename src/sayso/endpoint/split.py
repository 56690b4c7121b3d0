"""Choose who answers next so that shares are exact: after every 100 calls each model has had precisely its percentage.

Smooth weighted round robin, as nginx's upstream module does it since 1.3.1: each turn everybody gains its weight, the
richest answers and pays the sum. Of two models neither is ever a whole call away from its share.
"""

from collections.abc import Mapping


class Splitter:
    """Take turns among deployed models by weight."""

    def __init__(self, traffic_split: Mapping[str, int]) -> None:
        """Take percent by id."""
        self._weights = {key: share for key, share in sorted(traffic_split.items()) if share}
        self._credit = dict.fromkeys(self._weights, 0)

    def next(self) -> str | None:
        """Give the id of who answers next; None where nobody takes traffic."""
        if not self._weights:
            return None
        for key, weight in self._weights.items():
            self._credit[key] += weight
        chosen = max(self._credit, key=self._credit.__getitem__)
        self._credit[chosen] -= sum(self._weights.values())
        return chosen
