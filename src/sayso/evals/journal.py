"""Keep results as they come, one line each, so that a run that was stopped goes on where it was."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from sayso.evals.results import CaseResult
from sayso.failures import DocumentError, Problem


class Journal:
    """Write results to a file, each at once; what stood there is replaced, or kept to go on from."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        """Take the file, and whether its results are kept."""
        self._path = path
        self.known = {result.key: result for result in _read(path)} if resume else {}

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("wb")
        except OSError as error:
            raise DocumentError(str(self._path), [Problem("$", error.strerror or str(error))]) from error
        for result in self.known.values():
            self._write(result)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def keep(self, result: CaseResult) -> None:
        """Write one result; one that is known already stands there."""
        if result.key not in self.known:
            self._write(result)

    def _write(self, result: CaseResult) -> None:
        self._file.write(msgspec.json.encode(result) + b"\n")
        self._file.flush()


def _read(path: Path) -> Iterator[CaseResult]:
    """Read results; a line that was cut off when the run was stopped, or is of another version, is run again."""
    try:
        body = path.read_bytes()
    except OSError:
        return
    for line in body.splitlines():
        try:
            result = msgspec.json.decode(line, type=CaseResult, strict=True)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        # What failed on the way is asked again: an outage is no property of a case.
        if result.failure_class is None and (result.judged is None or result.judged.verdict != "error"):
            yield result
