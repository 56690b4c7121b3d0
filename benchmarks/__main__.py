"""Run every benchmark of this folder: ``python -m benchmarks``, or ``make bench``. Each module has a ``main``."""

import importlib
import pkgutil
from pathlib import Path

for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
    if module.name != "__main__":
        importlib.import_module(f"benchmarks.{module.name}").main()
