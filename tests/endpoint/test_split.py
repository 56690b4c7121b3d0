"""Traffic shares are exact, and no model waits long for its turn."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.endpoint.split import Splitter


@st.composite
def _splits(draw: st.DrawFn) -> dict[str, int]:
    """Give percentages of up to five models that sum to 100."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=4)))
    edges = [0, *cuts, 100]
    return {str(index): high - low for index, (low, high) in enumerate(pairwise(edges))}


@given(_splits())
def test_after_every_hundred_calls_each_model_had_its_percentage(split: dict[str, int]) -> None:
    """Three hundred calls are three times the split, to the call."""
    splitter = Splitter(split)

    for _ in range(3):
        counts = Counter(splitter.next() for _ in range(100))
        assert dict(counts) == {key: share for key, share in split.items() if share}


@given(st.integers(0, 100), st.integers(1, 250))
def test_of_two_models_neither_is_a_whole_call_away_from_its_share(percent: int, calls: int) -> None:
    """A canary of 10 percent gets every tenth call, not ten in a row."""
    splitter = Splitter({"1": percent, "2": 100 - percent})

    count = sum(splitter.next() == "1" for _ in range(calls))

    assert abs(count - calls * percent / 100) < 1


@pytest.mark.parametrize("split", [{}, {"1": 0}])
def test_without_shares_nobody_answers(split: dict[str, int]) -> None:
    """No traffic is no model, not any model."""
    assert Splitter(split).next() is None
