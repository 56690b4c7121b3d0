"""Count the verdicts of one verification."""

from collections import Counter
from collections.abc import Mapping

from sayso.conversation import Conversation
from sayso.extraction.schema import Extraction, Grounded, Verdict
from sayso.extraction.verify import verdicts
from sayso.failures import Failure
from sayso.language.vocabulary import Vocabulary


def tally(
    result: Grounded | Failure, extraction: Extraction, conversation: Conversation, vocabulary: Vocabulary
) -> Mapping[str, int]:
    """Say how many claims were supported, contradicted and unsupported; only a failed verification is judged again."""
    match result:
        case Grounded(features=features, proposes=proposes):
            supported = sum(1 for evidence in features.values() if evidence is not None)
            return _counts({Verdict.SUPPORTED: supported, Verdict.UNSUPPORTED: len(proposes)})
        case Failure():
            judged = verdicts(extraction.features, conversation, vocabulary)
            return _counts(Counter(verification.verdict for verification in judged.values()))


def _counts(found: Mapping[Verdict, int]) -> Mapping[str, int]:
    return {verdict.value: found.get(verdict, 0) for verdict in Verdict}
