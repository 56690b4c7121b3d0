"""Be a language model's server on loopback, of OpenAI's and of Gemini's wire, and answer as told.

It speaks both wires at once, tells them apart by the path, counts every request of any kind, and gives each to a
function that decides what goes back, byte by byte. What it is asked is kept, so that a test can see what was sent.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sayso.testing.faulty_http import HEAD_END, FaultyHttp, HttpStep
from sayso.wire import JSON

VERSION = "adversary-1"
"""What it says that it is, as a provider says which version of a model answered."""


class Wire(StrEnum):
    """Tell the two wires apart."""

    OPENAI = "openai"
    GEMINI = "gemini"


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold one request."""

    method: str
    path: str
    headers: Mapping[str, str]
    document: Mapping[str, JSON]
    """The body; empty where there is none."""

    @property
    def wire(self) -> Wire:
        """Say which wire was spoken."""
        return Wire.GEMINI if ":generateContent" in self.path else Wire.OPENAI

    @property
    def schema(self) -> JSON:
        """Give the JSON Schema that the reply was asked to keep to; None where there was none."""
        match self.document:
            case {"response_format": {"json_schema": {"schema": schema}}}:
                return schema
            case {"generationConfig": {"responseJsonSchema": schema}}:
                return schema
            case _:
                return None

    @property
    def texts(self) -> tuple[str, ...]:
        """Give the texts of the messages, the system's first."""
        match self.document:
            case {"messages": list() as messages}:
                return tuple(str(_get(message, "content")) for message in messages)
            case {"systemInstruction": system, "contents": list() as contents}:
                return tuple(_parts(content) for content in [system, *contents])
            case _:
                return ()


Answer = Callable[[Asked], HttpStep]


class LlmAdversary(FaultyHttp):
    """Listen on loopback while the block runs."""

    def __init__(self, answer: Answer) -> None:
        """Take what decides each answer."""
        super().__init__([HttpStep()])
        self._answer = answer
        self.asked: list[Asked] = []
        """Every request, of any method and path."""

    def base_url(self, wire: Wire) -> str:
        """Give the address as a deployment's settings name it."""
        return f"http://127.0.0.1:{self.port}{'/v1' if wire is Wire.OPENAI else ''}"

    async def _read(self, reader: asyncio.StreamReader) -> HttpStep:
        head = (await reader.readuntil(HEAD_END)).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        document = json.loads(body) if body else {}
        self.asked.append(Asked(method, path, headers, document if isinstance(document, dict) else {}))
        return self._answer(self.asked[-1])


def envelope(wire: Wire, text: str) -> dict[str, JSON]:
    """Wrap a text as a provider wraps a whole reply."""
    match wire:
        case Wire.OPENAI:
            message: JSON = {"role": "assistant", "content": text}
            return {
                "id": "reply-1",
                "object": "chat.completion",
                "created": 1,
                "model": VERSION,
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": 700, "completion_tokens": 80, "total_tokens": 780},
            }
        case Wire.GEMINI:
            content: JSON = {"role": "model", "parts": [{"text": text}]}
            return {
                "candidates": [{"index": 0, "finishReason": "STOP", "content": content}],
                "usageMetadata": {"promptTokenCount": 700, "candidatesTokenCount": 80, "totalTokenCount": 780},
                "modelVersion": VERSION,
            }


def replying(wire: Wire, text: str) -> HttpStep:
    """Answer with a text, soundly wrapped; the connection is closed after it."""
    return sending(envelope(wire, text))


def sending(document: JSON) -> HttpStep:
    """Answer with a JSON document."""
    return HttpStep(body=json.dumps(document).encode())


def _get(value: JSON, key: str) -> JSON:
    return value.get(key) if isinstance(value, dict) else None


def _parts(content: JSON) -> str:
    parts = _get(content, "parts")
    return "".join(str(_get(part, "text")) for part in parts) if isinstance(parts, list) else ""
