"""Print where number libraries read another number than we do: ``python -m scripts.disagreements``.

The phrases are every quote of the worked dialogues' values and the table of tests/language/test_values.py. A
disagreement becomes a case, or a reason in docs/decisions/0007-number-libraries.md. The libraries live in
`.venv-peers/language`, which ``make bench-peers`` fills.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.language.dialogues import CASES, DEV, dialogues
from tests.language.test_values import VALUES

from sayso.extraction.extractors.grammar import claims
from sayso.language import values
from sayso.language.values import Value

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-peers" / "language" / "bin" / "python"


def phrases() -> list[str]:
    """Give every phrase once, in order."""
    return list(dict.fromkeys([*(row[0] for row in VALUES), *_quotes()]))


def _quotes() -> Iterator[str]:
    for path in (DEV, CASES):
        for dialogue in dialogues(path):
            found = claims(dialogue.conversation, dialogue.vocabulary).features.values()
            yield from (claim.quote for claim in found if claim is not None and not isinstance(claim.value, str))


def main() -> None:
    """Print library, phrase, our number and theirs; at the end the counts."""
    asked = phrases()
    command = [str(PEERS), str(ROOT / "benchmarks" / "peers" / "phrases.py")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    ours = [found.number if isinstance(found := values.parse(phrase), Value) else None for phrase in asked]
    for name, theirs in json.loads(done.stdout).items():
        pairs = [(p, o, t) for p, o, t in zip(asked, ours, theirs, strict=True) if o is not None and t is not None]
        differ = [(phrase, own, other) for phrase, own, other in pairs if abs(float(own) - other) > 1e-6]
        for phrase, own, other in differ:
            print(f"{name:18} {phrase!r:34} ours {float(own):g}, theirs {other:g}")
        print(f"{name}: both read {len(pairs)} of {len(asked)} phrases, {len(differ)} differently\n")


if __name__ == "__main__":
    main()
