"""Hold what is chosen for every request to a model, apart from where it goes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sayso.completion import Message
from sayso.wire import JSON


@dataclass(frozen=True, slots=True)
class Choices:
    """Hold a deployment's choices."""

    temperature: float
    max_output_tokens: int

    def most_tokens(self, messages: Sequence[Message], schema: Mapping[str, JSON]) -> int:
        """Bound what one request can be charged: a token is a byte or more of what is sent, and the reply is capped."""
        words = sum(len(message.text.encode("utf-8", "replace")) for message in messages)
        return words + len(json.dumps(schema)) + self.max_output_tokens
