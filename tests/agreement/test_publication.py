"""A contract is published once, from a clean tree, and its tag proves it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.agreement.repositories import commit, edit, git, refreeze

from sayso.agreement.finding import Status
from sayso.agreement.git import Repository
from sayso.agreement.publication import obstacles, publish, tag_findings
from sayso.contract.document import parse
from sayso.contract.model import Contract
from sayso.failures import RepositoryError


def _path(root: Path) -> Path:
    return root / "model" / "feature_columns.json"


def _contract(root: Path) -> Contract:
    return parse("c", _path(root).read_bytes())


def _obstacles(root: Path) -> list[str]:
    return list(obstacles(Repository.around(_path(root)), _path(root), _contract(root)))


def _publish(root: Path) -> str:
    assert _obstacles(root) == []
    return publish(Repository.around(_path(root)), _path(root), _contract(root))


def _faults(root: Path) -> list[str]:
    found = tag_findings(Repository.around(_path(root)), _contract(root))
    return [of.detail for of in found if of.status is Status.DISAGREES]


def test_a_clean_frozen_contract_is_published_with_both_digests(repository: Path) -> None:
    """The tag is annotated, and its message names digests and path."""
    contract = _contract(repository)
    name = _publish(repository)

    assert name == f"contract/{contract.name}/v1.0.0"
    assert git(repository, "cat-file", "-t", name) == "tag\n"
    assert git(repository, "tag", "--list", "--format=%(contents)", name).splitlines() == [
        f"Contract {contract.name} 1.0.0",
        "",
        f"digest: {contract.digest}",
        f"interface_digest: {contract.interface_digest}",
        "path: model/feature_columns.json",
        "",
    ]


def test_a_published_contract_agrees_with_its_tag(repository: Path) -> None:
    """So it does in a clone, and after later commits."""
    _publish(repository)
    clone = repository.parent / "clone"
    git(repository, "clone", "--quiet", str(repository), str(clone))
    (clone / "note").write_text("later", encoding="utf-8")
    commit(clone)

    assert (_faults(repository), _faults(clone)) == ([], [])


def test_an_unpublished_contract_has_no_tag(repository: Path) -> None:
    """Asking for the tag of a version that was not published is a finding."""
    assert _faults(repository) == ["does not exist; sayso contract publish makes it"]


def _edit(root: Path) -> None:
    refreeze(_path(root), rules=[], version="1.0.0", target={"name": "other"})


def _lightweight(root: Path) -> None:
    name = f"contract/{_contract(root).name}/v1.0.0"
    git(root, "tag", "--delete", name)
    git(root, "tag", name)


def _empty_message(root: Path) -> None:
    name = f"contract/{_contract(root).name}/v1.0.0"
    git(root, "tag", "--delete", name)
    git(root, "tag", "--annotate", "--message", "moved", name)


def _moved(root: Path) -> None:
    """Let the tag keep its message, but mark a commit with other content."""
    name = f"contract/{_contract(root).name}/v1.0.0"
    before = _path(root).read_bytes()
    message = git(root, "tag", "--list", "--format=%(contents)", name)
    refreeze(_path(root), target={"name": "other"})
    commit(root)
    git(root, "tag", "--force", "--annotate", "--message", message, name)
    _path(root).write_bytes(before)


TAMPERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "content changed": (_edit, "its message says digest sha256:"),
    "no annotation": (_lightweight, "is not annotated; remove it and run sayso contract publish"),
    "another message": (_empty_message, "its message says digest nothing, the contract has sha256:"),
    "another commit": (_moved, "the commit that it marks has digest sha256:"),
}


@pytest.mark.parametrize(("tamper", "said"), TAMPERED.values(), ids=TAMPERED.keys())
def test_a_tag_that_disagrees_is_named(repository: Path, tamper: Callable[[Path], None], said: str) -> None:
    """Message, kind and marked commit are compared with the contract."""
    _publish(repository)
    tamper(repository)

    assert _faults(repository)[0].startswith(said)


def _dirty(root: Path) -> None:
    (root / "sayso.toml").write_text("# changed", encoding="utf-8")


def _untracked(root: Path) -> None:
    (root / "new file").write_text("", encoding="utf-8")


def _ignored(root: Path) -> None:
    """Take the contract out of version control without leaving a trace in the status."""
    git(root, "rm", "--quiet", "--cached", "model/feature_columns.json")
    (root / ".gitignore").write_text("model/feature_columns.json\n", encoding="utf-8")
    commit(root)


def _unfrozen(root: Path) -> None:
    edit(_path(root), digest=None, interface_digest=None)
    commit(root)


def _published(root: Path) -> None:
    _publish(root)


def _interface(root: Path) -> None:
    _publish(root)
    refreeze(_path(root), version="1.1.0", target={"name": "other"})
    commit(root)


def _tag_without_content(root: Path) -> None:
    git(root, "tag", "--annotate", "--message", "by hand", f"contract/{_contract(root).name}/v1.0.0")
    refreeze(_path(root), version="1.0.1")
    commit(root)


OBSTACLES: dict[str, tuple[Callable[[Path], None], str]] = {
    "changed file": (_dirty, "1 files differ from the last commit (sayso.toml); commit or remove them"),
    "new file": (_untracked, '1 files differ from the last commit ("new file"); commit or remove them'),
    "ignored": (_ignored, "is not in the last commit; commit it"),
    "unfrozen": (_unfrozen, "$.digest: is missing: the contract is not frozen; run sayso contract freeze"),
    "published": (_published, "exists already; raise version, freeze and commit"),
    "too small a step": (_interface, "1.0.0 → 1.1.0 is too small for a major change; make it 2.0.0 or higher"),
    "a tag by hand": (_tag_without_content, "leads to no sound contract to compare with; raise the major version"),
}


@pytest.mark.parametrize(("spoil", "said"), OBSTACLES.values(), ids=OBSTACLES.keys())
def test_what_keeps_a_contract_from_being_published_is_named(
    repository: Path, spoil: Callable[[Path], None], said: str
) -> None:
    """Each obstacle is one line with what to do."""
    spoil(repository)

    assert _obstacles(repository)[0].endswith(said)


def test_a_new_major_version_may_change_everything(repository: Path) -> None:
    """Where the major version rises there is nothing to compare."""
    _publish(repository)
    refreeze(_path(repository), version="2.0.0", target={"name": "other"})
    commit(repository)

    assert _publish(repository).endswith("/v2.0.0")


def test_an_older_line_can_be_mended_after_a_newer_one(repository: Path) -> None:
    """A step is measured from the version before it, not from the latest."""
    first = _path(repository).read_bytes()
    _publish(repository)
    refreeze(_path(repository), version="2.0.0", target={"name": "other"})
    commit(repository)
    _publish(repository)
    _path(repository).write_bytes(first)
    refreeze(_path(repository), version="1.0.1")
    commit(repository)

    assert _publish(repository).endswith("/v1.0.1")


def test_outside_a_repository_nothing_is_published(deployment: Path, own_git: None) -> None:
    """Without git there is a line that says so."""
    with pytest.raises(RepositoryError, match="not a git repository"):
        Repository.around(_path(deployment))


def test_without_a_commit_the_contract_is_not_committed(deployment: Path, own_git: None) -> None:
    """A repository with nothing in it is no surprise."""
    git(deployment, "init", "--quiet")

    assert "differ from the last commit" in _obstacles(deployment)[0]


def test_a_refusal_of_git_is_passed_on(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git says stands in the error."""
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    git(repository, "config", "user.useConfigOnly", "true")

    with pytest.raises(RepositoryError, match=r"git tag in .* failed: .*tell me who you are"):
        publish(Repository.around(_path(repository)), _path(repository), _contract(repository))


def test_a_machine_without_git_is_told_to_install_it(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The missing program is named."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))

    with pytest.raises(RepositoryError, match="install git"):
        Repository.around(_path(repository))


def test_the_repository_s_path_may_hold_any_letters(repository: Path) -> None:
    """Spaces and accents in a folder's name are no obstacle."""
    moved = repository.parent / "größe und form"
    shutil.move(repository, moved)

    assert _publish(moved).endswith("/v1.0.0")
