"""Ask git, as a process: what a commit holds, what has changed, which tags there are.

It knows nothing of contracts. Git's messages come in English, whatever the user's language, so that they can be passed
on.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sayso.failures import RepositoryError


class Tag(NamedTuple):
    """Hold one tag."""

    name: str
    annotated: bool
    message: str


@dataclass(frozen=True, slots=True)
class Repository:
    """Stand for the working tree that a file lies in."""

    root: Path

    @classmethod
    def around(cls, path: Path) -> "Repository":
        """Find the repository of a file; raises RepositoryError where there is none."""
        top = _git(path.resolve().parent, "rev-parse", "--show-toplevel")
        return cls(Path(top.decode().rstrip("\n")))

    def relative(self, path: Path) -> str:
        """Give a file's path as git names it."""
        return path.resolve().relative_to(self.root.resolve()).as_posix()

    def head(self) -> str:
        """Give the full name of the last commit; raises RepositoryError where there is none."""
        return _git(self.root, "rev-parse", "HEAD").decode().strip()

    def changes(self) -> list[str]:
        """List what differs from the last commit, files that git does not know included."""
        return _git(self.root, "status", "--porcelain").decode(errors="replace").splitlines()

    def content(self, revision: str, path: str) -> bytes | None:
        """Give a file as a commit or tag holds it; None where it does not."""
        try:
            return _git(self.root, "cat-file", "blob", f"{revision}:{path}")
        except RepositoryError:
            return None

    def tags(self, prefix: str) -> list[Tag]:
        """List the tags whose names are a prefix, or begin with it and a slash."""
        shape = "%(refname:strip=2)%00%(objecttype)%00%(contents)%00%00"
        listed = _git(self.root, "for-each-ref", f"--format={shape}", f"refs/tags/{prefix}").decode(errors="replace")
        fields = (record.strip("\n").split("\0") for record in listed.split("\0\0") if record.strip())
        return [Tag(name, kind == "tag", message) for name, kind, message in fields]

    def tag(self, name: str, message: str) -> None:
        """Put an annotated tag on the last commit; raises RepositoryError where git won't."""
        _git(self.root, "tag", "--annotate", "--file=-", name, "HEAD", given=message.encode())


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git to its end and give what it printed."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], input=given, capture_output=True, check=False, env=environment
        )
    except OSError as error:
        raise RepositoryError(f"git can't be run ({error.strerror}); install git") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split())
        raise RepositoryError(f"git {arguments[0]} in {folder} failed: {said[:300] or f'exit {done.returncode}'}")
    return done.stdout
