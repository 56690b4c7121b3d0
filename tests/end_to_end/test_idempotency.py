"""A client that retries with the same idempotency key gets the same outcome, whatever it was."""

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.end_to_end.conftest import QUESTION

INCOMPLETE = "inflation 3.1 and unemployment 4.7, what rate?"

Reply = tuple[int, str | None, dict[str, object]]


def _ask(api: str, text: str, key: str) -> Reply:
    headers = {"content-type": "application/json", "idempotency-key": key}
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(f"{api}/v1/interactions", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.headers["content-type"], json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"], json.load(error)


@pytest.mark.parametrize("text", [QUESTION, INCOMPLETE, "unemployment 900"], ids=["predicted", "asked back", "refused"])
def test_a_retry_is_answered_as_the_first_request(api: str, text: str) -> None:
    """Status, media type and every key are the same."""
    first, second = (_ask(api, text, f"retry-{text[:12].replace(' ', '-')}") for _ in range(2))

    assert first == second


def test_requests_at_once_are_one_interaction(api: str) -> None:
    """Sixteen clients, one key, one interaction."""
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: _ask(api, QUESTION, "at-once"), range(16)))

    assert {status for status, _, _ in replies} == {200}
    assert len({str(body["interaction_id"]) for _, _, body in replies}) == 1


def test_a_key_for_another_question_is_refused(api: str) -> None:
    """422 key_reused, and no interaction."""
    _ask(api, QUESTION, "reused")

    status, media_type, body = _ask(api, INCOMPLETE, "reused")

    assert (status, media_type) == (422, "application/problem+json")
    assert (body["failure_class"], body["interaction_id"], body["prediction"]) == ("key_reused", None, None)


@pytest.mark.parametrize("key", ["a b", "x" * 256, "é"], ids=["space", "too long", "not ASCII"])
def test_a_key_that_is_none_is_malformed(api: str, key: str) -> None:
    """Visible ASCII, at most 255 characters."""
    assert _ask(api, QUESTION, key)[0] == 400
