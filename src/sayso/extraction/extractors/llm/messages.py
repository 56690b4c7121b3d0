"""Tell a model what to do and with what: rules and form in one message, the conversation as data in another.

The conversation is one JSON document, so that no turn can end its own quotation marks and speak for the system.
"""

import json

from sayso.completion import Message, Speaker
from sayso.contract.model import Contract, Feature, FeatureType
from sayso.conversation import Conversation, Proposal, Turn
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.schema import Claim
from sayso.language.vocabulary import Vocabulary
from sayso.wire import JSON

FORM = "FORM"
"""The line of the prompt that the form takes the place of."""


def messages(prompt: str, conversation: Conversation, vocabulary: Vocabulary) -> tuple[Message, Message]:
    """Make the two messages of one extraction."""
    form = _dumps(form_of(vocabulary.contract))
    system = "\n".join(form if line == FORM else line for line in prompt.splitlines())
    data: dict[str, JSON] = {
        "state": _state(conversation, vocabulary),
        "turns": [_turn(index, turn) for index, turn in enumerate(conversation.turns)],
    }
    return Message(Speaker.SYSTEM, system), Message(Speaker.USER, _dumps(data))


def form_of(contract: Contract) -> list[JSON]:
    """List the features with everything that the contract says of them but their ranges, which state nothing."""
    return [_feature(feature) for feature in contract.features]


def _feature(feature: Feature) -> JSON:
    listed: dict[str, JSON] = {"name": feature.name, "type": feature.type.value}
    if feature.unit:
        listed["unit"] = feature.unit
    if feature.units:
        listed["other_units"] = dict(feature.units)
    if feature.date_part:
        listed["date_part"] = feature.date_part.value
    if feature.type is FeatureType.CATEGORY:
        listed["values"] = {category.value: list(category.words) for category in feature.categories}
    if feature.aliases:
        listed["words"] = list(feature.aliases)
    if feature.description:
        listed["description"] = feature.description
    return listed


def _state(conversation: Conversation, vocabulary: Vocabulary) -> JSON:
    """Give what our own reading held before the last turn; nothing in a first turn."""
    before = Conversation(conversation.turns[:-1])
    if not before.turns:
        return {}
    held = claims(before, vocabulary).features
    return {name: _claim(claim) for name, claim in held.items() if claim is not None}


def _turn(index: int, turn: Turn) -> JSON:
    said: dict[str, JSON] = {"turn": index, "role": turn.role.value, "text": turn.text}
    if turn.asks:
        said["asks"] = list(turn.asks)
    if turn.proposes:
        said["proposes"] = {name: _claim(proposal) for name, proposal in turn.proposes.items()}
    return said


def _claim(claim: Claim | Proposal) -> JSON:
    return {"value": claim.value, "unit": claim.unit, "quote": claim.quote}


def _dumps(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False)
