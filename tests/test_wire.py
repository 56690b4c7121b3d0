"""JSON from outside is read without leniency."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.failures import Failure, FailureClass
from sayso.wire import JSON, document, loads

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


PLACES: dict[str, tuple[bytes, str]] = {
    "duplicate": (b'{"a": [1, {"b c": 1, "b c": 2}]}', "$.a[1]: the key 'b c' occurs twice"),
    "overflow": (b'{"a": {"1": [0, 1e400]}}', "$.a['1'][1]: the number is not finite, or too large for a double"),
    "NaN": (b'{"a": NaN}', "$.a: the number is not finite, or too large for a double"),
    "half a pair": (rb'{"a": ["\ud800"]}', "$.a[0]: holds half of a surrogate pair, which is no text"),
    "half a pair in a key": (rb'{"a": {"\udfff": 1}}', "$.a: holds half of a surrogate pair, which is no text"),
    "no object": (b"[1]", "$: is no JSON object"),
    "malformed": (b'{"a"\n 1}', "$: the body is not JSON at line 2, column 2: Expecting ':' delimiter"),
}


@pytest.mark.parametrize(("body", "said"), PLACES.values(), ids=PLACES.keys())
def test_a_fault_of_a_file_is_named_with_its_place(body: bytes, said: str) -> None:
    """A file's fault points at the place that has to change."""
    problems = document(body)

    assert isinstance(problems, tuple)
    assert [str(problem) for problem in problems] == [said]


def test_every_fault_of_a_file_is_named() -> None:
    """One reading names all of them, in the order of the file."""
    problems = document(b'{"a": 1e400, "b": {"c": 1, "c": 2}, "d": [NaN]}')

    assert isinstance(problems, tuple)
    assert [problem.place for problem in problems] == ["$.a", "$.b", "$.d[0]"]


def test_a_sound_file_gives_its_keys_in_order() -> None:
    """Keys keep the order of the file, which a freeze must not change."""
    assert list(document(b'{"b": 1, "a": 2}')) == ["b", "a"]


def test_a_fault_deep_inside_is_found_without_recursion() -> None:
    """What the parser could nest, the search can walk, and the place is cut to a readable length."""
    depth = 900
    problems = document(b'{"a":' * depth + b"1e999" + b"}" * depth)

    assert isinstance(problems, tuple)
    assert len(problems[0].place) == 300


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(json_values)
def test_what_is_written_is_read_back(value: JSON) -> None:
    """Every JSON value comes back as it was."""
    assert loads(json.dumps(value).encode()) == value


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\u019eE.-d8 NaIt', max_size=40).map(str.encode))
def test_no_body_raises(body: bytes) -> None:
    """Whatever arrives ends as a value or a named failure, and so does a file."""
    loads(body)
    loads(body, finite_only=True)
    document(body)
