"""Read an interaction's words again, and say whether the same comes out.

Only where it must: with the rules as extractor, under the same contract, and while the words are kept.
"""

import json
from dataclasses import dataclass

from sayso.conversation import Conversation, Proposal, Role, Turn, filled
from sayso.extraction.extractors.grammar import GrammarExtractor, claims
from sayso.extraction.schema import Grounded
from sayso.extraction.verify import verify
from sayso.language.vocabulary import Vocabulary
from sayso.ledger.entries import facts_of
from sayso.ledger.stored import StoredInteraction
from sayso.wire import JSON


@dataclass(frozen=True, slots=True)
class Replayed:
    """Say what came out."""

    same: bool
    detail: str


def replay(stored: StoredInteraction, vocabulary: Vocabulary) -> Replayed | None:
    """Read the words again; None where that says nothing about how they were read then."""
    started, contract = facts_of(stored.started.public), vocabulary.contract
    ours = f"{contract.name}@{contract.version}+{contract.digest}"
    if stored.started.private is None or (started["extractor"], started["contract"]) != (GrammarExtractor.kind, ours):
        return None
    recorded = stored.as_json().get("features")
    if not isinstance(recorded, dict) or not recorded:
        return None
    conversation = _conversation(json.loads(stored.started.private))
    grounded = verify(claims(conversation, vocabulary), conversation, vocabulary)
    if not isinstance(grounded, Grounded):
        return Replayed(same=False, detail=f"it ends as {grounded.failure_class.label}")
    differ = [name for name, evidence in grounded.features.items() if _value(recorded.get(name)) != _shown(evidence)]
    if differ:
        return Replayed(same=False, detail=f"other values for {', '.join(differ)}")
    return Replayed(same=True, detail="the same values come out")


def _conversation(turns: list[dict[str, JSON]]) -> Conversation:
    return Conversation(tuple(_turn(turn) for turn in turns))


def _turn(turn: dict[str, JSON]) -> Turn:
    form, asks, proposes = turn.get("form"), turn.get("asks"), turn.get("proposes")
    if isinstance(form, dict):
        return filled({name: str(text) for name, text in form.items()})
    return Turn(
        Role(str(turn["role"])),
        str(turn["text"]),
        tuple(str(name) for name in asks) if isinstance(asks, list) else (),
        {name: _proposal(of) for name, of in proposes.items() if isinstance(of, dict)}
        if isinstance(proposes, dict)
        else {},
    )


def _proposal(of: dict[str, JSON]) -> Proposal:
    value, unit = of["value"], of["unit"]
    assert isinstance(value, int | float | str)
    return Proposal(value, unit if isinstance(unit, str) else None, str(of["quote"]))


def _value(recorded: JSON) -> JSON:
    return recorded.get("value") if isinstance(recorded, dict) else None


def _shown(evidence: object) -> object:
    return getattr(evidence, "value", None)
