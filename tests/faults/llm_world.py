"""Make a whole deployment whose extractor is a language model on loopback, and ask it."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from sayso.answer import Answer
from sayso.contract.document import parse
from sayso.contract.freeze import freeze
from sayso.contract.model import Contract
from sayso.conversation import Conversation
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.schema import Claim, Extraction
from sayso.interaction import Question
from sayso.language.vocabulary import Vocabulary
from sayso.ledger.stored import StoredInteraction
from sayso.settings import (
    BackendSection,
    ContractSection,
    ExtractorSection,
    LedgerSection,
    LlmSection,
    Settings,
    TelemetrySection,
)
from sayso.testing.faulty_http import FaultyHttp, HttpStep
from sayso.testing.llm_adversary import Asked, LlmAdversary, Wire
from sayso.wire import JSON
from sayso.wiring import Parts, application

CONTRACTS = Path(__file__).parent.parent / "dialogues" / "contracts"
PATIENT_S, HASTY_S = 20.0, 0.5
"""The deadline of what must not end by it, and of what must."""


def contract(name: str) -> Contract:
    """Read one of the contracts of the dialogues."""
    return parse(name, (CONTRACTS / f"{name}.json").read_bytes())


def reply(extraction: Extraction, **changes: Claim | None) -> str:
    """Write a claim as a model does, with some of its features' claims changed."""
    features = {**extraction.features, **changes}
    document: dict[str, JSON] = {
        "features": {name: _claim(claim) for name, claim in features.items()},
        "missing_features": [name for name, claim in features.items() if claim is None],
        "assumptions": [],
        "clarifying_question": None,
    }
    return json.dumps(document)


def _claim(claim: Claim | None) -> JSON:
    if claim is None:
        return None
    whole = isinstance(claim.value, float) and claim.value.is_integer()
    return {"value": int(claim.value) if whole else claim.value, "unit": claim.unit, "quote": claim.quote}


def sound(conversation: Conversation, vocabulary: Vocabulary, **changes: Claim | None) -> str:
    """Give the right reply to a conversation that our own reading understands, with some claims changed."""
    return reply(claims(conversation, vocabulary), **changes)


class Ended(NamedTuple):
    """Hold how one question ended."""

    answer: Answer
    requests: int
    """What reached the model's server."""
    predictions: int
    """What reached the predictor."""
    elapsed_s: float
    stored: StoredInteraction

    @property
    def label(self) -> str:
        """Give the failure class; ``predicted`` where there is none."""
        return self.answer.failure_class.label if self.answer.failure_class else "predicted"


class World:
    """Ask one deployment, whose model answers as told each time."""

    def __init__(self, parts: Parts, model: LlmAdversary, predictor: FaultyHttp, vocabulary: Vocabulary) -> None:
        self.parts = parts
        self.model = model
        self.vocabulary = vocabulary
        self._predictor = predictor

    async def ask(self, conversation: Conversation) -> Ended:
        """Ask one question, and count what went out."""
        asked, predicted, begin_s = len(self.model.asked), len(self._predictor.bodies), time.monotonic()
        answer = await self.parts.desk.ask(Question(conversation))
        elapsed_s = time.monotonic() - begin_s
        assert answer.interaction_id is not None
        stored = self.parts.ledger.interaction(answer.interaction_id)
        assert stored is not None
        return Ended(answer, len(self.model.asked) - asked, len(self._predictor.bodies) - predicted, elapsed_s, stored)


@asynccontextmanager
async def world(
    wire: Wire, folder: Path, model_says: Callable[[Asked], HttpStep], *, contract_name: str, **llm: object
) -> AsyncIterator[World]:
    """Run a deployment: model and predictor on loopback, the ledger and the log in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "contract.json").write_bytes(freeze(contract_name, (CONTRACTS / f"{contract_name}.json").read_bytes()))
    known = parse("contract.json", (folder / "contract.json").read_bytes())
    item = {"value": 0.5, "contract": known.reference, "revision": "r1"}
    sound_prediction = HttpStep(body=json.dumps({"predictions": [item]}).encode())
    async with LlmAdversary(model_says) as model, FaultyHttp([sound_prediction]) as predictor:
        chosen = settings(wire, model.base_url(wire), predictor.port, folder, **llm)
        async with application(chosen, stderr_log=False) as parts:
            yield World(parts, model, predictor, Vocabulary.of(known))


def settings(wire: Wire, base_url: str, predictor_port: int, folder: Path, **llm: object) -> Settings:
    """Describe a deployment that asks a model at an address."""
    section = {"provider": wire.value, "base_url": base_url, "model": "m", "api_key_env": "PATH", **llm}
    return Settings(
        contract=ContractSection(path=Path("contract.json")),
        extractor=ExtractorSection(kind="llm"),
        llm=LlmSection.model_validate({"deadline_s": PATIENT_S, **section}),
        backend=BackendSection(kind="http", url=f"http://127.0.0.1:{predictor_port}/v1/predict"),
        ledger=LedgerSection(url=f"sqlite:///{folder / 'ledger.db'}"),
        telemetry=TelemetrySection(log_path=folder / "log.jsonl"),
        root=folder,
    )
