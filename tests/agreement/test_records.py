"""What commits, tags and packages know of a version keeps it from being frozen with other content."""

from pathlib import Path

import pytest
from tests.agreement.repositories import commit, edit, refreeze

from sayso.agreement.git import Repository
from sayso.agreement.publication import publish
from sayso.agreement.records import frozen_versions
from sayso.contract.document import parse
from sayso.contract.freeze import freeze
from sayso.failures import DocumentError


def _path(root: Path) -> Path:
    return root / "model" / "feature_columns.json"


def _freeze(root: Path) -> bytes:
    body = _path(root).read_bytes()
    return freeze("c", body, frozen_versions(_path(root), parse("c", body).name))


def _without_digests(root: Path) -> None:
    edit(_path(root), digest=None, interface_digest=None, target={"name": "other"})


def test_the_package_the_commit_and_the_tag_are_all_records(repository: Path) -> None:
    """Each says name, version and digest of what it holds."""
    contract = parse("c", _path(repository).read_bytes())
    publish(Repository.around(_path(repository)), _path(repository), contract)
    found = frozen_versions(_path(repository), contract.name)

    assert [record.where.split(",")[0].split(" contract")[0] for record in found] == [
        "the model package",
        "the tag",
        "the last commit",
    ]
    assert {(record.name, record.version, record.digest) for record in found} == {
        (contract.name, "1.0.0", contract.digest)
    }


@pytest.mark.parametrize("record", ["manifest.json", "last commit"])
def test_taking_out_the_digests_does_not_unfreeze_a_version(repository: Path, record: str) -> None:
    """A record of the version is enough, whatever the document says of itself."""
    if record == "last commit":
        (repository / "model" / "manifest.json").unlink()
    _without_digests(repository)

    with pytest.raises(DocumentError, match=rf"1\.0\.0 is frozen with other content \(.*{record}\)"):
        _freeze(repository)


def test_a_raised_version_is_frozen(repository: Path) -> None:
    """The old digest in the document is known to be the old version's."""
    edit(_path(repository), version="1.0.1")

    assert parse("c", _freeze(repository)).version == "1.0.1"


def test_a_version_that_was_frozen_and_never_committed_is_refused_with_a_way_out(repository: Path) -> None:
    """Nobody can tell whether it was handed out; whoever knows that it was not can say so."""
    refreeze(_path(repository), version="1.0.1")
    edit(_path(repository), target={"name": "other"})

    with pytest.raises(DocumentError, match="remove digest and interface_digest and freeze again"):
        _freeze(repository)
    _without_digests(repository)
    assert parse("c", _freeze(repository)).version == "1.0.1"


def test_a_published_version_is_known_after_later_commits(repository: Path) -> None:
    """The tag keeps what the last commit no longer shows."""
    contract = parse("c", _path(repository).read_bytes())
    publish(Repository.around(_path(repository)), _path(repository), contract)
    (repository / "model" / "manifest.json").unlink()
    refreeze(_path(repository), version="2.0.0")
    commit(repository)
    edit(_path(repository), version="1.0.0", target={"name": "other"})

    with pytest.raises(DocumentError, match=r"\(the tag contract/"):
        _freeze(repository)


def test_without_git_and_package_there_are_no_records(tmp_path: Path, own_git: None) -> None:
    """A contract on its own has no past, and that is no fault."""
    assert frozen_versions(tmp_path / "feature_columns.json", "any") == []
