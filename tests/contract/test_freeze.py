"""A version is frozen once; the same version with other content is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import CONTRACTS

from sayso.contract.document import parse
from sayso.contract.freeze import FrozenVersion, freeze
from sayso.failures import DocumentError

SOURCE = (CONTRACTS / "policy-rate.json").read_bytes()


def _changed(body: bytes, **changes: object) -> bytes:
    document: dict[str, Any] = json.loads(body)
    return json.dumps(document | changes).encode()


def test_freezing_writes_the_digests_of_the_content() -> None:
    """Both digests stand after the version, and are those that parsing computes."""
    frozen = json.loads(freeze("c.json", SOURCE))
    contract = parse("c.json", SOURCE)

    assert list(frozen)[:4] == ["contract", "version", "digest", "interface_digest"]
    assert (frozen["digest"], frozen["interface_digest"]) == (contract.digest, contract.interface_digest)


def test_freezing_changes_nothing_but_the_digests() -> None:
    """Every other key keeps its value and its place."""
    frozen = json.loads(freeze("c.json", SOURCE))
    rest = {key: value for key, value in frozen.items() if key not in {"digest", "interface_digest"}}

    assert json.dumps(rest) == json.dumps(json.loads(SOURCE))


def test_freezing_twice_changes_no_byte() -> None:
    """A frozen document comes back as it is."""
    once = freeze("c.json", SOURCE)

    assert freeze("c.json", once) == once


def test_the_same_version_with_other_content_is_refused() -> None:
    """A document that holds the digest of other content can't be frozen under the same version."""
    changed = _changed(freeze("c.json", SOURCE), target={"name": "another"})

    with pytest.raises(DocumentError, match=r"\$\.digest: was made of other content") as error:
        freeze("c.json", changed)
    assert "raise version" in str(error.value)


def test_a_recorded_version_with_other_content_is_refused_by_the_record() -> None:
    """A record of this version with another digest wins, whatever the document holds."""
    record = FrozenVersion("policy-rate", "1.0.0", "sha256:" + "0" * 64, "commit HEAD")

    with pytest.raises(DocumentError, match=r"\$\.version: 1\.0\.0 is frozen with other content \(commit HEAD\)"):
        freeze("c.json", SOURCE, [record])


def test_a_raised_version_is_frozen_where_a_record_knows_the_old_digest() -> None:
    """A digest that a record gives to an earlier version shows that this version is new."""
    contract = parse("c.json", SOURCE)
    record = FrozenVersion(contract.name, contract.version, contract.digest, "commit HEAD")
    raised = _changed(freeze("c.json", SOURCE), version="1.0.1")

    assert parse("c.json", freeze("c.json", raised, [record])).version == "1.0.1"


def test_another_contract_of_the_same_version_is_no_obstacle() -> None:
    """Records of other contracts say nothing about this one."""
    record = FrozenVersion("short-rate", "1.0.0", "sha256:" + "0" * 64, "commit HEAD")

    assert freeze("c.json", SOURCE, [record]) == freeze("c.json", SOURCE)


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.json")), ids=lambda path: path.stem)
def test_short_parts_stand_on_one_line(path: Path) -> None:
    """A frozen document is easy to read: no line is long, and a short list is not torn apart."""
    lines = freeze(path.name, path.read_bytes()).decode().splitlines()

    assert max(map(len, lines)) <= 120
    assert any('"range": [' in line and "]" in line for line in lines)


def test_a_broken_document_is_refused_with_the_place() -> None:
    """What parsing refuses can't be frozen."""
    with pytest.raises(DocumentError, match=r"\$\.version"):
        freeze("c.json", _changed(SOURCE, version="1.0"))
