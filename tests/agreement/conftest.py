"""Share a deployment in a git repository of its own: a frozen contract, a model package packed under it."""

import os
import shutil
from pathlib import Path

import pytest
from tests.agreement.repositories import commit, git
from tests.predictor import packages


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pack one small model for all tests; each copies it."""
    return packages.sound(tmp_path_factory.mktemp("packed"))


@pytest.fixture
def deployment(packed: Path, tmp_path: Path) -> Path:
    """Give a folder with model/ and sayso.toml, without git."""
    shutil.copytree(packed, tmp_path / "deployment" / "model")
    (tmp_path / "deployment" / "sayso.toml").write_text("", encoding="utf-8")
    return tmp_path / "deployment"


@pytest.fixture
def own_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep git away from the user's settings, and from a repository that these tests may run inside."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Tester")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "tester@example.org")


@pytest.fixture
def repository(deployment: Path, own_git: None) -> Path:
    """Give the deployment as a repository with one commit."""
    git(deployment, "init", "--quiet", "--initial-branch=main")
    commit(deployment)
    return deployment
