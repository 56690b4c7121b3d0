"""Over HTTP every request ends as predictions or as a named refusal, whatever is sent."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from tests.predictor.serving import JSON_TYPE, Running, serving

from sayso.predictor.batch import Limits
from sayso.predictor.package import Package

ROW = {"width": 1.5, "depth": -2, "weight": 30}
GOOD = json.dumps({"instances": [ROW]}).encode()
LIMITS = Limits()


@pytest.fixture(scope="module")
def predictor(parcel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run one predictor for all tests here."""
    with serving(tmp_path_factory.mktemp("predictor"), model=parcel) as running:
        yield running


@pytest.fixture(scope="module")
def package(parcel: Path) -> Package:
    """Open the package that is served."""
    return Package.load(parcel)


def _head(method: str = "POST", path: str = "/v1/predict", **headers: str) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: localhost",
        *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _status_and_class(received: bytes) -> tuple[int, str]:
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)["failure_class"]


def test_a_good_request_is_answered_with_value_interval_contract_and_revision(
    predictor: Running, package: Package
) -> None:
    """One prediction for each instance, in order."""
    reply = predictor.ask(ROW, ROW | {"width": -20})

    values = package.predict_rows([(1.5, -2, 30), (-20, -2, 30)])
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.body == {
        "predictions": [
            {
                "value": value,
                "interval": {"level": 0.9, "low": value - 1.5, "high": value + 1.5},
                "contract": package.contract.reference,
                "revision": package.revision,
            }
            for value in values
            if isinstance(value, float)
        ]
    }


def test_the_callers_contract_is_accepted_when_it_is_ours(predictor: Running, package: Package) -> None:
    """The reference stands in parameters."""
    assert predictor.ask(ROW, parameters={"contract": package.contract.reference}).status == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (400, "INVALID_INPUT", "malformed_request")),
        (GOOD[:-1], (400, "INVALID_INPUT", "malformed_request")),
        (GOOD + b"x", (400, "INVALID_INPUT", "malformed_request")),
        (b"\xef\xbb\xbf" + GOOD, (400, "INVALID_INPUT", "malformed_request")),
        (GOOD.replace(b"width", b"w\xffdth"), (400, "INVALID_INPUT", "malformed_request")),
        (b"[" * 100_000, (400, "INVALID_INPUT", "malformed_request")),
        (zlib.compress(GOOD), (400, "INVALID_INPUT", "malformed_request")),
        (GOOD.replace(b'"width": 1.5', b'"width": 1.5, "width": 2'), (400, "INVALID_INPUT", "duplicate_key")),
        (GOOD.replace(b'"width": 1.5, ', b""), (422, "INVALID_INPUT", "missing_key")),
        (GOOD.replace(b'"width"', b'"Width"'), (422, "INVALID_INPUT", "missing_key")),
        (GOOD.replace(b'"width": 1.5', b'"width": 1.5, "more": 1'), (422, "INVALID_INPUT", "unexpected_key")),
        (GOOD.replace(b"1.5", b"null"), (422, "INVALID_INPUT", "wrong_type")),
        (GOOD.replace(b"1.5", b'"4.0"'), (422, "INVALID_INPUT", "wrong_type")),
        (GOOD.replace(b"1.5", b"true"), (422, "INVALID_INPUT", "wrong_type")),
        (GOOD.replace(b"1.5", b"NaN"), (422, "INVALID_INPUT", "not_finite")),
        (GOOD.replace(b"1.5", b"1e400"), (422, "INVALID_INPUT", "not_finite")),
        (GOOD.replace(b"1.5", b"1e39"), (422, "INVALID_INPUT", "not_finite")),
        (GOOD.replace(b"1.5", b"101"), (422, "INVALID_INPUT", "out_of_range")),
        (b'{"instances": []}', (422, "INVALID_INPUT", "wrong_type")),
        (json.dumps({"instances": [ROW] * (LIMITS.max_instances + 1)}).encode(),
         (413, "INVALID_INPUT", "too_many_instances")),
        (json.dumps({"instances": [ROW], "parameters": {"contract": "parcel@1.0.0+sha256:" + "0" * 64}}).encode(),
         (409, "INVALID_INPUT", "contract_mismatch")),
        (GOOD + b" " * LIMITS.max_body_bytes, (413, "INVALID_INPUT", "too_large")),
        (b" " * 20_000_000, (413, "INVALID_INPUT", "too_large")),
    ],
    ids=["empty", "truncated", "trailing", "BOM", "bad UTF-8", "deep", "compressed", "duplicate", "missing", "case",
         "extra", "null", "string", "boolean", "NaN", "1e400", "1e39", "range", "no instances", "too many",
         "other contract", "over the limit", "20 MB"],
)  # fmt: skip
def test_a_bad_body_is_problem_details_with_its_class(
    predictor: Running, body: bytes, expected: tuple[int, str, str]
) -> None:
    """The status, the code and the class say what is wrong; no value stands in the answer."""
    reply = predictor.post(body)

    assert reply.named == expected
    assert (reply.headers["content-type"], reply.body["status"]) == ("application/problem+json", expected[0])
    assert "predictions" not in reply.body


def test_problem_details_have_the_keys_of_every_answer(predictor: Running, package: Package) -> None:
    """Contract, revision, detail and violations with their instance are there, and the request has a name."""
    reply = predictor.ask(ROW, ROW | {"depth": 900})

    assert reply.body["contract"] == package.contract.reference
    assert reply.body["revision"] == package.revision
    assert reply.body["type"] == "urn:sayso:failure:out_of_range"
    assert reply.body["request_id"] == reply.headers["x-request-id"]
    assert reply.body["violations"] == [
        {"feature": "depth", "rule": "out_of_range", "got": 900, "allowed": [-100.0, 100.0], "instance": 1}
    ]


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/json;"],
)
def test_json_in_utf8_is_taken_however_it_is_spelt(predictor: Running, media_type: str) -> None:
    """Media types and charsets know no case."""
    assert predictor.call("POST", "/v1/predict", GOOD, {"content-type": media_type}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json-patch+json"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json, text/plain"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/json", "content-encoding": "br, gzip"},
    ],
    ids=["none", "text", "form", "patch", "latin-1", "UTF-16", "two in one", "gzip", "several codings"],
)  # fmt: skip
def test_another_media_type_or_coding_is_refused(predictor: Running, headers: dict[str, str]) -> None:
    """The same bytes, said to be something else, are not read."""
    reply = predictor.call("POST", "/v1/predict", GOOD, headers)

    assert reply.named == (415, "INVALID_INPUT", "unsupported_media_type")


def test_two_content_types_are_refused(predictor: Running) -> None:
    """Whoever says two things has said neither."""
    head = _head(content_length=str(len(GOOD)), content_type="application/json", connection="close")

    received = predictor.raw(head.replace(b"\r\n\r\n", b"\r\ncontent-type: text/plain\r\n\r\n") + GOOD)

    assert _status_and_class(received) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("method", "path", "expected", "allow"),
    [
        ("GET", "/v1/predict", (405, "INVALID_INPUT", "method_not_allowed"), "POST"),
        ("PUT", "/v1/predict", (405, "INVALID_INPUT", "method_not_allowed"), "POST"),
        ("OPTIONS", "/v1/predict", (405, "INVALID_INPUT", "method_not_allowed"), "POST"),
        ("POST", "/healthz", (405, "INVALID_INPUT", "method_not_allowed"), "GET, HEAD"),
        ("DELETE", "/metrics", (405, "INVALID_INPUT", "method_not_allowed"), "GET, HEAD"),
        ("GET", "/", (404, "INVALID_INPUT", "not_found"), None),
        ("POST", "/v1/predict/", (404, "INVALID_INPUT", "not_found"), None),
        ("POST", "/v1/Predict", (404, "INVALID_INPUT", "not_found"), None),
        ("POST", "//v1/predict", (404, "INVALID_INPUT", "not_found"), None),
        ("POST", "/v1/predict?contract=parcel", (422, "INVALID_INPUT", "unexpected_key"), None),
    ],
)
def test_another_method_or_path_is_named(
    predictor: Running, method: str, path: str, expected: tuple[int, str, str], allow: str | None
) -> None:
    """405 says which method would do."""
    reply = predictor.call(method, path, GOOD if method in ("POST", "PUT") else None, JSON_TYPE)

    assert reply.named == expected
    assert reply.headers.get("allow") == allow


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/metrics", 200), ("/v1/predict", 405), ("/no", 404)])
def test_head_has_the_status_and_no_body(predictor: Running, path: str, status: int) -> None:
    """HEAD asks for the same without the body."""
    reply = predictor.call("HEAD", path)

    assert (reply.status, reply.raw) == (status, b"")


def test_a_chunked_body_is_read_whole(predictor: Running) -> None:
    """The pieces make one body."""
    chunks = (GOOD[place : place + 7] for place in range(0, len(GOOD), 7))

    reply = predictor.call("POST", "/v1/predict", chunks, JSON_TYPE, encode_chunked=True)

    assert reply.status == 200


def test_a_chunked_body_beyond_the_limit_is_refused(predictor: Running) -> None:
    """No length was declared; the limit holds all the same, and the caller hears of it."""
    chunks = (b" " * 65536 for _ in range(20_000_000 // 65536))

    reply = predictor.call("POST", "/v1/predict", chunks, JSON_TYPE, encode_chunked=True)

    assert reply.named == (413, "INVALID_INPUT", "too_large")


def test_a_caller_who_asks_first_is_told_before_the_body_is_sent(predictor: Running) -> None:
    """With Expect: 100-continue and too large a length the refusal comes instead of the go-ahead."""
    received = predictor.raw(_head(content_length="20000000", content_type="application/json", expect="100-continue"))

    assert _status_and_class(received) == (413, "too_large")


def test_a_caller_who_asks_first_may_send(predictor: Running) -> None:
    """With Expect: 100-continue and a fair length the go-ahead comes, then the answer."""
    head = _head(
        content_length=str(len(GOOD)), content_type="application/json", expect="100-continue", connection="close"
    )

    received = predictor.raw(head, GOOD)

    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "message",
    [
        _head(content_length=str(len(GOOD) + 1), content_type="application/json") + GOOD,
        _head(transfer_encoding="chunked", content_type="application/json") + b"%x\r\n%b\r\n" % (len(GOOD), GOOD),
        _head(transfer_encoding="chunked", content_type="application/json") + b"%x\r\n%b\r\nzz\r\n" % (len(GOOD), GOOD),
    ],
    ids=["short of its length", "no last chunk", "broken chunk"],
)
def test_a_body_that_breaks_off_is_no_request(predictor: Running, message: bytes) -> None:
    """What came is a whole document by itself; the message is not, so nothing is predicted."""
    received = predictor.raw(message, end=True)

    assert _status_and_class(received) == (400, "malformed_request")


def test_a_body_said_to_be_compressed_on_its_way_is_refused(predictor: Running) -> None:
    """Granian would hand the pieces over as they came, whatever coding was named."""
    head = _head(transfer_encoding="gzip, chunked", content_type="application/json", connection="close")

    received = predictor.raw(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD))

    assert _status_and_class(received) == (415, "unsupported_media_type")


def test_requests_sent_at_once_are_answered_in_their_order(predictor: Running) -> None:
    """A bad request between two good ones spoils neither."""
    bad = GOOD.replace(b"1.5", b"null")
    heads = [_head(content_length=str(len(body)), content_type="application/json") for body in (GOOD, bad)]
    last = _head(content_length=str(len(GOOD)), content_type="application/json", connection="close")

    received = predictor.raw(heads[0] + GOOD + heads[1] + bad + last + GOOD)

    assert [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]] == [200, 422, 200]


def test_a_caller_who_leaves_in_the_middle_disturbs_nobody(predictor: Running) -> None:
    """The next request is answered."""
    predictor.raw(_head(content_length="100", content_type="application/json") + b"{", timeout_s=0.05)

    assert predictor.post(GOOD).status == 200


def test_a_callers_request_id_comes_back(predictor: Running) -> None:
    """One name for the request on both sides."""
    assert predictor.post(GOOD, **{"x-request-id": "caller:7.a"}).headers["x-request-id"] == "caller:7.a"


@pytest.mark.parametrize("given", ["", " ", "a b", "x" * 101, "ä"], ids=["empty", "space", "words", "long", "latin-1"])
def test_a_request_id_that_could_not_stand_in_a_header_is_replaced(predictor: Running, given: str) -> None:
    """Our own takes its place."""
    reply = predictor.post(GOOD, **{"x-request-id": given})

    assert reply.status == 200
    assert reply.headers["x-request-id"] not in ("", given)


def test_readiness_and_contract_say_what_is_served(predictor: Running, package: Package) -> None:
    """Health, readiness and contract agree on contract and revision."""
    pages = [predictor.get(path).body for path in ("/healthz", "/readyz")]

    assert pages == [{"status": "ready", "contract": package.contract.reference, "revision": package.revision}] * 2
    assert predictor.get("/contract").body["reference"] == package.contract.reference


def test_metrics_count_requests_by_outcome_and_class(predictor: Running) -> None:
    """Each request raises one counter by one; instances and latencies are counted too."""

    def counts() -> dict[str, float]:
        families = text_string_to_metric_families(predictor.get("/metrics").raw.decode())
        samples = (sample for family in families for sample in family.samples)
        return {sample.labels.get("failure_class", sample.name): sample.value for sample in samples}

    before = counts()
    predictor.ask(ROW, ROW, ROW)
    predictor.post(b"{")
    after = counts()

    changed = {name: after[name] - before[name] for name in before if after[name] != before[name]}
    assert {name: by for name, by in changed.items() if name != "predict_latency_ms_sum"} == {
        "none": 1,
        "malformed_request": 1,
        "predict_instances_total": 3,
        "predict_latency_ms_bucket": 2,
        "predict_latency_ms_count": 2,
    }
    assert after["predictor_ready"] == 1


def test_the_log_says_what_was_opened_and_nothing_of_refusals(predictor: Running, package: Package) -> None:
    """A caller's mistake is the caller's; the log has the start, in JSON, and warnings for the operator only."""
    predictor.post(b"{")

    first, *rest = predictor.events()
    assert (first["event"], first["contract"], first["revision"]) == (
        "predictor_ready",
        package.contract.reference,
        package.revision,
    )
    assert {event["failure_class"] for event in rest} <= {"contract_mismatch"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300)
    | st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=3)).map(
        lambda change: GOOD[: change[0]] + change[1] + GOOD[change[0] + 1 :]
    )
)
def test_whatever_bytes_come_the_answer_is_a_named_refusal_or_what_they_say(
    predictor: Running, package: Package, body: bytes
) -> None:
    """Never a 5xx; a number only for a body that strict JSON reads as a sound request."""
    reply = predictor.post(body)

    if reply.status == 200:
        (instance,) = json.loads(body)["instances"]
        (value,) = package.predict_rows([[instance[name] for name in package.contract.names]])
        assert reply.body["predictions"][0]["value"] == value
    else:
        assert 400 <= reply.status < 500
        assert reply.body["code"] == "INVALID_INPUT"
