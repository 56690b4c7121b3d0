"""Say what an extractor is: words in, a claim or a named failure out.

An extractor claims; it does not decide. `sayso.extraction.verify` checks every claim, whoever made it.
"""

from typing import Protocol

from sayso.conversation import Conversation
from sayso.extraction.schema import Extraction
from sayso.failures import Failure
from sayso.language.vocabulary import Vocabulary


class Extractor(Protocol):
    """Read the features of one contract out of a conversation."""

    kind: str
    """``grammar`` or ``llm``: the label in ledger, logs and metrics."""

    async def extract(self, conversation: Conversation, vocabulary: Vocabulary) -> Extraction | Failure:
        """Claim a value, or none, for every feature.

        Returns:
            The claim, or a Failure of code EXTRACTION_FAILED.
        """
        ...
