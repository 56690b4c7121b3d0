"""Change small repositories, and the contracts in them."""

import json
import subprocess
from pathlib import Path
from typing import Any

from sayso.contract.freeze import freeze


def git(folder: Path, *arguments: str) -> str:
    """Run git to its end."""
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> None:
    """Commit everything."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "change")


def edit(path: Path, **changes: object) -> None:
    """Change keys of a contract, and leave its digests as they are."""
    document: dict[str, Any] = json.loads(path.read_bytes())
    path.write_text(json.dumps(document | changes), encoding="utf-8")


def refreeze(path: Path, **changes: object) -> None:
    """Change keys of a contract, and freeze it whatever it was before."""
    document: dict[str, Any] = json.loads(path.read_bytes()) | changes
    plain = {key: value for key, value in document.items() if key not in {"digest", "interface_digest"}}
    path.write_bytes(freeze(path.name, json.dumps(plain).encode()))
