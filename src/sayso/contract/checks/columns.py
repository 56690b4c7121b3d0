"""Check that feature_columns and features name the same things, each once."""

from collections.abc import Iterator

from sayso.contract.shape import ContractDocument
from sayso.failures import Problem
from sayso.wire import place


def column_problems(document: ContractDocument) -> Iterator[Problem]:
    """Name the columns that are listed twice or not described, and the features that are not listed."""
    seen: set[str] = set()
    for index, name in enumerate(document.feature_columns):
        where = place(("feature_columns", index))
        if name in seen:
            yield Problem(where, f"{name!r} is listed twice; list each feature once")
        elif name not in document.features:
            yield Problem(where, f"{name!r} is not described in features")
        seen.add(name)
    for name in document.features:
        if name not in seen:
            yield Problem(place(("features", name)), "is not listed in feature_columns")
