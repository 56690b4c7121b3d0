"""One request goes out for each question, as the settings say, and nothing of it is hidden."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sayso.completion import Message, RawReply, Speaker
from sayso.failures import Failure, FailureClass, SettingsError
from sayso.llm_wiring import completer
from sayso.settings import LlmSection, Settings
from sayso.testing.faulty_http import FaultyHttp, HttpStep
from sayso.testing.llm_adversary import Asked, LlmAdversary, Wire, replying, sending
from sayso.wire import JSON

KEY = "sk-not-to-be-told"
TOLD = (Message(Speaker.SYSTEM, "the rules"), Message(Speaker.USER, "the words"))
SCHEMA: dict[str, JSON] = {
    "type": "object",
    "properties": {"n": {"anyOf": [{"type": "number"}, {"type": "null"}]}, "c": {"type": "string", "enum": ["a", "b"]}},
    "required": ["n", "c"],
    "additionalProperties": False,
}
PROVIDERS: Mapping[str, tuple[Wire, str]] = {
    "openai": (Wire.OPENAI, "/v1/chat/completions"),
    "gemini": (Wire.GEMINI, "/v1beta/models/m-1:generateContent"),
    "vertex": (
        Wire.GEMINI,
        "/v1beta1/projects/p/locations/europe-west4/publishers/google/models/m-1:generateContent",
    ),
}


def section(provider: str, base_url: str, **changes: object) -> Settings:
    """Describe a deployment that asks one provider on loopback."""
    said: dict[str, object] = {"provider": provider, "base_url": base_url, "model": "m-1"}
    if provider == "vertex":
        said |= {"project": "p", "location": "europe-west4", "credentials": "none"}
    else:
        said |= {"api_key_env": "TEST_KEY"}
    return Settings(llm=LlmSection.model_validate({**said, **changes}))


def ask(
    provider: str, answer: Callable[[Asked], HttpStep], deadline_s: float = 20.0, **changes: object
) -> tuple[RawReply, list[Asked]]:
    """Ask once; give the reply and what reached the server."""

    async def once() -> tuple[RawReply, list[Asked]]:
        async with LlmAdversary(answer) as server:
            wire = PROVIDERS[provider][0]
            asked = completer(section(provider, server.base_url(wire), **changes), lambda _: 0)
            return await asked.complete(TOLD, SCHEMA, deadline_s=deadline_s), server.asked

    return asyncio.run(once())


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a key into the environment, and a proxy and addresses that must not be used."""
    monkeypatch.setenv("TEST_KEY", KEY)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("OPENAI_BASE_URL", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("OPENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, "another-key-entirely")


def answering(asked: Asked) -> HttpStep:
    """Answer soundly."""
    return replying(asked.wire, "the text")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_one_request_reaches_the_address_of_the_settings(provider: str) -> None:
    """Whatever the environment says of proxies and addresses."""
    reply, asked = ask(provider, answering)

    assert (reply.result, reply.requests) == ("the text", 1)
    assert [(one.method, one.path) for one in asked] == [("POST", PROVIDERS[provider][1])]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_tokens_time_and_version_are_told(provider: str) -> None:
    """As the provider reports them."""
    reply, _ = ask(provider, answering)

    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.charged) == (700, 80, 780)
    assert reply.answered_by == "adversary-1"
    assert reply.elapsed_ms > 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_our_messages_and_no_others_are_sent(provider: str) -> None:
    """Neither a word of the client's own nor a second copy."""
    _, (asked,) = ask(provider, answering)

    assert asked.texts == ("the rules", "the words")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_schema_arrives_closed(provider: str) -> None:
    """Every key required, no other allowed, null where the contract allows it, the words of a category."""
    _, (asked,) = ask(provider, answering)
    assert isinstance(asked.schema, dict)

    assert {key: asked.schema[key] for key in SCHEMA} == SCHEMA


CHOICES: Mapping[str, JSON] = {
    "openai": {"temperature": 0.0, "max_tokens": 77, "stream": False},
    "gemini": {"temperature": 0.0, "maxOutputTokens": 77, "responseMimeType": "application/json"},
    "vertex": {"temperature": 0.0, "maxOutputTokens": 77, "responseMimeType": "application/json"},
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_choices_of_the_settings_arrive(provider: str) -> None:
    """Temperature 0 and the limit of the reply."""
    _, (asked,) = ask(provider, answering, max_output_tokens=77)
    sent = asked.document if provider == "openai" else asked.document["generationConfig"]
    expected = CHOICES[provider]
    assert isinstance(sent, Mapping)
    assert isinstance(expected, Mapping)

    assert {key: sent[key] for key in expected} == expected


def test_the_schema_is_strict_on_openais_wire() -> None:
    """Otherwise a server may take it for a hint."""
    _, (asked,) = ask("openai", answering)
    form = asked.document["response_format"]
    assert isinstance(form, dict)
    assert isinstance(form["json_schema"], dict)

    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)


@pytest.mark.parametrize("provider", ["openai", "gemini"])
def test_the_key_is_sent_and_never_shown(provider: str) -> None:
    """It is the variable's that the settings name; what is kept for people holds a dot in its place."""
    reply, (asked,) = ask(provider, answering)

    assert KEY in " ".join(asked.headers.values())
    assert "another-key-entirely" not in json.dumps(dict(asked.headers))
    assert KEY not in repr(reply)


def test_no_machine_is_described_to_the_server() -> None:
    """The client of OpenAI would tell it the operating system."""
    _, (asked,) = ask("openai", answering)

    assert [name for name in asked.headers if name.startswith("x-stainless")] == []


@pytest.mark.parametrize("provider", ["openai", "gemini"])
def test_a_reply_that_repeats_the_key_is_refused(provider: str) -> None:
    """A server can't hand the key on to ledgers, logs or people."""
    reply, _ = ask(provider, lambda asked: replying(asked.wire, f"your key is {KEY}"))

    assert isinstance(reply.result, Failure)
    assert reply.result.failure_class is FailureClass.EXTRACTION_SCHEMA
    assert KEY not in repr(reply)


def test_an_error_that_repeats_the_key_is_shown_without_it() -> None:
    """Also where it stands for an error code."""
    body = json.dumps({"error": {"message": KEY, "code": KEY, "type": KEY}}).encode()
    reply, _ = ask("openai", lambda _: HttpStep(status=401, body=body))

    assert isinstance(reply.result, Failure)
    assert KEY not in repr(reply)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_request_that_gets_no_answer_counts_as_the_most_that_it_can_have_cost(provider: str) -> None:
    """A server that was cut off may have charged it."""
    reply, _ = ask(provider, lambda asked: HttpStep(body=answering(asked).body, drip_s=1.0), deadline_s=0.5)

    assert isinstance(reply.result, Failure)
    assert reply.result.failure_class is FailureClass.EXTRACTOR_TIMEOUT
    assert reply.usage.charged > 4096


def test_nothing_counts_where_nobody_listens() -> None:
    """A connection that never came about carries no request and costs nothing."""

    async def once() -> RawReply:
        async with FaultyHttp([HttpStep()]) as closed:
            port = closed.port
        asked = completer(section("openai", f"http://127.0.0.1:{port}/v1"), lambda _: 0)
        return await asked.complete(TOLD, SCHEMA, deadline_s=20.0)

    reply = asyncio.run(once())

    assert isinstance(reply.result, Failure)
    assert (reply.result.failure_class, reply.requests, reply.usage.charged) == (
        FailureClass.EXTRACTOR_UNAVAILABLE,
        0,
        0,
    )


def test_questions_at_the_same_time_have_a_request_each() -> None:
    """The bound of one request is a question's, not the client's."""

    async def together() -> tuple[list[RawReply], int]:
        async with LlmAdversary(answering) as server:
            asked = completer(section("openai", server.base_url(Wire.OPENAI)), lambda _: 0)
            replies = await asyncio.gather(*(asked.complete(TOLD, SCHEMA, deadline_s=20.0) for _ in range(20)))
            return replies, len(server.asked)

    replies, requests = asyncio.run(together())

    assert ([reply.result for reply in replies], requests) == (["the text"] * 20, 20)


@pytest.mark.parametrize(
    ("usage", "charged"),
    [
        ({"prompt_tokens": 3, "completion_tokens": 4}, 7),
        ({"prompt_tokens": 10**18, "completion_tokens": 4}, None),
        ({"prompt_tokens": -3, "completion_tokens": 4}, None),
        ({"prompt_tokens": True, "completion_tokens": 4}, None),
        (None, None),
    ],
    ids=["sound", "too many to be true", "negative", "no number", "not reported"],
)
def test_what_is_charged_is_what_was_reported_or_the_most_it_can_be(usage: JSON, charged: int | None) -> None:
    """An absurd count is no count, and no count is not free."""

    def answer(asked: Asked) -> HttpStep:
        document = json.loads(answering(asked).body)
        return sending({**document, "usage": usage})

    reply, _ = ask("openai", answer)

    assert reply.usage.charged == charged if charged else reply.usage.charged > 4096


def test_a_name_that_is_no_name_is_not_taken_for_the_models() -> None:
    """It would be logged, and might be somebody's words."""

    def answer(asked: Asked) -> HttpStep:
        return sending({**json.loads(answering(asked).body), "model": "Ann Example earns 80000"})

    assert ask("openai", answer)[0].answered_by is None


def test_a_key_that_is_not_set_is_said_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the variable."""
    monkeypatch.delenv("TEST_KEY")

    with pytest.raises(SettingsError, match="TEST_KEY"):
        completer(section("openai", "http://127.0.0.1:9/v1"), lambda _: 0)


def test_a_service_account_signs_for_itself(tmp_path: Path) -> None:
    """The one request carries a token that no server was asked for; the file names one where nobody listens."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {
        "type": "service_account",
        "client_email": "a@example.org",
        "private_key": pem,
        "token_uri": "http://127.0.0.1:9/",
    }
    (tmp_path / "account.json").write_text(json.dumps(account))
    reply, (asked,) = ask("vertex", answering, credentials=str(tmp_path / "account.json"))

    assert reply.result == "the text"
    assert asked.headers["authorization"].startswith("Bearer ey")
    assert asked.headers["authorization"].removeprefix("Bearer ") not in repr(reply)


def test_a_credentials_file_that_is_not_there_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    """The line names the setting."""
    missing = str(tmp_path / "none.json")

    with pytest.raises(SettingsError, match="credentials"):
        completer(section("vertex", "http://127.0.0.1:9", credentials=missing), lambda _: 0)
