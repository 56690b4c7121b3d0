"""Write a file whole or not at all: a reader sees the old bytes or the new ones, never a part.

The new bytes go to a temporary file in the same folder, reach the disk, and take the old file's name in one step.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write(path: Path, body: bytes) -> None:
    """Replace a file, or make it; a symbolic link keeps pointing. Raises OSError, and then nothing has changed."""
    target = path.resolve()
    with _beside(target, body) as temporary:
        temporary.replace(target)


def create(path: Path, body: bytes) -> None:
    """Make a file that is not there yet; raises FileExistsError where it is, or another OSError."""
    target = path.resolve()
    with _beside(target, body) as temporary:
        target.hardlink_to(temporary)  # unlike a rename, a link never takes the place of another file


@contextmanager
def _beside(target: Path, body: bytes) -> Iterator[Path]:
    """Hold the bytes in a temporary file of the same folder, and leave none behind."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        _take_permissions(target, temporary)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _take_permissions(target: Path, temporary: Path) -> None:
    """Keep the old file's permissions; a new file gets what the process's mask leaves (mkstemp gives 0600)."""
    if target.exists():
        shutil.copymode(target, temporary)
        return
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(0o666 & ~mask)
