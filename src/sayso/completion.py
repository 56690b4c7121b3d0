"""Say what a language model is to sayso: messages and a JSON Schema in, one raw reply out, of one request.

A completer talks and does not judge: what the reply says is read and checked by whoever asked. Every error of the
foreign client is mapped to a `Failure` inside the completer, in one place. Nothing is sent a second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sayso.failures import Failure
from sayso.wire import JSON


class Speaker(StrEnum):
    """Say whose words a message holds."""

    SYSTEM = "system"
    """Ours: what is to be done."""
    USER = "user"
    """What it is to be done with."""


@dataclass(frozen=True, slots=True)
class Message:
    """Hold one message to a model."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Count the tokens of one request."""

    input_tokens: int | None = None
    """None where the provider did not say."""
    output_tokens: int | None = None
    charged: int = 0
    """What counts against a budget: what was reported, else the most that it can have been."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Hold what left the process."""

    url: str
    headers: Mapping[str, str]
    """Without the values of those that carry a secret."""
    body: str


@dataclass(frozen=True, slots=True)
class RawReply:
    """Hold what came of one request, whole or broken."""

    result: str | Failure
    """The text of a whole reply: one choice, finish reason "stop", one text part. Otherwise why there is none."""
    received: str | None = None
    """The body as it came, with bytes that are no UTF-8 written as ``\\xNN``; None where none came to its end."""
    answered_by: str | None = None
    """The model and version that the provider names."""
    usage: Usage = Usage()
    requests: int = 0
    """How many HTTP requests were made: 1, or 0 where none was."""
    elapsed_ms: float = 0.0
    sent: Sent | None = None


class Completer(Protocol):
    """Ask one model of one provider."""

    provider: str
    """``openai``, ``gemini`` or ``vertex``: the label in ledger, log and metrics."""
    model: str
    """The model as it is asked for."""

    async def complete(self, messages: Sequence[Message], schema: Mapping[str, JSON], *, deadline_s: float) -> RawReply:
        """Make one request and give back what came of it, in time.

        Args:
            messages: in order; the model sees nothing else.
            schema: the JSON Schema that the reply's text is asked to keep to.
            deadline_s: for everything: connecting, sending, waiting and reading to the last byte.
        """
        ...
