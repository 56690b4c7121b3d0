"""Everything that carries a contract's digest is compared, and every disagreement is named."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.agreement.repositories import edit, refreeze

from sayso.agreement.check import Report, Subject, check
from sayso.agreement.finding import Status
from sayso.contract.document import parse


def _check(root: Path) -> Report:
    path = root / "model" / "feature_columns.json"
    return check(Subject(path, path.parent, root), path.read_bytes())


def _disagreeing(report: Report) -> list[str]:
    return [of.subject for of in report.findings if of.status is Status.DISAGREES]


def _edit_json(path: Path, change: Callable[[Any], None]) -> None:
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_a_deployment_as_it_was_packed_is_clean(deployment: Path) -> None:
    """Every file agrees, and what is not there is said."""
    report = _check(deployment)

    assert report.clean
    assert [(of.subject, of.status.value) for of in report.findings] == [
        ("contract", "agrees"),
        ("feature_columns.json", "agrees"),
        ("manifest.json", "agrees"),
        ("model.onnx", "agrees"),
        ("baseline.json", "agrees"),
        ("golden rows", "agrees"),
        ("evals", "absent"),
        ("monitoring", "absent"),
    ]


def test_a_contract_alone_is_clean(deployment: Path, tmp_path: Path) -> None:
    """A contract may be frozen before there is a model; that is said, and is no fault."""
    alone = tmp_path / "alone"
    alone.mkdir()
    path = alone / "feature_columns.json"
    path.write_bytes((deployment / "model" / "feature_columns.json").read_bytes())
    report = check(Subject(path, alone, alone), path.read_bytes())

    assert report.clean
    assert [of.subject for of in report.findings if of.status is Status.ABSENT] == [
        "model package",
        "evals",
        "monitoring",
    ]


def test_an_unfrozen_contract_is_a_finding(deployment: Path) -> None:
    """Without digests nobody can tell which content a version has."""
    path = deployment / "model" / "feature_columns.json"
    edit(path, digest=None, interface_digest=None)

    assert _disagreeing(_check(deployment))[:2] == ["contract", "contract"]


@pytest.mark.parametrize("name", ["feature_columns.json", "model.onnx", "baseline.json"])
def test_one_changed_byte_is_found_by_the_name_of_its_file(deployment: Path, name: str) -> None:
    """Whichever byte it is, and whether or not the file can still be read."""
    path = deployment / "model" / name
    original = path.read_bytes()
    for position in range(0, len(original), len(original) // 12):
        path.write_bytes(original[:position] + bytes([original[position] ^ 1]) + original[position + 1 :])

        assert name in _disagreeing(_check(deployment)), position


def test_another_revision_is_named(deployment: Path) -> None:
    """The revision that answers carry is made of contract, model and interval."""
    _edit_json(deployment / "model" / "manifest.json", lambda document: document.update({"revision": "0" * 12}))
    finding = next(of for of in _check(deployment).findings if of.subject == "manifest.json")

    assert finding.detail.startswith("says revision 000000000000; contract, model and interval give ")


@pytest.mark.parametrize("name", ["model.onnx", "manifest.json", "baseline.json"])
def test_a_missing_file_is_named(deployment: Path, name: str) -> None:
    """A package is whole or it is not one."""
    (deployment / "model" / name).unlink()

    assert name in _disagreeing(_check(deployment))


@pytest.mark.parametrize("key", ["name", "version", "digest", "interface_digest"])
@pytest.mark.parametrize("name", ["manifest.json", "baseline.json"])
def test_another_contract_in_a_file_is_named_by_key(deployment: Path, name: str, key: str) -> None:
    """The line says which of the contract's names is another, and what it should be."""
    _edit_json(deployment / "model" / name, lambda document: document["contract"].update({key: "other"}))
    lines = [of.detail for of in _check(deployment).findings if of.subject == name]

    assert any(line.startswith(f"was made under contract {key} other, the contract has ") for line in lines)


def test_a_raised_contract_without_a_new_package_is_named_in_every_file(deployment: Path) -> None:
    """After a new word the package is packed anew; until then all its parts disagree."""
    path = deployment / "model" / "feature_columns.json"
    refreeze(path, version="1.0.1")

    assert set(_disagreeing(_check(deployment))) == {
        "feature_columns.json",
        "manifest.json",
        "model.onnx",
        "baseline.json",
    }


def test_a_contract_that_is_not_sound_is_named_with_every_place(deployment: Path) -> None:
    """What can't be parsed is a finding, and the package is compared all the same."""
    path = deployment / "model" / "feature_columns.json"
    edit(path, version="1", extra=1)
    report = _check(deployment)

    details = [of.detail for of in report.findings if of.subject == path.name]
    assert report.contract is None
    assert [detail.split(":")[0] for detail in details[:2]] == ["$.version", "$.extra"]
    assert details[2].startswith("is not the file that was packed")


def test_what_only_the_model_shows_is_found_last(deployment: Path) -> None:
    """Where all digests agree, the golden rows still say whether it is the model that was packed."""
    _edit_json(
        deployment / "model" / "manifest.json", lambda document: document["golden_rows"][0].update({"prediction": 1e3})
    )

    assert _disagreeing(_check(deployment)) == ["golden rows"]


OTHER = "sha256:" + "0" * 64
CARRIERS: dict[str, tuple[str, str, bool]] = {
    "jsonl": ("evals/cases.jsonl", '{"contract_digest": "DIGEST"}\n{"id": 1}\n', True),
    "jsonl, other": ("evals/cases.jsonl", '{"id": 1}\n{"contract_digest": "OTHER"}\n', False),
    "interface in yaml": ("monitoring/config.yaml", "interface_digest: INTERFACE\n", True),
    "interface in yaml, other": ("monitoring/config.yaml", "interface_digest: OTHER\n", False),
    "deep in monitoring": ("monitoring/prometheus/rules.yml", "  contract_digest: OTHER\n", False),
    "toml": ("monitoring/slo.toml", 'contract_digest = "DIGEST"\n', True),
    "reference": ("evals/gate.toml", 'contract = "NAME@1.0.0+INTERFACE"\n', True),
    "reference, whole": ("evals/gate.toml", 'contract = "NAME@1.0.0+DIGEST"\n', True),
    "reference, other": ("evals/gate.toml", 'contract = "NAME@1.0.0+OTHER"\n', False),
    "reference, other version": ("evals/gate.toml", 'contract = "NAME@0.9.0+INTERFACE"\n', False),
    "reference to another": ("evals/gate.toml", 'contract = "another@1.0.0+OTHER"\n', True),
}


@pytest.mark.parametrize(("name", "text", "agrees"), CARRIERS.values(), ids=CARRIERS.keys())
def test_case_and_monitoring_files_are_compared(deployment: Path, name: str, text: str, agrees: bool) -> None:
    """A digest in a file is the contract's, or the file is named."""
    contract = parse("c", (deployment / "model" / "feature_columns.json").read_bytes())
    words = {"DIGEST": contract.digest, "INTERFACE": contract.interface_digest, "OTHER": OTHER, "NAME": contract.name}
    for word, meaning in words.items():
        text = re.sub(rf"\b{word}\b", meaning, text)
    (deployment / name).parent.mkdir(parents=True)
    (deployment / name).write_text(text, encoding="utf-8")

    assert _disagreeing(_check(deployment)) == ([] if agrees else [name])


def test_a_file_with_many_wrong_lines_is_named_in_few(deployment: Path) -> None:
    """A thousand stale cases make six lines."""
    (deployment / "evals").mkdir()
    (deployment / "evals" / "cases.jsonl").write_text(f'{{"contract_digest": "{OTHER}"}}\n' * 1000, encoding="utf-8")
    lines = [of.detail for of in _check(deployment).findings if of.subject == "evals/cases.jsonl"]

    assert (len(lines), lines[-1]) == (6, "and 995 more lines")


def test_files_without_digests_are_said_to_have_none(deployment: Path) -> None:
    """Absent is told apart from unlooked-at."""
    (deployment / "evals").mkdir()
    (deployment / "evals" / "cases.jsonl").write_bytes(b'{"id": "\xff"}\n')
    finding = next(of for of in _check(deployment).findings if of.subject == "evals")

    assert (finding.status, finding.detail) == (Status.ABSENT, "no file there carries a digest")
