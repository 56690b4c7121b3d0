"""Claim what our own reading of the words finds: offline, the same every time, and nothing it is not sure of."""

from sayso.conversation import Conversation
from sayso.extraction import dialogue
from sayso.extraction.extractors.port import Watch, ignore
from sayso.extraction.question import clarifying_question
from sayso.extraction.schema import Claim, Extraction
from sayso.failures import Failure
from sayso.language.vocabulary import Vocabulary


class GrammarExtractor:
    """Read words by rules."""

    kind = "grammar"

    async def extract(
        self, conversation: Conversation, vocabulary: Vocabulary, *, watch: Watch = ignore
    ) -> Extraction | Failure:
        """Claim every feature that the words state; nobody else is asked."""
        return claims(conversation, vocabulary)


def claims(conversation: Conversation, vocabulary: Vocabulary) -> Extraction:
    """Make the claim of the state after the last turn."""
    contract = vocabulary.contract
    state = dialogue.follow(conversation, vocabulary)
    features: dict[str, Claim | None] = {}
    for index, feature in enumerate(contract.features):
        found = dialogue.evidence(state, conversation, index, feature)
        features[feature.name] = None if found is None else Claim(found.value, found.unit, found.quote)
    missing = tuple(name for name, claim in features.items() if claim is None)
    opened = {
        name: reason
        for index, name in enumerate(contract.names)
        if name in missing and (reason := dialogue.opened(state, conversation, index)) is not None
    }
    return Extraction(features, missing, (), clarifying_question(contract, missing, opened, {}))
