"""Write a file whole or not at all: a reader sees the old bytes or the new ones, never a part.

The new bytes go to a temporary file in the same folder, reach the disk, and take the old file's name in one step.
"""

import os
import shutil
import tempfile
from pathlib import Path


def write(path: Path, body: bytes) -> None:
    """Replace a file, or make it; a symbolic link keeps pointing. Raises OSError, and then nothing has changed."""
    target = path.resolve()
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        _take_permissions(target, Path(temporary))
        os.replace(temporary, target)  # noqa: PTH105 - pathlib's replace says the same with more words
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _take_permissions(target: Path, temporary: Path) -> None:
    """Keep the old file's permissions; a new file gets what the process's mask leaves (mkstemp gives 0600)."""
    if target.exists():
        shutil.copymode(target, temporary)
        return
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(0o666 & ~mask)
