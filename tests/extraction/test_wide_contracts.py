"""A contract of forty features, or of a category of 200 values, is still asked about in a sentence."""

import json

import pytest

from sayso.contract.document import parse
from sayso.contract.model import Contract
from sayso.conversation import Conversation
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.extractors.llm.messages import messages
from sayso.extraction.question import clarifying_question
from sayso.extraction.schema import Claim
from sayso.language.vocabulary import Vocabulary
from sayso.settings import LlmSection
from sayso.wire import JSON

SENTENCE = 400
"""Characters that a person reads before answering; the reference deployment's longest question has 150."""

TOWNS = tuple(f"{first}{last}" for first in ("Al", "Bor", "Cas", "Dun", "El", "Fen", "Gar", "Hol", "Ist", "Kem")
              for last in ("bach", "by", "chester", "dale", "feld", "ford", "gate", "ham", "heim", "holm", "hurst",
                           "leigh", "minster", "mouth", "stadt", "stead", "ton", "vik", "wick", "worth"))  # fmt: skip


def _contract(features: dict[str, JSON]) -> Contract:
    document: JSON = {
        "contract": "wide",
        "version": "1.0.0",
        "target": {"name": "score", "range": [0, 1]},
        "feature_columns": list(features),
        "features": features,
    }
    return parse("wide.json", json.dumps(document).encode())


FORTY = _contract(
    {f"reading {letter}{digit}": {"type": "number", "unit": "percent", "range": [0, 100]}
     for letter in "abcd" for digit in range(10)}
)  # fmt: skip
TWO_HUNDRED = _contract(
    {
        "town": {"type": "category", "values": {town: [] for town in TOWNS}},
        "people": {"type": "integer", "range": [0, 1_000_000]},
    }
)


def test_forty_missing_features_make_one_short_question() -> None:
    """Five are named, and the rest is counted."""
    question = clarifying_question(FORTY, FORTY.names, {}, {})

    assert question is not None
    assert question.endswith("and 35 more.")
    assert len(question) <= SENTENCE


def test_two_hundred_values_make_one_short_question() -> None:
    """Some are named, and their number is said."""
    question = clarifying_question(TWO_HUNDRED, TWO_HUNDRED.names, {}, {})

    assert question is not None
    assert "or another of 200 values" in question
    assert len(question) <= SENTENCE


@pytest.mark.parametrize("contract", [FORTY, TWO_HUNDRED], ids=["forty features", "200 values"])
def test_the_prompt_leaves_room_for_a_conversation(contract: Contract) -> None:
    """Prompt and form take less than half of what may be sent, and name everything."""
    said = messages("FORM", Conversation.of("hello"), Vocabulary.of(contract))

    assert sum(len(message.text) for message in said) < LlmSection().max_input_chars / 2
    assert all(json.dumps(name) in said[0].text for name in contract.names)


def _read(contract: Contract, text: str) -> dict[str, object]:
    found = claims(Conversation.of(text), Vocabulary.of(contract)).features
    return {name: claim.value for name, claim in found.items() if isinstance(claim, Claim)}


@pytest.mark.parametrize("town", [TOWNS[0], TOWNS[57], TOWNS[-1]])
def test_one_of_two_hundred_words_is_found(town: str) -> None:
    """Each word means its own value, and no other."""
    assert _read(TWO_HUNDRED, f"The town is {town}, with 1,200 people.") == {"town": town, "people": 1200}


def test_forty_features_are_told_apart() -> None:
    """Names that differ by one letter or digit keep their own values."""
    stated = {name: float(index) for index, name in enumerate(FORTY.names)}
    text = ", ".join(f"{name} is {value:.0f}%" for name, value in stated.items())

    assert _read(FORTY, text) == stated
