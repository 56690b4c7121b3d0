"""Every bad reply of a language model ends in the class that the catalogue names, in time, after one request."""

from pathlib import Path

import pytest
from tests.faults.llm_world import DEADLINE_S, run

from sayso.failures import Failure
from sayso.testing.llm_adversary import Wire
from sayso.testing.llm_bad_replies import CATALOGUE

CASES = [(name, wire) for name, scenario in CATALOGUE.items() for wire in scenario.wires]


@pytest.mark.parametrize(("name", "wire"), CASES, ids=[f"{wire}: {name}" for name, wire in CASES])
def test_a_bad_reply_ends_as_its_class_after_one_request(name: str, wire: Wire, tmp_path: Path) -> None:
    """The class is the catalogue's, the server saw one request, and the deadline held."""
    ended = run(CATALOGUE[name], wire, tmp_path)

    assert isinstance(ended.result, Failure), ended.result
    assert (CATALOGUE[name].expected.label, 1) == (ended.result.failure_class.label, ended.requests), ended.result
    assert ended.elapsed_s <= DEADLINE_S + 1.0
