"""Run every benchmark of this folder: ``python -m benchmarks``, or ``make bench``.

Each module has a ``main`` that prints its lines, and may give figures by name. The lines are kept as ``var/bench.txt``,
lines and figures as ``var/bench.json``.
"""

import contextlib
import importlib
import io
import json
import pkgutil
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
KEPT = HERE.parent / "var"


def run(name: str) -> tuple[str, Mapping[str, float]]:
    """Run one module; give what it printed, and its figures."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        figures = importlib.import_module(f"benchmarks.{name}").main()
    return printed.getvalue(), figures or {}


def main() -> None:
    """Run all, print each one's lines when it is done, and keep them."""
    names = [module.name for module in pkgutil.iter_modules([str(HERE)]) if module.name not in ("__main__", "peers")]
    lines: dict[str, list[str]] = {}
    figures: dict[str, Mapping[str, float]] = {}
    for name in names:
        text, figures[name] = run(name)
        lines[name] = text.splitlines()
        print(text, end="", flush=True)
    KEPT.mkdir(exist_ok=True)
    (KEPT / "bench.txt").write_text("".join(f"{line}\n" for told in lines.values() for line in told), encoding="utf-8")
    (KEPT / "bench.json").write_text(json.dumps({"lines": lines, "figures": figures}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
