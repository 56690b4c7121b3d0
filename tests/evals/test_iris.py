"""The second deployment is measured in the same way, by its own cases."""

import shutil
from pathlib import Path

from tests.evals.worlds import ROOT, gated, recommit

from sayso.evals.cases import read_cases


def test_iris_passes_its_gate(deployment: Path) -> None:
    """It has cases of its own, and a judge that was tested on the reference deployment's items."""
    folder = deployment / "examples" / "iris"
    shutil.copytree(ROOT / "examples" / "iris", folder, ignore=shutil.ignore_patterns("__pycache__", "var"))
    recommit(deployment)

    assert len(read_cases(folder / "evals" / "extraction_cases.jsonl")) >= 60
    assert gated(folder).failing == []
