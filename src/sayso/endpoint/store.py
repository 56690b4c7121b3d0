"""Keep an endpoint's state in one JSON file: whole or not at all, and on disk before anybody hears of a change."""

import os
from pathlib import Path

import msgspec

from sayso.endpoint.state import State
from sayso.failures import DocumentError, Problem


class Store:
    """Read and write one file."""

    def __init__(self, path: Path) -> None:
        """Take the file's path; its folder is made when something is written."""
        self._path = path

    def load(self) -> State | None:
        """Read the state; None where there is no file yet.

        Raises:
            DocumentError: the file is there and can't be used.
        """
        try:
            state = msgspec.json.decode(self._path.read_bytes(), type=State, strict=True)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise DocumentError(str(self._path), [Problem("$", str(error))]) from error
        if fault := state.fault():
            raise DocumentError(str(self._path), [Problem("$", fault.message)])
        return state

    def save(self, state: State) -> None:
        """Replace the file; raises OSError when that fails, and then the old one is untouched."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{self._path.name}.new")
        with beside.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(state), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
