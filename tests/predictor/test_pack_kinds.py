"""The page of model kinds says what happens when one of each is packed."""

from pathlib import Path

import pytest
from scripts.model_kinds import KINDS, Kind
from scripts.models_page import PAGE, outcome

LINES = PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_packed_or_refused_as_the_page_says(tmp_path: Path, kind: Kind) -> None:
    """``python -m scripts.models_page`` writes the page anew."""
    line = outcome(kind, tmp_path).line(kind)

    assert line in LINES


def test_the_page_lists_each_kind_once() -> None:
    """No row is left of a kind that is gone."""
    listed = [line.split(" | ")[0].removeprefix("| ") for line in LINES if line.endswith(" |")][1:]

    assert listed == [kind.name for kind in KINDS]
