"""Make a deployment whose extractor is a language model on loopback, and ask it."""

import asyncio
import json
import time
from pathlib import Path
from typing import NamedTuple

from sayso import llm_wiring
from sayso.contract.document import parse
from sayso.contract.model import Contract
from sayso.conversation import Conversation
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.extractors.port import Consulted
from sayso.extraction.schema import Claim, Extraction
from sayso.failures import Failure
from sayso.language.vocabulary import Vocabulary
from sayso.settings import ExtractorSection, LlmSection, Settings
from sayso.testing.faulty_http import HttpStep
from sayso.testing.llm_adversary import Answer, LlmAdversary, Wire
from sayso.testing.llm_bad_replies import Scenario
from sayso.wire import JSON

DEADLINE_S = 0.5
CONTRACTS = Path(__file__).parent.parent / "dialogues" / "contracts"
QUESTION = (
    "The loan amount is 20000 USD, annual income $80,000, the interest rate is 5.5 %, the term is 60 months, the "
    "credit score is 700, and the home ownership is rent."
)


def contract(name: str = "loan-default") -> Contract:
    """Read one of the contracts of the dialogues."""
    path = CONTRACTS / f"{name}.json"
    return parse(path.name, path.read_bytes())


def reply(extraction: Extraction) -> dict[str, JSON]:
    """Write a claim as a model does."""
    return {
        "features": {name: _claim(claim) for name, claim in extraction.features.items()},
        "missing_features": list(extraction.missing_features),
        "assumptions": [],
        "clarifying_question": None,
    }


def _claim(claim: Claim | None) -> JSON:
    return None if claim is None else {"value": claim.value, "unit": claim.unit, "quote": claim.quote}


def sound(conversation: Conversation, vocabulary: Vocabulary) -> dict[str, JSON]:
    """Give the right reply to a conversation that our own reading understands."""
    return reply(claims(conversation, vocabulary))


def settings(wire: Wire, base_url: str, folder: Path, **llm: object) -> Settings:
    """Describe a deployment that asks a model at an address."""
    section = {"provider": wire.value, "base_url": base_url, "model": "m", "api_key_env": "PATH", **llm}
    return Settings(
        extractor=ExtractorSection(kind="llm"),
        llm=LlmSection.model_validate({"deadline_s": DEADLINE_S, **section}),
        root=folder,
    )


class Ended(NamedTuple):
    """Hold how one extraction ended."""

    result: Extraction | Failure
    requests: int
    elapsed_s: float
    consulted: list[Consulted]


async def extract(
    answer: Answer, wire: Wire, conversation: Conversation, vocabulary: Vocabulary, folder: Path, **llm: object
) -> Ended:
    """Let the model's server answer one extraction, and count what reached it."""
    consulted: list[Consulted] = []
    async with LlmAdversary(answer) as server:
        extractor = llm_wiring.extractor(settings(wire, server.base_url(wire), folder, **llm), lambda _: 0)
        begin_s = time.monotonic()
        result = await extractor.extract(conversation, vocabulary, watch=consulted.append)
        return Ended(result, len(server.asked), time.monotonic() - begin_s, consulted)


def run(scenario: Scenario, wire: Wire, folder: Path) -> Ended:
    """Let one bad reply come back."""
    vocabulary = Vocabulary.of(contract())
    conversation = Conversation.of(QUESTION)
    text = _text(conversation, vocabulary)

    def answer(_: object) -> HttpStep:
        return scenario.step(wire, text)

    return asyncio.run(extract(answer, wire, conversation, vocabulary, folder))


def _text(conversation: Conversation, vocabulary: Vocabulary) -> str:
    return json.dumps(sound(conversation, vocabulary))
