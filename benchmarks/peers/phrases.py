"""Read phrases from standard input with number libraries, in a virtual environment of their own; print JSON.

Input: a list of phrases. Output, by library: for each phrase the one number that it holds, or null.
"""

import json
import sys
import warnings
from collections.abc import Callable

from quantulum3 import parser
from recognizers_number import Culture, recognize_number
from text_to_num import alpha2digit


def _quantulum(phrase: str) -> list[float]:
    return [float(quantity.value) for quantity in parser.parse(phrase)]


def _recognizers(phrase: str) -> list[float]:
    return [float(found.resolution["value"]) for found in recognize_number(phrase, Culture.English)]


def _text2num(phrase: str) -> list[float]:
    digits = alpha2digit(phrase, "en").replace(",", "").split()
    return [float(word) for word in digits if word.lstrip("-").replace(".", "", 1).isdigit()]


def _one(read: Callable[[str], list[float]], phrase: str) -> float | None:
    try:
        found = read(phrase)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # what these raise on odd phrases
        return None
    return found[0] if len(found) == 1 else None


def main() -> None:
    """Let every library read every phrase."""
    warnings.simplefilter("ignore")
    phrases: list[str] = json.load(sys.stdin)
    readers = {"quantulum3": _quantulum, "recognizers-text": _recognizers, "text2num": _text2num}
    json.dump({name: [_one(read, phrase) for phrase in phrases] for name, read in readers.items()}, sys.stdout)


if __name__ == "__main__":
    main()
