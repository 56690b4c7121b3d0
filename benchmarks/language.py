"""Measure how fast a question is read: µs for a short one, MB/s on long text, beside two number libraries.

Processor time of one thread, best of several rounds. Target: at most 300 µs to read and bind a short question. The
libraries only find numbers; they live in `.venv-peers/language`, which ``make bench-peers`` fills.
"""

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from sayso.contract.document import parse
from sayso.conversation import Conversation
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.verify import verify
from sayso.language.reading import read
from sayso.language.vocabulary import Vocabulary

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-peers" / "language" / "bin" / "python"
TARGET_US = 300
ROUNDS = 20
SHORT = (
    "Inflation is 3.1%, unemployment 4.7%, real GDP grew 1.2% - where is it next quarter?",
    "inflation 3 and unemployment 4.7, what rate?",
    "With GDP shrinking 0.8 % and joblessness at 6 percent in March 2027, where do rates go?",
    "unemployment four point seven, inflation two and a half percent",
    "What if inflation were 25 basis points?",
    "Inflation and unemployment are 3.1 and 4.7 percent respectively.",
)
FILLER = " The committee met on Tuesday; 14 members were there, and nothing else of note was said that day. "
LONG = (SHORT[0] + FILLER) * 500


def _seconds(call: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def _peers() -> Mapping[str, Mapping[str, float]]:
    """Measure the libraries in their own environment; nothing where it was not made."""
    if not PEERS.exists():
        return {}
    texts = json.dumps({"short": SHORT, "long": LONG})
    command = [str(PEERS), str(ROOT / "benchmarks" / "peers" / "language.py")]
    done = subprocess.run(command, input=texts, capture_output=True, text=True, check=True)
    found: Mapping[str, Mapping[str, float]] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print a table: what was done, µs for a short question, MB/s, and ratios to reading."""
    path = ROOT / "tests" / "dialogues" / "contracts" / "policy-rate.json"
    vocabulary = Vocabulary.of(parse(path.name, path.read_bytes()))
    told = [Conversation.of(text) for text in SHORT]
    whole = _seconds(lambda: [read(text, vocabulary) for text in SHORT], ROUNDS) / len(SHORT) * 1e6
    claimed = _seconds(lambda: [verify(claims(each, vocabulary), each, vocabulary) for each in told], ROUNDS)
    speed = len(LONG.encode()) / _seconds(lambda: read(LONG, vocabulary), 3) / 1e6
    print(f"language: one question is read in {whole:.0f} µs (target {TARGET_US}), {speed:.2f} MB/s on long text")
    print(f"language: extracted and verified in {claimed / len(SHORT) * 1e6:.0f} µs")
    for name, found in _peers().items():
        slower, behind = found["us"] / whole, speed / found["mb_per_s"]
        print(f"language: {name} takes {slower:.1f} times as long for a question, {behind:.1f} times on long text")
    if not PEERS.exists():
        print("language: no libraries to compare with; make bench-peers installs them")
