"""Find what is known of a contract's earlier versions: in the last commit, in tags, in the model package beside it.

`sayso.contract.freeze` uses it to refuse a version that others know with other content. Where there is no git, or no
commit yet, there are fewer records, and that is no fault.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from sayso.agreement.git import Repository
from sayso.agreement.publication import published
from sayso.contract.document import parse
from sayso.contract.freeze import FrozenVersion
from sayso.contract.model import Seal
from sayso.failures import DocumentError, RepositoryError
from sayso.predictor.manifest import ContractDigests
from sayso.predictor.package import MANIFEST_FILE


class _Head(msgspec.Struct, frozen=True):
    """Read what a manifest says of its contract, and nothing else."""

    contract: ContractDigests


def frozen_versions(path: Path, name: str) -> list[FrozenVersion]:
    """List the versions of a contract that are recorded around its file."""
    return [*_packed(path.parent / MANIFEST_FILE), *_versioned(path, name)]


def _packed(manifest: Path) -> Iterator[FrozenVersion]:
    try:
        named = msgspec.json.decode(manifest.read_bytes(), type=_Head).contract
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return
    yield FrozenVersion(named.name, named.version, named.digest, f"the model package, {manifest}")


def _versioned(path: Path, name: str) -> Iterator[FrozenVersion]:
    try:
        repository = Repository.around(path)
        tags = published(repository, name)
    except RepositoryError:
        return
    for one in tags:
        if digest := one.fields.get("digest"):
            yield FrozenVersion(name, ".".join(map(str, one.version)), digest, f"the tag {one.tag.name}")
    body = repository.content("HEAD", repository.relative(path))
    try:
        committed = parse(path.name, body or b"")
    except DocumentError:
        return
    if committed.seal is Seal.FROZEN:
        yield FrozenVersion(committed.name, committed.version, committed.digest, "the last commit")
