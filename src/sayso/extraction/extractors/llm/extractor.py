"""Claim what a language model reads: one request, one strict reading of the reply, no second try.

Its claims get no more trust than any other's: `sayso.extraction.verify` decides.
"""

from collections.abc import Mapping

from sayso.completion import Completer, RawReply
from sayso.conversation import Conversation
from sayso.extraction.extractors.llm.messages import messages
from sayso.extraction.extractors.llm.reply import read
from sayso.extraction.extractors.llm.schema import reply_schema
from sayso.extraction.extractors.port import Consulted, Watch, ignore
from sayso.extraction.schema import Extraction
from sayso.failures import Failure, FailureClass
from sayso.language.vocabulary import Vocabulary
from sayso.wire import JSON


class LlmExtractor:
    """Read words by a model."""

    kind = "llm"

    def __init__(self, completer: Completer, prompt: str, *, deadline_s: float, max_input_chars: int) -> None:
        """Take whoever asks the model, the text of ``prompt.md``, and the bounds of one extraction.

        Args:
            completer: makes the one request.
            prompt: the rules, with a line for the form.
            deadline_s: for the whole request.
            max_input_chars: the longest pair of messages, in code points; beyond it nothing is asked.
        """
        self._completer = completer
        self._prompt = prompt
        self._deadline_s = deadline_s
        self._max_input_chars = max_input_chars

    async def extract(
        self, conversation: Conversation, vocabulary: Vocabulary, *, watch: Watch = ignore
    ) -> Extraction | Failure:
        """Ask the model once, and take its claim or name its first offence."""
        told = messages(self._prompt, conversation, vocabulary)
        length = sum(len(message.text) for message in told)
        if length > self._max_input_chars:
            what = f"the extractor would be sent {length} characters; at most {self._max_input_chars}"
            return Failure(FailureClass.TOO_LARGE, what)
        schema = reply_schema(vocabulary.contract)
        reply = await self._completer.complete(told, schema, deadline_s=self._deadline_s)
        watch(Consulted(self._facts(reply), None if reply.received is None else {"reply": reply.received}))
        return reply.result if isinstance(reply.result, Failure) else read(reply.result, vocabulary.contract)

    def _facts(self, reply: RawReply) -> Mapping[str, JSON]:
        return {
            "provider": self._completer.provider,
            "model": self._completer.model,
            "answered_by": reply.answered_by,
            "requests": reply.requests,
            "reply_ms": reply.elapsed_ms,
            "input_tokens": reply.usage.input_tokens,
            "output_tokens": reply.usage.output_tokens,
            "tokens_charged": reply.usage.charged,
        }
