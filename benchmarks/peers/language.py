"""Time number libraries on texts from standard input, in a virtual environment of their own; print JSON.

Input: ``{"short": [text, …], "long": text}``. Output, by library: µs of processor time for a short text, and MB/s on
the first tenth of the long one, since these are slow.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import TypedDict

from quantulum3 import parser
from recognizers_number import Culture, recognize_number


class Texts(TypedDict):
    """Hold what is to be read."""

    short: list[str]
    long: str


def _seconds(call: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def _measure(read: Callable[[str], object], texts: Texts) -> dict[str, float]:
    short, long = texts["short"], texts["long"][: len(texts["long"]) // 10]
    read(short[0])
    whole = _seconds(lambda: [read(text) for text in short], 5)
    return {"us": whole / len(short) * 1e6, "mb_per_s": len(long.encode()) / _seconds(lambda: read(long), 1) / 1e6}


def main() -> None:
    """Measure every library that is installed here."""
    warnings.simplefilter("ignore")
    texts: Texts = json.load(sys.stdin)
    readers: dict[str, Callable[[str], object]] = {
        "quantulum3": parser.parse,
        "recognizers-text": lambda text: recognize_number(text, Culture.English),
    }
    json.dump({name: _measure(read, texts) for name, read in readers.items()}, sys.stdout)


if __name__ == "__main__":
    main()
