"""Keep replies by what was asked, and give them back without asking.

The key is a hash of provider, model, choices, messages and schema: whatever changes one of them asks anew. Only whole
replies are kept, because an outage is no property of a question. A recording holds people's words where a question did.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec
import rfc8785

from sayso.completion import Completer, Message, RawReply, Usage
from sayso.failures import Failure, FailureClass
from sayso.llm.choices import Choices
from sayso.whole_file import write
from sayso.wire import JSON


class Recording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one reply as it is kept: a file of its own, named by its key."""

    key: str
    recorded_at: str
    provider: str
    model: str
    answered_by: str | None
    input_tokens: int | None
    output_tokens: int | None
    elapsed_ms: float
    text: str


@dataclass(frozen=True, slots=True)
class Recordings:
    """Find recordings in one folder."""

    folder: Path
    provider: str
    model: str
    choices: Choices

    def key(self, messages: Sequence[Message], schema: Mapping[str, JSON]) -> str:
        """Hash what is asked: SHA-256 over RFC 8785 canonical JSON."""
        asked: dict[str, JSON] = {
            "provider": self.provider,
            "model": self.model,
            "temperature": self.choices.temperature,
            "max_output_tokens": self.choices.max_output_tokens,
            "messages": [[message.speaker.value, message.text] for message in messages],
            # As text, because order counts: a model answers in the schema's order.
            "schema": json.dumps(schema, ensure_ascii=True),
        }
        return hashlib.sha256(rfc8785.dumps(asked)).hexdigest()

    def find(self, key: str) -> Recording | Failure:
        """Give a recording, or say why there is none."""
        path = self._path(key)
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Recording)
        except FileNotFoundError:
            return _unavailable(path, "there is no recording; make it with [llm] mode = 'record'")
        except (OSError, msgspec.MsgspecError) as error:
            return _unavailable(path, f"the recording can't be read: {error}")
        return found if found.key == key else _unavailable(path, "the recording is another question's")

    def keep(self, recording: Recording) -> Failure | None:
        """Write a recording, whole or not at all; say why where it can't be."""
        path = self._path(recording.key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write(path, msgspec.json.format(msgspec.json.encode(recording)) + b"\n")
        except OSError as error:
            return _unavailable(path, f"the recording can't be written: {error.strerror or error}")
        return None

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


class RecordingCompleter:
    """Ask, and keep every whole reply."""

    def __init__(self, inner: Completer, recordings: Recordings, now: Callable[[], datetime]) -> None:
        """Take whoever is asked, where replies are kept, and aware UTC time."""
        self.provider = inner.provider
        self.model = inner.model
        self._inner = inner
        self._recordings = recordings
        self._now = now

    async def complete(self, messages: Sequence[Message], schema: Mapping[str, JSON], *, deadline_s: float) -> RawReply:
        """Make one request, and keep its reply where it is whole."""
        reply = await self._inner.complete(messages, schema, deadline_s=deadline_s)
        if isinstance(reply.result, Failure):
            return reply
        recording = self._recording(self._recordings.key(messages, schema), reply, reply.result)
        failure = self._recordings.keep(recording)
        return reply if failure is None else replace(reply, result=failure)

    def _recording(self, key: str, reply: RawReply, text: str) -> Recording:
        return Recording(
            key=key,
            recorded_at=self._now().isoformat(timespec="seconds"),
            provider=self.provider,
            model=self.model,
            answered_by=reply.answered_by,
            input_tokens=reply.usage.input_tokens,
            output_tokens=reply.usage.output_tokens,
            elapsed_ms=reply.elapsed_ms,
            text=text,
        )


class ReplayCompleter:
    """Give back recorded replies, and ask nobody."""

    def __init__(self, recordings: Recordings) -> None:
        """Take where replies are kept."""
        self.provider = recordings.provider
        self.model = recordings.model
        self._recordings = recordings

    async def complete(self, messages: Sequence[Message], schema: Mapping[str, JSON], *, deadline_s: float) -> RawReply:
        """Give the recording of this question, or the failure that there is none."""
        found = self._recordings.find(self._recordings.key(messages, schema))
        if isinstance(found, Failure):
            return RawReply(found)
        return RawReply(
            found.text,
            received=found.text,
            answered_by=found.answered_by,
            usage=Usage(found.input_tokens, found.output_tokens, charged=0),
            elapsed_ms=found.elapsed_ms,
        )


def _unavailable(path: Path, what: str) -> Failure:
    return Failure(FailureClass.EXTRACTOR_UNAVAILABLE, f"{path}: {what}")
