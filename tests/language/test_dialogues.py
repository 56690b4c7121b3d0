"""A value that is given is right, or it is asked for: no wrong value on any worked dialogue."""

from pathlib import Path

import pytest
from tests.language.dialogues import BLIND, CASES, DEV, score

FLOORS = {DEV: 0.95, CASES: 0.94, BLIND: 0.9}
"""The recall reached so far; these figures may only rise."""


@pytest.mark.parametrize("path", [DEV, CASES, BLIND], ids=["the guide's dialogues", "held-back cases", "written blind"])
def test_no_value_is_wrong_and_most_are_found(path: Path) -> None:
    """Wrong values: none. What is left out is asked for, and stays rare."""
    found = score(path)

    assert found.wrong == ()
    assert found.recall >= FLOORS[path], f"recall fell to {found.recall:.4f}"
