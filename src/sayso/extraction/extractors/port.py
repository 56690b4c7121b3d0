"""Say what an extractor is: words in, a claim or a named failure out.

An extractor claims; it does not decide. `sayso.extraction.verify` checks every claim, whoever made it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sayso.conversation import Conversation
from sayso.extraction.schema import Extraction
from sayso.failures import Failure
from sayso.language.vocabulary import Vocabulary
from sayso.wire import JSON


@dataclass(frozen=True, slots=True)
class Consulted:
    """Describe what an extractor asked of somebody else, for ledger, log and metrics."""

    public: Mapping[str, JSON] = field(default_factory=dict)
    """Who answered, tokens, times: nothing that quotes the asker."""
    private: JSON = None
    """The reply as it came; falls under the text policy."""


Watch = Callable[[Consulted], None]


def ignore(consulted: Consulted) -> None:
    """Watch nothing."""


def facts(consulted: Sequence[Consulted], kind: str) -> dict[str, JSON]:
    """Say of an extraction what telemetry and the ledger keep for good."""
    return {"extractor": kind, **(consulted[-1].public if consulted else {})}


def replies(consulted: Sequence[Consulted]) -> JSON:
    """Give what the ledger keeps under its text policy; None where nobody was asked."""
    return consulted[-1].private if consulted else None


class Extractor(Protocol):
    """Read the features of one contract out of a conversation."""

    kind: str
    """``grammar`` or ``llm``: the label in ledger, logs and metrics."""

    async def extract(
        self, conversation: Conversation, vocabulary: Vocabulary, *, watch: Watch = ignore
    ) -> Extraction | Failure:
        """Claim a value, or none, for every feature.

        Args:
            conversation: what was said.
            vocabulary: the contract, and the words for it.
            watch: is told what was asked of somebody else, if anything, before this returns.

        Returns:
            The claim, or a Failure of code EXTRACTION_FAILED; of class too_large for a conversation that is too long.
        """
        ...
