"""Keep what is done of a run in parts, so that the same command goes on where it was stopped.

The folder ``OUT.parts`` holds ``run.json`` (what is scored with what), a table and a file of rejects for each finished
part, and ``journal.jsonl``, whose lines name the finished parts. A part counts once its line is on disk.
"""

import fcntl
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sayso.failures import ScoreError


@dataclass(frozen=True, slots=True)
class Part:
    """Count what became of the rows of one part."""

    rows: int
    predicted: int
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Rows without a prediction, by failure class."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold the folder of one run."""

    folder: Path

    @contextmanager
    def held(self, run: Mapping[str, str]) -> Iterator[list[Part]]:
        """Take the folder for one process; give the parts that are finished.

        Raises:
            ScoreError: another process has it, or it belongs to another run.
        """
        try:
            self.folder.mkdir(exist_ok=True)
            with (self.folder / "lock").open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._claim(run)
                yield self._finished()
        except BlockingIOError as error:
            raise ScoreError(f"{self.folder}: another process scores this now") from error

    def table(self, index: int) -> Path:
        """Name the predictions of one part."""
        return self.folder / f"part-{index:06}.arrow"

    def rejects(self, index: int) -> Path:
        """Name the rejects of one part."""
        return self.folder / f"rejects-{index:06}.jsonl"

    def finish(self, part: Part) -> None:
        """Write down that the next part is finished."""
        line = {"rows": part.rows, "predicted": part.predicted, "rejected": dict(part.rejected)}
        with (self.folder / "journal.jsonl").open("ab") as journal:
            journal.write(json.dumps(line).encode() + b"\n")
            journal.flush()
            os.fsync(journal.fileno())

    def remove(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.folder)

    def _claim(self, run: Mapping[str, str]) -> None:
        path = self.folder / "run.json"
        if not path.exists():
            path.write_text(json.dumps(dict(run)))
        begun: Mapping[str, str] = json.loads(path.read_text())
        if changed := [name for name in run if begun.get(name) != run[name]]:
            raise ScoreError(
                f"{self.folder} holds a run that was stopped, with another {' and '.join(changed)}; "
                "remove the folder to begin anew"
            )

    def _finished(self) -> list[Part]:
        journal = self.folder / "journal.jsonl"
        lines = journal.read_bytes().splitlines(keepends=True) if journal.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        journal.write_bytes(b"".join(whole))  # a line that broke off is a part that did not finish
        return [Part(**json.loads(line)) for line in whole]


def total(parts: list[Part]) -> Part:
    """Add parts up."""
    rejected: Counter[str] = Counter()
    for part in parts:
        rejected.update(part.rejected)
    return Part(sum(part.rows for part in parts), sum(part.predicted for part in parts), dict(sorted(rejected.items())))
