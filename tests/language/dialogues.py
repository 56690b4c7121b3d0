"""Read the worked dialogues and score what an extractor makes of them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sayso.contract.document import parse
from sayso.conversation import Conversation
from sayso.extraction.claims import conversation_of
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.schema import Claim
from sayso.language.vocabulary import Vocabulary

TESTS = Path(__file__).parent.parent
CONTRACTS = (TESTS / "dialogues" / "contracts", TESTS / "language" / "contracts")
DEV = TESTS / "dialogues" / "dev.jsonl"
CASES = TESTS / "language" / "cases"
BLIND = TESTS / "language" / "blind"
"""Written by somebody who had never seen what reads them, over three contracts of its own."""


class Dialogue(NamedTuple):
    """Hold one worked dialogue with its gold values."""

    id: str
    vocabulary: Vocabulary
    conversation: Conversation
    gold: Mapping[str, float | str | None]
    tags: tuple[str, ...]


class Score(NamedTuple):
    """Count what an extractor got right, left out and got wrong."""

    right: int
    left_out: int
    wrong: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Give the share of stated values that were found."""
        return self.right / (self.right + self.left_out)


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Prepare every contract once."""
    paths = [path for folder in CONTRACTS for path in sorted(folder.glob("*.json"))]
    contracts = [parse(path.name, path.read_bytes()) for path in paths]
    return {contract.name: Vocabulary.of(contract) for contract in contracts}


def dialogues(path: Path) -> Iterator[Dialogue]:
    """Read a file of dialogues, or a folder of such files."""
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        for line in file.read_text(encoding="utf-8").splitlines():
            shape = json.loads(line)
            vocabulary = vocabularies()[shape["contract"]]
            gold = {name: shape["gold"].get(name) for name in vocabulary.contract.names}
            conversation = conversation_of(shape["turns"], shape["id"])
            yield Dialogue(shape["id"], vocabulary, conversation, gold, tuple(shape["tags"]))


def is_same(claim: Claim | None, gold: float | str | None, tags: tuple[str, ...]) -> bool:
    """Compare a value with gold: exactly, or within 1 % where the factor of a conversion is rounded."""
    if claim is None or gold is None:
        return claim is None and gold is None
    if isinstance(claim.value, str) or isinstance(gold, str):
        return claim.value == gold
    allowed = 0.01 * abs(gold) if "conversion-approx" in tags else 1e-9 * max(1.0, abs(gold))
    return abs(claim.value - gold) <= allowed


def score(path: Path) -> Score:
    """Let the grammar extractor read dialogues, and compare with gold."""
    right = left_out = 0
    wrong: list[str] = []
    for dialogue in dialogues(path):
        extraction = claims(dialogue.conversation, dialogue.vocabulary)
        for name, gold in dialogue.gold.items():
            claim = extraction.features[name]
            if is_same(claim, gold, dialogue.tags):
                right += gold is not None
            elif claim is None:
                left_out += 1
            else:
                wrong.append(f"{dialogue.id}: {name} is {claim.value!r}, gold {gold!r}")
    return Score(right, left_out, tuple(wrong))
