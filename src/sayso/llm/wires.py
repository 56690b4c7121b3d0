"""Read what a provider sent, by its own wire: OpenAI's chat completions or Gemini's generateContent.

The SDKs read these too, and repair on the way: a ``<think>`` that is never closed vanishes, a second choice is left
out, a key that occurs twice counts once. Here a reply is whole (one choice, finish reason "stop", one text part) or its
first offence is named. What the text says is somebody else's to judge.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sayso.failures import Failure, FailureClass
from sayso.wire import JSON, loads

OPENAI_STOP, GEMINI_STOP = "stop", "STOP"

OPENAI_REFUSALS = frozenset({"content_filter"})
GEMINI_REFUSALS = frozenset(
    {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR"}
)
"""Finish reasons that mean the provider declined (Gemini API, `FinishReason`, 2026); any other is no whole reply."""


_NAME = re.compile(r"[\w./:@+-]{1,120}", re.ASCII)
_MOST_TOKENS = 1_000_000_000
"""Beyond this a count is a fault; the largest context of 2026 holds 10 million."""


@dataclass(frozen=True, slots=True)
class Read:
    """Hold what a body says."""

    result: str | Failure
    answered_by: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


class Wire(Protocol):
    """Read the body of a reply with HTTP status 200."""

    def __call__(self, body: bytes, content_type: str) -> Read:
        """Give the text of a whole reply, or the class and the first offence of any other."""
        ...


def openai(body: bytes, content_type: str) -> Read:
    """Read a chat completion."""
    document = _document(body, content_type)
    if isinstance(document, Failure):
        return Read(document)
    usage = _object(document.get("usage"))
    return Read(
        _openai_text(document),
        _text(document.get("model")),
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
    )


def gemini(body: bytes, content_type: str) -> Read:
    """Read the response of generateContent."""
    document = _document(body, content_type)
    if isinstance(document, Failure):
        return Read(document)
    usage = _object(document.get("usageMetadata"))
    answered = [_count(usage.get(key)) for key in ("candidatesTokenCount", "thoughtsTokenCount")]
    return Read(
        _gemini_text(document),
        _text(document.get("modelVersion")),
        _count(usage.get("promptTokenCount")),
        None if answered[0] is None else answered[0] + (answered[1] or 0),
    )


def _openai_text(document: dict[str, JSON]) -> str | Failure:
    choice = _only(document, "choices")
    if isinstance(choice, Failure):
        return choice
    message = _object(choice.get("message"))
    if choice.get("finish_reason") in OPENAI_REFUSALS or message.get("refusal"):
        return _refused(choice.get("finish_reason"))
    if choice.get("finish_reason") != OPENAI_STOP:
        return _unfinished(choice.get("finish_reason"))
    if message.get("tool_calls") or message.get("function_call"):
        return _offence("it calls a tool")
    content = message.get("content")
    return content if isinstance(content, str) else _offence("it has no text")


def _gemini_text(document: dict[str, JSON]) -> str | Failure:
    blocked = _object(document.get("promptFeedback")).get("blockReason")
    if blocked:
        return _refused(blocked)
    candidate = _only(document, "candidates")
    if isinstance(candidate, Failure):
        return candidate
    if candidate.get("finishReason") in GEMINI_REFUSALS:
        return _refused(candidate.get("finishReason"))
    if candidate.get("finishReason") != GEMINI_STOP:
        return _unfinished(candidate.get("finishReason"))
    parts = list(_spoken(_object(candidate.get("content")).get("parts")))
    match parts:
        case [{"text": str(text)}]:
            return text
        case []:
            return _offence("it has no text")
        case [_]:
            return _offence("its part is no text")
        case _:
            return _offence(f"it has {len(parts)} parts")


def _spoken(parts: JSON) -> Iterator[JSON]:
    """Leave out thoughts, which the provider marks as no part of the answer."""
    if isinstance(parts, list):
        yield from (part for part in parts if _object(part).get("thought") is not True)


def _document(body: bytes, content_type: str) -> dict[str, JSON] | Failure:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return _offence(f"its content type is {content_type[:40]!r}")
    match loads(body, finite_only=True):
        case Failure(detail=detail):
            return _offence(detail)
        case dict() as document:
            return document
        case _:
            return _offence("its body is no JSON object")


def _only(document: dict[str, JSON], key: str) -> dict[str, JSON] | Failure:
    match document.get(key):
        case [dict() as single]:
            return single
        case [_]:
            return _offence(f"$.{key}[0] is no object")
        case list() as several:
            return _offence(f"it has {len(several)} {key}")
        case _:
            return _offence(f"it has no {key}")


def _refused(reason: JSON) -> Failure:
    return Failure(FailureClass.EXTRACTOR_REFUSED, f"the provider declined: {_word(reason)}")


def _unfinished(reason: JSON) -> Failure:
    return _offence(f"its finish reason is {_word(reason)}")


def _offence(what: str) -> Failure:
    return Failure(FailureClass.EXTRACTION_SCHEMA, f"the reply was not used: {what}")


def _word(reason: JSON) -> str:
    return f"{reason!r:.40}" if isinstance(reason, str) else "missing"


def _object(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}


def _text(value: JSON) -> str | None:
    """Take the name of a model; anything else might be somebody's words, and names are logged."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else None


def _count(value: JSON) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS
    return value if is_count else None  # type: ignore[return-value]
