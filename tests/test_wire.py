"""JSON from outside is read without leniency."""

import math

import pytest

from sayso.failures import Failure, FailureClass
from sayso.wire import JSON, loads

MALFORMED, DUPLICATE, NOT_FINITE = (
    FailureClass.MALFORMED_REQUEST,
    FailureClass.DUPLICATE_KEY,
    FailureClass.NOT_FINITE,
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", MALFORMED),
        (b" \t\r\n", MALFORMED),
        (b'{"a": 1', MALFORMED),
        (b"{} {}", MALFORMED),
        (b"{}\x00", MALFORMED),
        (b"\xef\xbb\xbf{}", MALFORMED),
        (b'"\xff"', MALFORMED),
        (b'"\xed\xa0\x80"', MALFORMED),
        (b"[" * 100_000, MALFORMED),
        (b"{'a': 1}", MALFORMED),
        (b"[01]", MALFORMED),
        (b"[1,]", MALFORMED),
        (rb'"\ud800"', MALFORMED),
        (rb'{"\uDFFF": 1}', MALFORMED),
        (b'{"a": 1, "a": 2}', DUPLICATE),
        (rb'{"a": 1, "\u0061": 2}', DUPLICATE),
        (b'[{"b": {"a": 1, "a": 1}}]', DUPLICATE),
    ],
    ids=[
        "empty", "blank", "truncated", "two documents", "trailing byte", "BOM", "not UTF-8", "surrogate in UTF-8",
        "deep", "single quotes", "leading zero", "trailing comma", "half a pair", "half a pair in a key", "duplicate",
        "duplicate by escape", "duplicate deep inside",
    ],
)  # fmt: skip
def test_what_is_no_sound_document_is_named(body: bytes, expected: FailureClass) -> None:
    """Each fault has its class; nothing is repaired."""
    result = loads(body)

    assert isinstance(result, Failure)
    assert result.failure_class is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b' {"a": [1, 2.5, true, null]} ', {"a": [1, 2.5, True, None]}),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (b"1e2", 100.0),
    ],
    ids=["object", "a whole pair", "exponent"],
)
def test_a_sound_document_is_decoded(body: bytes, expected: JSON) -> None:
    """Values keep the types that JSON gives them."""
    assert loads(body) == expected


@pytest.mark.parametrize(
    "body", [b"NaN", b"[Infinity]", b"-Infinity", b"1e400", b"1" * 400], ids=["NaN", "inf", "-inf", "1e400", "digits"]
)
def test_a_number_without_end_is_left_to_whoever_knows_the_field(body: bytes) -> None:
    """Without `finite_only` it comes through as a float that is not finite."""
    value = loads(body)
    number = value[0] if isinstance(value, list) else value

    assert isinstance(number, float)
    assert not math.isfinite(number)


@pytest.mark.parametrize(
    "body", [b"NaN", b"[Infinity]", b"-Infinity", b"1e400", b"1" * 400], ids=["NaN", "inf", "-inf", "1e400", "digits"]
)
def test_finite_only_refuses_it(body: bytes) -> None:
    """With `finite_only` it is a failure of its own class."""
    result = loads(body, finite_only=True)

    assert isinstance(result, Failure)
    assert result.failure_class is NOT_FINITE
