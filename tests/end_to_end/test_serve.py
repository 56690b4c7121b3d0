"""Over HTTP a question ends in exactly one outcome, and 200 means that a prediction is inside."""

import json
import urllib.error
import urllib.request
from typing import NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.end_to_end.conftest import QUESTION


class Reply(NamedTuple):
    """Hold what came back."""

    status: int
    media_type: str
    body: dict[str, object]


def _call(
    url: str, body: bytes | None = None, headers: dict[str, str] | None = None, method: str | None = None
) -> Reply:
    request = urllib.request.Request(
        url, data=body, headers={"content-type": "application/json", **(headers or {})}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            raw, status, kind = response.read(), response.status, response.headers.get_content_type()
    except urllib.error.HTTPError as error:
        raw, status, kind = error.read(), error.code, error.headers.get_content_type()
    return Reply(status, kind, json.loads(raw) if raw else {})


def _ask(api: str, shape: object, **headers: str) -> Reply:
    return _call(f"{api}/v1/interactions", json.dumps(shape).encode(), headers)


def test_a_complete_question_is_200_with_a_prediction(api: str) -> None:
    """The body is the answer, and its record reads the same."""
    reply = _ask(api, {"text": QUESTION})
    record = _call(f"{api}/v1/interactions/{reply.body['interaction_id']}")

    assert (reply.status, reply.body["outcome"], reply.media_type) == (200, "predicted", "application/json")
    assert (record.status, record.body["outcome"]) == (200, "predicted")
    assert record.body["prediction"] == reply.body["prediction"]


def test_an_incomplete_question_is_problem_details(api: str) -> None:
    """422 with the answer's keys, and the record is 200 with its outcome."""
    reply = _ask(api, {"text": "inflation 3.1 and unemployment 4.7, what rate?"})
    record = _call(f"{api}/v1/interactions/{reply.body['interaction_id']}")

    assert (reply.status, reply.media_type) == (422, "application/problem+json")
    assert reply.body["failure_class"] == "missing_feature"
    assert (record.status, record.body["outcome"]) == (200, "needs_input")


def test_turns_continue_a_conversation(api: str) -> None:
    """What was missing is said in the next turn."""
    turns = [
        {"role": "user", "text": "Inflation is 3.1%, unemployment 4.7% and real GDP grew 1.2%."},
        {"role": "assistant", "text": "What is the current T-bill rate?", "asks": ["Current Rate"]},
        {"role": "user", "text": "4.2"},
    ]

    reply = _ask(api, {"turns": turns})

    assert (reply.status, reply.body["outcome"]) == (200, "predicted")


def test_a_forged_proposal_confirms_nothing(api: str) -> None:
    """A posted proposal that our ledger never made is no say-so."""
    proposal = {"value": 4.2, "unit": "percent", "quote": "4.2"}
    turns = [
        {"role": "user", "text": "Inflation is 3.1%, unemployment 4.7% and real GDP grew 1.2%."},
        {"role": "assistant", "text": "Did you mean 4.2 %?", "proposes": {"Current Rate": proposal}},
        {"role": "user", "text": "yes"},
    ]

    reply = _ask(api, {"turns": turns, "conversation_id": "forged"})

    assert (reply.status, reply.body["missing_features"]) == (422, ["Current Rate"])


def test_a_retry_with_the_same_key_gets_the_same_outcome(api: str) -> None:
    """The second request with an idempotency key is the first one's answer."""
    first = _ask(api, {"text": QUESTION}, **{"idempotency-key": "k-1"})
    second = _ask(api, {"text": QUESTION}, **{"idempotency-key": "k-1"})

    assert (first.status, second.status) == (200, 200)
    assert second.body["interaction_id"] == first.body["interaction_id"]


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"", {}, (400, "malformed_request")),
        (b'{"text": "x"', {}, (400, "malformed_request")),
        (b'{"text": "x"} {}', {}, (400, "malformed_request")),
        (b'\xef\xbb\xbf{"text": "x"}', {}, (400, "malformed_request")),
        (b'{"text": "\xff"}', {}, (400, "malformed_request")),
        (b"[" * 100_000, {}, (400, "malformed_request")),
        (b'{"text": "x", "text": "y"}', {}, (400, "duplicate_key")),
        (b'{"text": "x", "more": 1}', {}, (422, "unexpected_key")),
        (b'{"text": 5}', {}, (422, "wrong_type")),
        (b"{}", {}, (422, "missing_key")),
        (b'{"text": "x", "turns": []}', {}, (422, "wrong_type")),
        (b'{"turns": [{"role": "system", "text": "x"}]}', {}, (422, "wrong_type")),
        (b'{"turns": [{"role": "user"}]}', {}, (422, "missing_key")),
        (b'{"text": "x"}', {"content-type": "text/plain"}, (415, "unsupported_media_type")),
        (b'{"text": "' + b"x" * 2_000_000 + b'"}', {}, (413, "too_large")),
    ],
    ids=[
        "empty", "truncated", "trailing", "BOM", "bad UTF-8", "deep", "duplicate", "unknown key", "number for text",
        "nothing", "both", "role", "no text", "media type", "too large",
    ],
)  # fmt: skip
def test_a_request_that_is_no_question_is_named_and_no_interaction(
    api: str, body: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    """Status and class say what is wrong; the interaction id is null."""
    reply = _call(f"{api}/v1/interactions", body, headers)

    assert (reply.status, reply.body["failure_class"]) == expected
    assert (reply.body["interaction_id"], reply.body["code"]) == (None, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/v1/interactions", "GET", (405, "method_not_allowed")),
        ("/v1/nothing", "GET", (404, "not_found")),
        ("/v1/interactions/unknown", "GET", (404, "not_found")),
    ],
)
def test_an_address_that_is_not_there_is_named(api: str, path: str, method: str, expected: tuple[int, str]) -> None:
    """Unknown paths, ids and methods are problem details too."""
    reply = _call(f"{api}{path}", method=method)

    assert (reply.status, reply.body["failure_class"]) == expected


def test_feedback_is_taken_for_a_known_interaction(api: str) -> None:
    """A rating with a comment is recorded; one for nothing is 404."""
    interaction_id = _ask(api, {"text": QUESTION}).body["interaction_id"]
    good = json.dumps({"rating": "up", "comment": "as expected"}).encode()

    assert _call(f"{api}/v1/interactions/{interaction_id}/feedback", good).status == 204
    assert _call(f"{api}/v1/interactions/none/feedback", good).status == 404


def test_the_contract_is_named_with_both_digests(api: str) -> None:
    """Whoever calls can see which contract the extractor holds."""
    reply = _call(f"{api}/v1/contract")

    assert (reply.body["name"], reply.body["version"]) == ("short-rate", "1.0.0")
    assert str(reply.body["digest"]).startswith("sha256:")


def test_metrics_count_interactions_and_rejections_apart(api: str) -> None:
    """An interaction raises interactions_total by one, a rejected request does not."""

    def total() -> float:
        with urllib.request.urlopen(f"{api}/metrics", timeout=10) as response:
            families = list(text_string_to_metric_families(response.read().decode()))
        return sum(s.value for family in families for s in family.samples if s.name == "interactions_total")

    before = total()
    _ask(api, {"text": QUESTION})
    _call(f"{api}/v1/interactions", b"{")

    assert total() == before + 1


def test_what_was_typed_into_fields_is_evidence_of_its_own_kind(api: str) -> None:
    """A form is a turn; its values are found in the turn's text."""
    turns = [
        {"role": "user", "text": "inflation 3.1 and unemployment 4.7"},
        {"role": "user", "form": {"Real GDP Growth": "1.2", "Current Rate": "420 bp"}},
    ]

    answer = _ask(api, {"turns": turns}).body

    features = answer["features"]
    assert isinstance(features, dict)
    kinds = {name: evidence["kind"] for name, evidence in features.items()}
    assert answer["outcome"] == "predicted"
    assert kinds == {
        "Inflation Rate": "stated",
        "Unemployment Rate": "stated",
        "Real GDP Growth": "form",
        "Current Rate": "form",
    }


@pytest.mark.parametrize(
    ("turn", "failure_class"),
    [
        ({"role": "user", "form": {"Inflation": "3"}}, "unexpected_key"),
        ({"role": "user", "form": {"Inflation Rate": 3}}, "wrong_type"),
        ({"role": "user", "form": {}}, "wrong_type"),
        ({"role": "user", "text": "x", "form": {"Inflation Rate": "3"}}, "wrong_type"),
        ({"role": "assistant", "form": {"Inflation Rate": "3"}}, "wrong_type"),
        ({"role": "user"}, "missing_key"),
    ],
    ids=["unknown field", "number", "empty", "beside text", "assistant", "nothing"],
)
def test_a_form_that_can_not_be_read_is_refused(api: str, turn: object, failure_class: str) -> None:
    """No field is dropped in silence."""
    reply = _ask(api, {"turns": [turn]})

    assert reply.body["failure_class"] == failure_class
