"""Publish a contract as an annotated git tag, and compare one with its tag.

The tag ``contract/NAME/vX.Y.Z`` says that a version was handed out: its message holds both digests and the file's path,
so that the version can be found and proved later. Nothing is published from a tree that differs from its last commit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sayso.agreement.finding import Finding, judged
from sayso.agreement.git import Repository, Tag
from sayso.contract.diff import shortfall
from sayso.contract.document import parse, seal_problems
from sayso.contract.model import Contract
from sayso.failures import DocumentError

_FIELD = re.compile(r"^(digest|interface_digest|path): (.+)$", re.MULTILINE)
_VERSION = re.compile(r"/v(\d+)\.(\d+)\.(\d+)$")


@dataclass(frozen=True, slots=True)
class Published:
    """Hold one published version."""

    tag: Tag
    version: tuple[int, int, int]
    fields: dict[str, str]
    """``digest``, ``interface_digest`` and ``path``, as far as the message says them."""


def tag_name(contract: Contract) -> str:
    """Give the tag of a version."""
    return f"contract/{contract.name}/v{contract.version}"


def published(repository: Repository, name: str) -> list[Published]:
    """List the published versions of a contract, the oldest version first."""
    found = [
        Published(tag, (int(match[1]), int(match[2]), int(match[3])), dict(_FIELD.findall(tag.message)))
        for tag in repository.tags(f"contract/{name}")
        if (match := _VERSION.search(tag.name))
    ]
    return sorted(found, key=lambda one: one.version)


def obstacles(repository: Repository, path: Path, contract: Contract) -> Iterator[str]:
    """Name everything that keeps a contract from being published; nothing where it can be."""
    yield from (f"{path}: {problem}" for problem in seal_problems(contract))
    changes = repository.changes()
    if changes:
        few = ", ".join(line[3:] for line in changes[:3]) + (", …" if len(changes) > 3 else "")
        yield f"{repository.root}: {len(changes)} files differ from the last commit ({few}); commit or remove them"
    elif repository.content("HEAD", repository.relative(path)) != path.read_bytes():
        yield f"{path}: is not in the last commit; commit it"
    yield from _version_obstacles(repository, contract)


def _version_obstacles(repository: Repository, contract: Contract) -> Iterator[str]:
    known = published(repository, contract.name)
    if any(one.tag.name == tag_name(contract) for one in known):
        yield f"the tag {tag_name(contract)} exists already; raise version, freeze and commit"
        return
    major, minor, patch = map(int, contract.version.split("."))
    before = [one for one in known if (major, 0, 0) <= one.version < (major, minor, patch)]
    if not before:
        return  # a new major version may change everything
    old = _content(repository, before[-1])
    if old is None:
        yield f"{before[-1].tag.name} leads to no sound contract to compare with; raise the major version"
    elif fault := shortfall(old, contract):
        yield f"{before[-1].tag.name} is published, and {fault}"


def _content(repository: Repository, one: Published) -> Contract | None:
    """Parse a published version; None where the tag does not lead to a sound contract."""
    body = repository.content(one.tag.name, one.fields.get("path", ""))
    try:
        return None if body is None else parse(one.tag.name, body)
    except DocumentError:
        return None


def publish(repository: Repository, path: Path, contract: Contract) -> str:
    """Write the tag of a contract that nothing keeps from it, and give the tag's name; raises RepositoryError."""
    message = (
        f"Contract {contract.name} {contract.version}\n\n"
        f"digest: {contract.digest}\n"
        f"interface_digest: {contract.interface_digest}\n"
        f"path: {repository.relative(path)}\n"
    )
    repository.tag(tag_name(contract), message)
    return tag_name(contract)


def tag_findings(repository: Repository, contract: Contract) -> Iterator[Finding]:
    """Compare a contract with the tag of its version."""
    name = tag_name(contract)
    yield from judged(f"tag {name}", _tag_faults(repository, contract), "annotated, and holds both digests")


def _tag_faults(repository: Repository, contract: Contract) -> Iterator[str]:
    one = next((one for one in published(repository, contract.name) if one.tag.name == tag_name(contract)), None)
    if one is None:
        yield "does not exist; sayso contract publish makes it"
        return
    if not one.tag.annotated:
        yield "is not annotated; remove it and run sayso contract publish"
        return
    for key, true in (("digest", contract.digest), ("interface_digest", contract.interface_digest)):
        if one.fields.get(key) != true:
            yield f"its message says {key} {one.fields.get(key, 'nothing')}, the contract has {true}"
    content = _content(repository, one)
    if content is None:
        yield f"the commit that it marks has no sound contract at {one.fields.get('path', 'any path that it names')}"
    elif content.digest != contract.digest:
        yield f"the commit that it marks has digest {content.digest}, the contract has {contract.digest}"
