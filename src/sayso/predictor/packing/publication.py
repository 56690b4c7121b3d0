"""Write a package so that nobody ever sees half of one.

The files are written and opened as a package in a temporary folder first, and then renamed into place one by one, the
manifest last. Whoever reads in between, or after a crash, finds bytes that the manifest does not name, and refuses.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sayso.predictor.package import MANIFEST_FILE, Package


def publish(folder: Path, files: Mapping[str, bytes]) -> Package:
    """Write the files of a package into a folder, beside what else is there.

    Raises:
        PackageError: the files are no sound package; nothing was changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".packing-", dir=folder))
    try:
        for name, body in files.items():
            (temporary / name).write_bytes(body)
        Package.load(temporary)
        for name in sorted(files, key=lambda name: name == MANIFEST_FILE):
            (temporary / name).replace(folder / name)
    finally:
        shutil.rmtree(temporary)
    return Package.load(folder)
