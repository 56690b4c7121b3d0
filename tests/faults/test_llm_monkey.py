"""Replies that keep to the schema by construction, and are false, never reach the predictor."""

import asyncio
from pathlib import Path

import pytest
from tests.faults.llm_monkey import run

from sayso.testing.llm_adversary import Wire

COUNT = 100
"""On each wire; ``python -m tests.faults.llm_monkey 1000`` asks more, and found the same zeros."""


@pytest.mark.parametrize("wire", Wire)
def test_no_false_claim_of_a_monkey_is_supported_or_reaches_the_predictor(wire: Wire, tmp_path: Path) -> None:
    """Every reply keeps to the schema; none that is false gets past verification."""
    counts = asyncio.run(run(COUNT, wire, tmp_path, seed=7))

    assert (counts["replies"], counts["requests"]) == (COUNT, COUNT)
    assert (counts["predictions"], counts["false claims supported"]) == (0, 0)
    # Chance writes a reply of nulls alone about once in sixty-four.
    assert counts["false replies"] > 0.9 * COUNT
    assert counts["contradicted"] > COUNT


def test_a_monkey_that_lists_at_random_breaks_the_one_rule_that_no_schema_holds(tmp_path: Path) -> None:
    """Chance does not list exactly the features that are null."""
    counts = asyncio.run(run(30, Wire.OPENAI, tmp_path, seed=1, is_tidy=False))

    assert counts["predictions"] == 0
    assert counts["ended extraction_schema"] > 20
