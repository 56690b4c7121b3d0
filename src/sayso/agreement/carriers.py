"""Find the digests that case files and monitoring files carry, and compare them with the contract's.

They are read leniently, whatever their format: a digest is a text that follows ``contract_digest`` or
``interface_digest``, or the reference ``NAME@VERSION+sha256:…`` of this contract.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sayso.agreement.finding import Finding, Status, judged
from sayso.contract.model import Contract

FOLDERS = {"evals": "*", "monitoring": "**/*"}
"""Where such files stand in a deployment, and how deep: recordings of evals may be of any age."""

_SUFFIXES = {".json", ".jsonl", ".toml", ".yaml", ".yml"}
_NAMED = re.compile(r"\b(contract_digest|interface_digest)[\"']?\s*[:=]\s*[\"']?(sha256:[0-9a-f]{64})")
_REFERENCE = re.compile(r"\b([a-z0-9]+(?:-[a-z0-9]+)*)@([0-9.]+)\+(sha256:[0-9a-f]{64})")
_SHOWN = 5


def carrier_findings(root: Path, contract: Contract) -> Iterator[Finding]:
    """Compare every digest in the case and monitoring files of a deployment; say where there is none."""
    for folder, pattern in FOLDERS.items():
        paths = [path for path in sorted((root / folder).glob(pattern)) if path.suffix in _SUFFIXES and path.is_file()]
        carried = [(path, digests) for path in paths if (digests := list(_digests(path, contract)))]
        if not carried:
            what = "no file there carries a digest" if paths else "there are no such files"
            yield Finding(folder, Status.ABSENT, what)
        for path, digests in carried:
            faults = [
                f"line {line}: {key} is {said}, the contract has {true}"
                for line, key, said, true in digests
                if said != true
            ]
            yield from judged(str(path.relative_to(root)), _few(faults), f"{len(digests)} digests")


class _Carried(NamedTuple):
    """Hold one digest as it stands in a file."""

    line: int
    key: str
    said: str
    true: str
    """What should stand there."""


def _few(faults: list[str]) -> list[str]:
    rest = len(faults) - _SHOWN
    return faults[:_SHOWN] + ([f"and {rest} more lines"] if rest > 0 else [])


def _digests(path: Path, contract: Contract) -> Iterator[_Carried]:
    expected = {"contract_digest": contract.digest, "interface_digest": contract.interface_digest}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        for key, digest in _NAMED.findall(line):
            yield _Carried(number, key, digest, expected[key])
        for name, version, digest in _REFERENCE.findall(line):
            if name == contract.name:
                # Both digests are taken on the wire (docs/decisions/0002), so both are fine in a file.
                true = digest if digest in expected.values() else contract.interface_digest
                yield _Carried(number, "the reference", f"{version}+{digest}", f"{contract.version}+{true}")
