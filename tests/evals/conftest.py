"""Share the reference deployment in a repository of its own."""

from pathlib import Path

import pytest
from tests.agreement.conftest import own_git
from tests.evals import worlds

__all__ = ["own_git"]


@pytest.fixture
def deployment(own_git: None, tmp_path: Path) -> Path:
    """Give a deployment that passes its gate."""
    return worlds.make(tmp_path / "deployment")


@pytest.fixture
def small(deployment: Path) -> Path:
    """Give one with 12 cases, which fails for that and for nothing else."""
    worlds.keep_cases(deployment, 12)
    worlds.recommit(deployment)
    return deployment
