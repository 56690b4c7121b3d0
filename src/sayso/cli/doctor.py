"""Ask the deployment's language model one tiny thing, and show what was sent where and what came back."""

import asyncio
import json
from typing import TYPE_CHECKING

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, Extractor, Json, settings

if TYPE_CHECKING:
    from sayso.completion import Completer, RawReply
    from sayso.failures import Failure
    from sayso.settings import Settings
    from sayso.wire import JSON


def doctor(config: Config = DEFAULT_CONFIG, json_: Json = False, extractor: Extractor = None) -> None:
    """Check the extractor: its credentials, one tiny request, and whether the model keeps to a schema.

    Exit status: 0 sound, 1 not sound, 5 a setting can't be used.
    """
    chosen = settings(config, extractor=extractor)
    if chosen.extractor.kind == "grammar":
        _print_nothing_sent(json_=json_)
        return
    completer, reply = asyncio.run(_ask(chosen))
    failure = _failure(reply)
    if json_:
        print(json.dumps(_shape(completer, reply, failure), ensure_ascii=False))
    else:
        print("\n".join(_lines(completer, reply, failure)))
    raise typer.Exit(0 if failure is None else 1)


def _print_nothing_sent(*, json_: bool) -> None:
    if json_:
        print(json.dumps({"extractor": "grammar", "sent": None, "failure": None}))
    else:
        print("The extractor is grammar: it reads by rules, and sends nothing to anybody.")


async def _ask(chosen: "Settings") -> "tuple[Completer, RawReply]":
    """Make the request, live whatever the mode, and outside of the budget: it says nothing of anybody."""
    from sayso.completion import Message, Speaker
    from sayso.llm_wiring import completer

    live = chosen.llm.model_copy(update={"mode": "live", "daily_tokens": None})
    made = completer(chosen.model_copy(update={"llm": live}), lambda _: 0)
    told = (
        Message(Speaker.SYSTEM, 'Answer with the JSON object {"ok": true}.'),
        Message(Speaker.USER, "Are you there?"),
    )
    return made, await made.complete(told, _schema(), deadline_s=live.deadline_s)


def _schema() -> "dict[str, JSON]":
    properties: dict[str, JSON] = {"ok": {"type": "boolean"}}
    return {"type": "object", "properties": properties, "required": ["ok"], "additionalProperties": False}


def _failure(reply: "RawReply") -> "Failure | None":
    """Say what is wrong: with the request, or with a model that is not held to the schema."""
    from sayso.failures import Failure, FailureClass
    from sayso.wire import loads

    if isinstance(reply.result, Failure):
        return reply.result
    match loads(reply.result.encode("utf-8", "surrogatepass"), finite_only=True):
        case {"ok": bool(), **rest} if not rest:
            return None
        case _:
            return Failure(FailureClass.EXTRACTION_SCHEMA, "the model does not keep to the schema that it was sent")


def _shape(completer: "Completer", reply: "RawReply", failure: "Failure | None") -> "dict[str, JSON]":
    sent = reply.sent
    return {
        "extractor": "llm",
        "provider": completer.provider,
        "model": completer.model,
        "sent": None if sent is None else {"url": sent.url, "headers": dict(sent.headers), "body": sent.body},
        "requests": reply.requests,
        "received": reply.received,
        "answered_by": reply.answered_by,
        "input_tokens": reply.usage.input_tokens,
        "output_tokens": reply.usage.output_tokens,
        "elapsed_ms": reply.elapsed_ms,
        "failure_class": failure.failure_class.label if failure else None,
        "detail": failure.detail if failure else None,
    }


def _lines(completer: "Completer", reply: "RawReply", failure: "Failure | None") -> list[str]:
    sent = reply.sent
    where = "nothing was sent" if sent is None else f"{'sent' if reply.requests else 'could not be sent'} to {sent.url}"
    headers = [f"  {name}: {value}" for name, value in sent.headers.items()] if sent else []
    body = ["  " + sent.body] if sent else []
    usage = reply.usage
    return [
        f"The extractor is llm: {completer.provider}, model {completer.model}.",
        f"{where}; HTTP requests made: {reply.requests}",
        *headers,
        *body,
        f"received after {reply.elapsed_ms:.0f} ms: {reply.received or 'nothing whole'}",
        f"answered by {reply.answered_by}; tokens in {usage.input_tokens}, out {usage.output_tokens}",
        f"not sound: {failure}" if failure else "sound: credentials, connection and schema hold",
    ]
