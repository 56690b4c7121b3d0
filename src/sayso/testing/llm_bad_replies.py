"""List bad replies of a language model's server, each one change away from a sound one, with the class it must end in.

The four tables change the reply's text, its envelope, its HTTP status, or the connection. A scenario is the same on
both wires unless it says that it belongs to one.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sayso.failures import FailureClass
from sayso.testing.faulty_http import End, HttpStep
from sayso.testing.llm_adversary import Wire, envelope, replying, sending
from sayso.wire import JSON

SCHEMA, REFUSED = FailureClass.EXTRACTION_SCHEMA, FailureClass.EXTRACTOR_REFUSED
TIMEOUT, UNAVAILABLE = FailureClass.EXTRACTOR_TIMEOUT, FailureClass.EXTRACTOR_UNAVAILABLE
BUDGET, TOO_LARGE = FailureClass.EXTRACTOR_BUDGET, FailureClass.TOO_LARGE

OPENAI, GEMINI = Wire.OPENAI, Wire.GEMINI


@dataclass(frozen=True, slots=True)
class Scenario:
    """Hold one bad reply."""

    expected: FailureClass
    step: Callable[[Wire, str], HttpStep]
    """Makes the answer of the wire and of the sound text."""
    only: Wire | None = None
    """The one wire that can say this; None for both."""

    @property
    def wires(self) -> tuple[Wire, ...]:
        """Give the wires on which this can happen."""
        return (self.only,) if self.only else tuple(Wire)


Edit = Callable[[dict[str, JSON]], JSON]
"""Change a sound reply, in place or for another."""


def _first(reply: dict[str, JSON]) -> tuple[dict[str, JSON], str]:
    """Give the claims, and the name of the first."""
    features = reply["features"]
    assert isinstance(features, dict)
    return features, next(iter(features))


def _claim(**changes: JSON) -> Edit:
    """Change keys of the first claim."""

    def edit(reply: dict[str, JSON]) -> JSON:
        features, name = _first(reply)
        claim = features[name]
        assert isinstance(claim, dict)
        features[name] = {**claim, **changes}
        return reply

    return edit


def _without(key: str) -> Edit:
    """Leave a key of the first claim out."""

    def edit(reply: dict[str, JSON]) -> JSON:
        features, name = _first(reply)
        claim = features[name]
        assert isinstance(claim, dict)
        features[name] = {k: v for k, v in claim.items() if k != key}
        return reply

    return edit


def _top(**changes: JSON) -> Edit:
    """Change keys of the reply."""
    return lambda reply: {**reply, **changes}


def _feature_left_out(reply: dict[str, JSON]) -> JSON:
    features, name = _first(reply)
    return {**reply, "features": {k: v for k, v in features.items() if k != name}}


def _feature_in_capitals(reply: dict[str, JSON]) -> JSON:
    features, name = _first(reply)
    return {**reply, "features": {(k.upper() if k == name else k): v for k, v in features.items()}}


def _feature_as_bare_value(reply: dict[str, JSON]) -> JSON:
    features, name = _first(reply)
    return {**reply, "features": {**features, name: 20000}}


def _null_unlisted(reply: dict[str, JSON]) -> JSON:
    features, name = _first(reply)
    return {**reply, "features": {**features, name: None}}


def _listed_not_null(reply: dict[str, JSON]) -> JSON:
    return {**reply, "missing_features": [_first(reply)[1]]}


def _listed_twice(reply: dict[str, JSON]) -> JSON:
    features, name = _first(reply)
    return {**reply, "features": {**features, name: None}, "missing_features": [name, name]}


def _features_as_list(reply: dict[str, JSON]) -> JSON:
    return {**reply, "features": list(_first(reply)[0].values())}


EDITS: Mapping[str, Edit] = {
    "a fifth key": _top(confidence=0.99),
    "a key too few": lambda reply: {k: v for k, v in reply.items() if k != "assumptions"},
    "a list around the object": lambda reply: [reply],
    "null": lambda _: None,
    "text instead of an object": json.dumps,
    "features as a list": _features_as_list,
    "an unknown feature": lambda reply: {**reply, "features": {**_first(reply)[0], "shoe size": None}},
    "a feature left out": _feature_left_out,
    "a feature in capitals": _feature_in_capitals,
    "a bare value for a claim": _feature_as_bare_value,
    "a claim without a quote": _without("quote"),
    "a claim without a unit": _without("unit"),
    "a claim with a confidence": _claim(confidence=0.99),
    "an empty quote": _claim(quote=""),
    "null for a quote": _claim(quote=None),
    "text for a number": _claim(value="20000"),
    "true for a number": _claim(value=True),
    "null for a value": _claim(value=None),
    "a list of values": _claim(value=[20000, 25000]),
    "a number for a unit": _claim(unit=1),
    "half a character in a quote": _claim(quote="\ud83d"),
    "a null that is not listed": _null_unlisted,
    "a listed feature that is not null": _listed_not_null,
    "a feature listed twice": _listed_twice,
    "missing_features as null": _top(missing_features=None),
    "assumptions as text": _top(assumptions="none"),
    "a number among the assumptions": _top(assumptions=[1]),
    "a list for a question": _top(clarifying_question=[]),
}
"""Replies of another shape; all of them break the schema."""

TEXTS: Mapping[str, Callable[[str], str]] = {
    "cut off in the middle": lambda text: text[: len(text) // 2],
    "the last brace missing": lambda text: text[:-1],
    "fenced as Markdown": lambda text: f"```json\n{text}\n```",
    "two objects": lambda text: text + text,
    "two objects on two lines": lambda text: f"{text}\n{text}",
    "prose before it": lambda text: f"Here is the JSON: {text}",
    "prose after it": lambda text: f"{text}\nI hope that this helps!",
    "prose alone": lambda _: "I can't tell what the loan amount is.",
    "thoughts before it": lambda text: f"<think>They want a loan.</think>{text}",
    "thoughts that never end": lambda text: f"<think>{text}",
    "a byte order mark": lambda text: f"\ufeff{text}",
    "a trailing comma": lambda text: text[:-1] + ",}",
    "a comment": lambda text: text[:-1] + "/* sure */}",
    "single quotes": lambda text: text.replace('"', "'"),
    "a raw line break inside text": lambda text: text.replace('"quote": "', '"quote": "\n', 1),
    "a duplicate key": lambda text: text[:-1] + ', "assumptions": []}',
    "a duplicate feature": lambda text: text.replace('"features": {', '"features": {"loan amount": null, ', 1),
    "a duplicate key in a claim": lambda text: text.replace('"value": ', '"value": 1, "value": ', 1),
    "a duplicate key in another spelling": lambda text: text[:-1] + ', "\\u0061ssumptions": []}',
    "NaN": lambda text: text.replace('"value": 20000', '"value": NaN', 1),
    "Infinity": lambda text: text.replace('"value": 20000', '"value": -Infinity', 1),
    "1e400": lambda text: text.replace('"value": 20000', '"value": 1e400', 1),
    "a leading zero": lambda text: text.replace('"value": 20000', '"value": 020000', 1),
    "a thousands separator": lambda text: text.replace('"value": 20000', '"value": 20,000', 1),
    "a fraction for an integer": lambda text: text.replace('"value": 60,', '"value": 60.5,', 1),
    "a word that is not listed": lambda text: text.replace('"value": "rent"', '"value": "squat"', 1),
    "a unit for a feature without one": lambda text: text.replace(
        '"value": 700, "unit": null', '"value": 700, "unit": "points"', 1
    ),
    "100,000 brackets": lambda _: "[" * 100_000,
    "nothing": lambda _: "",
    "only spaces": lambda _: " \n\t ",
}
"""Texts that are no reply, though their envelope is sound; all of them break the schema."""


def _edited(edit: Edit) -> Callable[[Wire, str], HttpStep]:
    return lambda wire, text: replying(wire, json.dumps(edit(json.loads(text))))


def _rewritten(rewrite: Callable[[str], str]) -> Callable[[Wire, str], HttpStep]:
    return lambda wire, text: replying(wire, rewrite(text))


def _choice(**changes: JSON) -> Callable[[Wire, str], HttpStep]:
    """Change keys of the one choice or candidate."""

    def step(wire: Wire, text: str) -> HttpStep:
        document = envelope(wire, text)
        key = "choices" if wire is OPENAI else "candidates"
        choices = document[key]
        assert isinstance(choices, list)
        assert isinstance(choices[0], dict)
        return sending({**document, key: [{**choices[0], **changes}]})

    return step


def _finish(openai: JSON, gemini: JSON) -> Callable[[Wire, str], HttpStep]:
    def step(wire: Wire, text: str) -> HttpStep:
        changes = {"finish_reason": openai} if wire is OPENAI else {"finishReason": gemini}
        return _choice(**changes)(wire, text)

    return step


def _several(count: int) -> Callable[[Wire, str], HttpStep]:
    """Answer with so many choices."""

    def step(wire: Wire, text: str) -> HttpStep:
        document = envelope(wire, text)
        key = "choices" if wire is OPENAI else "candidates"
        choices = document[key]
        assert isinstance(choices, list)
        return sending({**document, key: choices * count})

    return step


def _message(**changes: JSON) -> Callable[[Wire, str], HttpStep]:
    def step(wire: Wire, text: str) -> HttpStep:
        return _choice(message={"role": "assistant", "content": text, **changes})(wire, text)

    return step


def _parts(make: Callable[[str], list[JSON]]) -> Callable[[Wire, str], HttpStep]:
    return lambda wire, text: _choice(content={"role": "model", "parts": make(text)})(wire, text)


def _body(change: Callable[[bytes], bytes], **headers: str) -> Callable[[Wire, str], HttpStep]:
    """Change the bytes of a sound response."""
    return lambda wire, text: HttpStep(body=change(replying(wire, text).body), headers=headers)


_CALL: JSON = {"id": "1", "type": "function", "function": {"name": "predict", "arguments": "{}"}}
_CONTINUED: dict[str, JSON] = {"finishReason": "CONTINUATION", "continuationToken": "AAAA"}

ENVELOPES: Mapping[str, Scenario] = {
    "whole, but cut off at the token limit": Scenario(SCHEMA, _finish("length", "MAX_TOKENS")),
    "no finish reason": Scenario(SCHEMA, _finish(None, None)),
    "an unheard-of finish reason": Scenario(SCHEMA, _finish("tired", "TIRED")),
    "stop in another case": Scenario(SCHEMA, _finish("STOP", "stop")),
    "filtered": Scenario(REFUSED, _finish("content_filter", "SAFETY")),
    "recitation": Scenario(REFUSED, _finish(None, "RECITATION"), GEMINI),
    "the prompt was blocked": Scenario(
        REFUSED, lambda wire, text: sending({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}), GEMINI
    ),
    "a refusal": Scenario(REFUSED, _message(content=None, refusal="I can't help with that."), OPENAI),
    "a call of a tool": Scenario(SCHEMA, _message(tool_calls=[_CALL]), OPENAI),
    "no text": Scenario(SCHEMA, _message(content=None), OPENAI),
    "text in parts": Scenario(SCHEMA, _message(content=[{"type": "text", "text": "{}"}]), OPENAI),
    "a function call": Scenario(SCHEMA, _parts(lambda _: [{"functionCall": {"name": "predict", "args": {}}}]), GEMINI),
    "two parts": Scenario(SCHEMA, _parts(lambda text: [{"text": text[:9]}, {"text": text[9:]}]), GEMINI),
    "only a thought": Scenario(SCHEMA, _parts(lambda text: [{"text": text, "thought": True}]), GEMINI),
    "no parts": Scenario(SCHEMA, _parts(lambda _: []), GEMINI),
    "to be continued": Scenario(SCHEMA, _choice(**_CONTINUED), GEMINI),
    "no choice": Scenario(SCHEMA, _several(0)),
    "two choices": Scenario(SCHEMA, _several(2)),
    "an empty object": Scenario(SCHEMA, lambda wire, text: sending({})),
    "a list for a body": Scenario(SCHEMA, lambda wire, text: sending([envelope(wire, text)])),
    "an error with status 200": Scenario(SCHEMA, lambda wire, text: sending({"error": {"message": "overloaded"}})),
    "an empty body": Scenario(SCHEMA, _body(lambda _: b"")),
    "the bare reply without an envelope": Scenario(SCHEMA, lambda wire, text: HttpStep(body=text.encode())),
    "a duplicate key around it": Scenario(SCHEMA, _body(lambda body: body[:-1] + b', "id": "1", "id": "2"}')),
    "invalid UTF-8": Scenario(SCHEMA, _body(lambda body: body.replace(b"rent", b"r\xffnt"))),
    "half of the body": Scenario(SCHEMA, _body(lambda body: body[: len(body) // 2])),
    "a page": Scenario(
        SCHEMA, _body(lambda _: b"<!doctype html><title>Welcome</title>", **{"content-type": "text/html"})
    ),
    "the wrong content type": Scenario(SCHEMA, _body(lambda body: body, **{"content-type": "text/plain"})),
    "no content type": Scenario(SCHEMA, _body(lambda body: body, **{"content-type": ""})),
    "10 MB": Scenario(SCHEMA, _body(lambda body: b" " * 10_000_000 + body)),
    "compressed, unasked": Scenario(SCHEMA, _body(gzip.compress, **{"content-encoding": "gzip"})),
}


def _status(status: int, error: JSON = None, **headers: str) -> Callable[[Wire, str], HttpStep]:
    body = json.dumps({"error": error or {"message": "no", "code": status, "status": "NO"}}).encode()
    return lambda wire, text: HttpStep(status=status, body=body, headers=headers)


def _sound_with_status(status: int, **headers: str) -> Callable[[Wire, str], HttpStep]:
    return lambda wire, text: HttpStep(status=status, body=replying(wire, text).body, headers=headers)


STATUSES: Mapping[str, Scenario] = {
    "201 with a sound reply": Scenario(UNAVAILABLE, _sound_with_status(201)),
    "204": Scenario(UNAVAILABLE, lambda wire, text: HttpStep(raw=b"HTTP/1.1 204 No Content\r\n\r\n")),
    "301 to somewhere else": Scenario(UNAVAILABLE, _sound_with_status(301, location="/v1/elsewhere")),
    "307 to somewhere else": Scenario(UNAVAILABLE, _sound_with_status(307, location="/v1/elsewhere")),
    "400": Scenario(UNAVAILABLE, _status(400)),
    "400 because the context is full": Scenario(
        TOO_LARGE, _status(400, {"message": "too long", "code": "context_length_exceeded"}), OPENAI
    ),
    "401": Scenario(UNAVAILABLE, _status(401)),
    "402": Scenario(BUDGET, _status(402)),
    "403": Scenario(UNAVAILABLE, _status(403)),
    "404": Scenario(UNAVAILABLE, _status(404)),
    "408": Scenario(TIMEOUT, _status(408)),
    "413": Scenario(TOO_LARGE, _status(413)),
    "422": Scenario(UNAVAILABLE, _status(422)),
    "429": Scenario(UNAVAILABLE, _status(429, **{"retry-after": "7"})),
    "429 because the quota is spent": Scenario(
        BUDGET, _status(429, {"message": "no", "code": "insufficient_quota", "type": "insufficient_quota"}), OPENAI
    ),
    "500": Scenario(UNAVAILABLE, _status(500)),
    "500 that asks for a retry": Scenario(UNAVAILABLE, _status(500, **{"x-should-retry": "true"})),
    "500 with a sound reply": Scenario(UNAVAILABLE, _sound_with_status(500)),
    "502 with a page": Scenario(
        UNAVAILABLE,
        lambda wire, text: HttpStep(status=502, body=b"<h1>Bad Gateway</h1>", headers={"content-type": "text/html"}),
    ),
    "503": Scenario(UNAVAILABLE, _status(503)),
    "504": Scenario(TIMEOUT, _status(504)),
    "529": Scenario(UNAVAILABLE, _status(529)),
}


def _raw(raw: bytes, end: End = End.CLOSE) -> Callable[[Wire, str], HttpStep]:
    return lambda wire, text: HttpStep(raw=raw, end=end)


CONNECTIONS: Mapping[str, Scenario] = {
    "reset at once": Scenario(UNAVAILABLE, lambda wire, text: HttpStep(is_silent=True, end=End.RESET)),
    "closed at once": Scenario(UNAVAILABLE, lambda wire, text: HttpStep(is_silent=True, end=End.CLOSE)),
    "closed in the middle of the body": Scenario(
        UNAVAILABLE, lambda wire, text: HttpStep(body=replying(wire, text).body, missing_bytes=40, end=End.CLOSE)
    ),
    "reset in the middle of the body": Scenario(
        UNAVAILABLE, lambda wire, text: HttpStep(body=replying(wire, text).body, missing_bytes=40, end=End.RESET)
    ),
    "no HTTP": Scenario(UNAVAILABLE, _raw(b"220 mail.example ESMTP\r\n")),
    "a broken chunk": Scenario(
        UNAVAILABLE,
        _raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    ),
    "silence": Scenario(TIMEOUT, lambda wire, text: HttpStep(is_silent=True, end=End.HANG)),
    "a head, then silence": Scenario(
        TIMEOUT,
        _raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n", End.HANG),
    ),
    "all but the last bytes, then silence": Scenario(
        TIMEOUT, lambda wire, text: HttpStep(body=replying(wire, text).body, missing_bytes=1, end=End.HANG)
    ),
    "1 byte a second": Scenario(TIMEOUT, lambda wire, text: HttpStep(body=replying(wire, text).body, drip_s=1.0)),
}

CATALOGUE: Mapping[str, Scenario] = {
    **{name: Scenario(SCHEMA, _edited(edit)) for name, edit in EDITS.items()},
    **{name: Scenario(SCHEMA, _rewritten(rewrite)) for name, rewrite in TEXTS.items()},
    **ENVELOPES,
    **STATUSES,
    **CONNECTIONS,
}
"""Every bad reply by its name."""
