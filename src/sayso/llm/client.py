"""Ask a model through `pydantic_ai.direct.model_request`: one request, one deadline over everything, nothing repaired.

The SDKs' own readings of a reply are not used; `sayso.llm.wires` reads the bytes that came, before they do. Where an
SDK can't read a reply that our wire can, the reply is refused as well.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, SystemPromptPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings

from sayso.completion import Message, RawReply, Speaker, Usage
from sayso.failures import Failure, FailureClass
from sayso.llm import wires
from sayso.llm.choices import Choices
from sayso.llm.faults import FOREIGN, SHAPE, failure_of
from sayso.llm.one_request import Exchange, OneRequest
from sayso.llm.providers import model_of
from sayso.llm.target import Target
from sayso.llm.wires import Read, Wire
from sayso.wire import JSON

WIRES: Mapping[str, Wire] = {"openai": wires.openai, "gemini": wires.gemini, "vertex": wires.gemini}

MIN_SECRET_CHARS = 8
"""What is shorter is no key of any provider, and would be found everywhere."""

_KEY_REPEATED = Failure(FailureClass.EXTRACTION_SCHEMA, "the reply was not used: it repeats the key")


class DirectCompleter:
    """Ask one model of one provider."""

    def __init__(self, target: Target, choices: Choices, clock: Callable[[], float]) -> None:
        """Take where, how, and monotonic seconds; raises SettingsError where credentials can't be read."""
        self.provider: str = target.provider
        self.model = target.model
        self._choices = choices
        self._clock = clock
        self._wire = WIRES[target.provider]
        self._transport = OneRequest()
        self._foreign = model_of(target, self._transport)
        self._key = target.key if target.key and len(target.key) >= MIN_SECRET_CHARS else None

    async def complete(self, messages: Sequence[Message], schema: Mapping[str, JSON], *, deadline_s: float) -> RawReply:
        """Make one request and give back what came of it, in time."""
        begin_s = self._clock()
        with self._transport.exchange(self._wire) as exchange:
            read = await self._ask(messages, schema, deadline_s, exchange)
        received = None if exchange.body is None else exchange.body.decode("utf-8", "backslashreplace")
        return RawReply(
            result=self._without_key(read.result),
            received=received if received is None or self._key is None else received.replace(self._key, "…"),
            answered_by=read.answered_by,
            usage=_usage(read, exchange, self._choices.most_tokens(messages, schema)),
            requests=exchange.requests,
            elapsed_ms=round((self._clock() - begin_s) * 1000, 3),
            sent=exchange.sent,
        )

    async def _ask(
        self, messages: Sequence[Message], schema: Mapping[str, JSON], deadline_s: float, exchange: Exchange
    ) -> Read:
        try:
            async with asyncio.timeout(deadline_s):
                await model_request(
                    self._foreign,
                    [_request(messages)],
                    model_settings=self._settings(deadline_s),
                    model_request_parameters=_parameters(schema),
                )
        except FOREIGN as error:
            return _broken(error, exchange)
        except SHAPE as error:
            if exchange.body is None:
                raise
            return _broken(error, exchange)
        assert exchange.read is not None
        return exchange.read

    def _without_key(self, result: str | Failure) -> str | Failure:
        """Let no server hand our key on, to ledgers, logs or people, by repeating it."""
        if self._key is None:
            return result
        if isinstance(result, Failure):
            return replace(result, detail=result.detail.replace(self._key, "…"))
        return _KEY_REPEATED if self._key in result else result

    def _settings(self, deadline_s: float) -> ModelSettings:
        return ModelSettings(
            request_timeout=deadline_s,
            timeout=deadline_s,
            max_retries=0,
            temperature=self._choices.temperature,
            max_tokens=self._choices.max_output_tokens,
        )


def _broken(error: BaseException, exchange: Exchange) -> Read:
    """Name what is wrong: the first offence of a reply that came, else the error."""
    failure = failure_of(error, exchange)
    if exchange.read is None:
        return Read(failure)
    if exchange.fault is None and not isinstance(error, TimeoutError):
        what = f"the reply was not used: its client can't read it ({type(error).__name__})"
        failure = Failure(FailureClass.EXTRACTION_SCHEMA, what)
    return replace(exchange.read, result=failure)


def _usage(read: Read, exchange: Exchange, most: int) -> Usage:
    """Count tokens; where none were reported for what may have been answered, the most that it can have been."""
    if read.input_tokens is not None and read.output_tokens is not None:
        return Usage(read.input_tokens, read.output_tokens, read.input_tokens + read.output_tokens)
    may_be_charged = exchange.requests == 1 and exchange.status in (None, 200)
    return Usage(read.input_tokens, read.output_tokens, most if may_be_charged else 0)


def _request(messages: Sequence[Message]) -> ModelRequest:
    kinds = {Speaker.SYSTEM: SystemPromptPart, Speaker.USER: UserPromptPart}
    return ModelRequest(parts=[kinds[message.speaker](message.text) for message in messages])


def _parameters(schema: Mapping[str, JSON]) -> ModelRequestParameters:
    """Ask for native structured output; pydantic-ai writes the schema in the provider's dialect."""
    output = OutputObjectDefinition(json_schema=dict(schema), name="reply", strict=True)
    return ModelRequestParameters(output_mode="native", output_object=output, allow_text_output=True)
