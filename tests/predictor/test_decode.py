"""A body becomes admitted rows, or a refusal that names everything wrong with it."""

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sayso.contract.document import of_document
from sayso.failures import Failure, FailureClass
from sayso.predictor.batch import Batch
from sayso.predictor.compiled import CompiledDecoder
from sayso.predictor.decode import Decoder
from sayso.predictor.precise import MAX_VIOLATIONS, PreciseDecoder
from sayso.wire import JSON

MAX_INSTANCES = 8

CLINIC = of_document(
    "clinic",
    {
        "contract": "clinic",
        "version": "2.0.1",
        "target": {"name": "risk"},
        "feature_columns": ["age", "bmi", "Größe", "smoker", "low", "high", "Year", "Month", "Day"],
        "features": {
            "age": {"type": "integer", "range": [0, 120]},
            "bmi": {"type": "number", "range": [10, 80]},
            "Größe": {"type": "number"},
            "smoker": {"type": "category", "values": {"yes": [], "no": [], "né": []}},
            "low": {"type": "number", "range": [0, 300]},
            "high": {"type": "number", "range": [0, 300]},
            "Year": {"type": "integer", "date_part": "year"},
            "Month": {"type": "integer", "date_part": "month"},
            "Day": {"type": "integer", "date_part": "day"},
        },
        "rules": [{"less_or_equal": ["low", "high"]}, {"date": ["Year", "Month", "Day"]}],
    },
)
"""Every type, a range or none, words beyond ASCII, both kinds of rule."""

ROW = {
    "age": 7, "bmi": 21.5, "Größe": 1.8, "smoker": "yes", "low": 80, "high": 120, "Year": 2024, "Month": 2, "Day": 29,
}  # fmt: skip
VALUES = (7.0, 21.5, 1.8, "yes", 80.0, 120.0, 2024.0, 2.0, 29.0)

NUMBERS = [
    "7", "7.0", "7e0", "1e2", "70E-1", "0", "-0", "-0.0", "7.5", "-3", "120", "120.00000000000000000001", "121", "1e38",
    "1e39", "3.4028234663852886e38", "3.4028235e38", "1e400", "-1e400", "1e-400", "1" + "0" * 30, "9" * 400,
    "9007199254740993", "18446744073709551616", "0e400", "1e-99999999999", "NaN", "Infinity", "-Infinity",
]  # fmt: skip
NOT_NUMBERS = [
    '"7"', '"yes"', '"no"', '"YES"', '"yes "', '"n\\u00e9"', '"né"', '"ne\u0301"', "true", "false", "null", "[7]", "{}",
    "01", "+7", ".5", "7.", "1e", "-", "0x10", "''", '"\\ud800"', '"\\q"', '"\x01"', "7 7",
]  # fmt: skip


@pytest.fixture(scope="module")
def decode() -> Callable[[bytes], Batch | Failure]:
    """Give the decoder of the clinic's contract."""
    return Decoder(CLINIC, MAX_INSTANCES).decode


def _raw(values: dict[str, str], *, name_of: Callable[[str], str] = lambda name: name) -> str:
    return "{" + ",".join(f'"{name_of(name)}":{value}' for name, value in values.items()) + "}"


def _texts(row: dict[str, object] | None = None) -> dict[str, str]:
    return {name: json.dumps(value, ensure_ascii=False) for name, value in (row or ROW).items()}


def _body(*instances: object, **rest: JSON) -> bytes:
    return json.dumps({"instances": instances, **rest}, ensure_ascii=False).encode()


def _with(**changes: str) -> bytes:
    return f'{{"instances":[{_raw(_texts() | changes)}]}}'.encode()


def _label(result: Batch | Failure) -> str:
    return result.failure_class.label if isinstance(result, Failure) else "accepted"


def test_a_sound_request_becomes_rows_in_contract_order(decode: Callable[[bytes], Batch | Failure]) -> None:
    """Keys may come in any order; values leave in the contract's."""
    backwards = dict(reversed(ROW.items()))

    assert decode(_body(ROW, backwards)) == Batch([VALUES, VALUES])


@pytest.mark.parametrize("text", ["7", "7.0", "7e0", "70E-1", "0.7e1"])
def test_an_integral_number_of_any_spelling_is_an_integer(
    decode: Callable[[bytes], Batch | Failure], text: str
) -> None:
    """What protobuf makes of 7 is 7 still."""
    assert decode(_with(age=text)) == Batch([VALUES])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "malformed_request"),
        (b"   ", "malformed_request"),
        (_body(ROW)[:-1], "malformed_request"),
        (_body(ROW) + b"x", "malformed_request"),
        (_body(ROW) + _body(ROW), "malformed_request"),
        (_body(ROW) + b"\x00", "malformed_request"),
        (b"\xef\xbb\xbf" + _body(ROW), "malformed_request"),
        (_body(ROW).decode().encode("utf-16"), "malformed_request"),
        (_body(ROW).decode().encode("latin-1"), "malformed_request"),
        (_body(ROW).replace(b"yes", b"y\xffs"), "malformed_request"),
        (b"[" * 100_000, "malformed_request"),
        (_with(bmi="[" * 100_000), "malformed_request"),
        (_with(bmi="[" * 500 + "]" * 500), "wrong_type"),
        (b"[]", "wrong_type"),
        (b"null", "wrong_type"),
        (b"{}", "missing_key"),
        (b'{"Instances": []}', "unexpected_key"),
        (b'{"instances": {}}', "wrong_type"),
        (b'{"instances": []}', "wrong_type"),
        (b'{"instances": [[7]]}', "wrong_type"),
        (b'{"instances": null}', "wrong_type"),
        (_body(ROW, more=1), "unexpected_key"),
        (_body(ROW, parameters=None), "wrong_type"),
        (_body(ROW, parameters={"contract": 7}), "wrong_type"),
        (_body(ROW, parameters={"other": 7}), "unexpected_key"),
        (_body(*[ROW] * (MAX_INSTANCES + 1)), "too_many_instances"),
        (_body({k: v for k, v in ROW.items() if k != "bmi"}), "missing_key"),
        (_body({}), "missing_key"),
        (_body(ROW | {"more": 1}), "unexpected_key"),
        (_with(age='7,"age":7'), "duplicate_key"),
        (_with(age='7,"\\u0061ge":7'), "duplicate_key"),
        (_body(ROW)[:-1] + b',"instances":[]}', "duplicate_key"),
        (_body(ROW, parameters={})[:-1] + b',"parameters":{}}', "duplicate_key"),
        (_body(ROW)[:-1] + b',"parameters":{"contract":"a","contract":"b"}}', "duplicate_key"),
        (_with(bmi='{"a":1,"a":2}'), "duplicate_key"),
        (_with(age="7.5"), "wrong_type"),
        (_with(age="true"), "wrong_type"),
        (_with(age="null"), "wrong_type"),
        (_with(age='"7"'), "wrong_type"),
        (_with(age="[7]"), "wrong_type"),
        (_with(age="121"), "out_of_range"),
        (_with(age="-1"), "out_of_range"),
        (_with(age="NaN"), "not_finite"),
        (_with(age="-Infinity"), "not_finite"),
        (_with(age="1e400"), "not_finite"),
        (_with(age="9" * 400), "not_finite"),
        (_with(Größe="1e39"), "not_finite"),
        (_with(smoker='"maybe"'), "out_of_range"),
        (_with(smoker='"YES"'), "out_of_range"),
        (_with(smoker='"yes "'), "out_of_range"),
        (_with(smoker='"ne\u0301"'), "out_of_range"),
        (_with(smoker="true"), "wrong_type"),
        (_with(smoker="1"), "wrong_type"),
        (_with(low="130"), "rule_violated"),
        (_with(Day="30"), "rule_violated"),
        (_with(Year="1900"), "rule_violated"),
        (_with(Month="13"), "rule_violated"),
        (_with(Month="0"), "rule_violated"),
        (_with(Day="0"), "rule_violated"),
        (_with(smoker='"\\ud800"'), "malformed_request"),
    ],
    ids=[
        "empty", "blank", "truncated", "trailing", "two documents", "NUL", "BOM", "UTF-16", "latin-1", "bad UTF-8",
        "deep", "deep value", "deep list value", "a list", "null", "no key", "wrong case", "instances an object",
        "no instances", "positional", "instances null", "unknown key", "parameters null", "reference a number",
        "unknown parameter", "too many", "missing", "empty instance", "extra", "duplicate", "duplicate by escape",
        "duplicate instances", "duplicate parameters", "duplicate reference", "duplicate deep inside", "7.5",
        "boolean", "null value", "numeric string", "list value", "above", "below", "NaN", "infinite", "1e400",
        "400 digits", "beyond float32", "no such category", "category in capitals", "category with a space",
        "category decomposed", "boolean for a category", "number for a category", "smaller than", "February 30",
        "1900 was no leap year", "month 13", "month 0", "day 0", "half a surrogate pair",
    ],
)  # fmt: skip
def test_a_bad_request_is_named(decode: Callable[[bytes], Batch | Failure], body: bytes, expected: str) -> None:
    """Each fault has its class, and no row comes out."""
    assert _label(decode(body)) == expected


@pytest.mark.parametrize(
    "key",
    ["Age", "age ", " age", "AGE", "аge", "ａｇｅ", "age\u200b", "a\u0301ge"],
    ids=["capital", "space after", "space before", "capitals", "cyrillic a", "full width", "zero width", "accent"],
)
def test_a_key_that_looks_like_a_feature_is_another_key(decode: Callable[[bytes], Batch | Failure], key: str) -> None:
    """Both the missing feature and the unexpected key are named."""
    row = {key if name == "age" else name: value for name, value in ROW.items()}

    result = decode(_body(row))

    assert isinstance(result, Failure)
    assert [(v.feature, v.rule) for v in result.violations] == [("age", "missing_key"), (key, "unexpected_key")]


def test_the_same_word_in_another_normal_form_is_another_key(decode: Callable[[bytes], Batch | Failure]) -> None:
    """No normalisation takes place: the decomposed name is not the feature."""
    row = {"Gro\u0308ße" if name == "Größe" else name: value for name, value in ROW.items()}

    assert _label(decode(_body(row))) == "missing_key"


def test_every_bad_instance_is_named_at_once(decode: Callable[[bytes], Batch | Failure]) -> None:
    """Violations say which instance, which feature, what was there and what is allowed."""
    result = decode(_body(ROW | {"age": 900}, ROW, ROW | {"bmi": "20", "smoker": None}, 5))

    assert isinstance(result, Failure)
    assert [v.as_json() for v in result.violations] == [
        {"feature": "age", "rule": "out_of_range", "got": 900, "allowed": [0.0, 120.0], "instance": 0},
        {"feature": "bmi", "rule": "wrong_type", "got": "20", "allowed": [10.0, 80.0], "instance": 2},
        {"feature": "smoker", "rule": "wrong_type", "got": None, "allowed": ["yes", "no", "né"], "instance": 2},
        {
            "feature": None,
            "rule": "wrong_type",
            "got": "a number",
            "allowed": "an object with every feature",
            "instance": 3,
        },
    ]


def test_a_flood_of_faults_keeps_every_bad_instance_in_a_bounded_list() -> None:
    """However much is wrong, the answer stays small and no bad instance goes unnamed."""
    noise = {f"k{index}": None for index in range(200)}

    result = PreciseDecoder(CLINIC, 1000).decode(_body(*[noise] * 500))

    assert isinstance(result, Failure)
    assert len(result.violations) <= MAX_VIOLATIONS
    assert {violation.instance for violation in result.violations} == set(range(500))


@pytest.mark.parametrize(
    "reference",
    [
        CLINIC.reference,
        f"clinic@2.0.1+{CLINIC.digest}",
        f"clinic@2.0.9+{CLINIC.interface_digest}",
    ],
    ids=["ours", "whole document", "other patch version"],
)
def test_the_same_contract_by_another_reference_is_accepted(
    decode: Callable[[bytes], Batch | Failure], reference: str
) -> None:
    """The digest decides, the version is information."""
    assert decode(_body(ROW, parameters={"contract": reference})) == Batch([VALUES])


@pytest.mark.parametrize(
    "reference",
    ["", "clinic", "clinic@2.0.1", f"other@2.0.1+{CLINIC.interface_digest}", "clinic@2.0.1+sha256:" + "0" * 64,
     f"clinic@2+{CLINIC.interface_digest}", CLINIC.reference + " ", CLINIC.reference.upper()],
    ids=["empty", "name", "no digest", "other name", "other digest", "no version", "space", "capitals"],
)  # fmt: skip
def test_another_contract_is_a_mismatch_whatever_the_instances_hold(
    decode: Callable[[bytes], Batch | Failure], reference: str
) -> None:
    """Both references are shown."""
    result = decode(_body({}, parameters={"contract": reference}))

    assert isinstance(result, Failure)
    assert result.failure_class is FailureClass.CONTRACT_MISMATCH
    assert [(v.got, v.allowed) for v in result.violations] == [(reference, CLINIC.reference)]


_values = st.sampled_from(NUMBERS + NOT_NUMBERS) | st.floats().map(json.dumps) | st.integers().map(str)
_names = st.sampled_from([*ROW, "age", "Age", "more", "\\u0061ge", "instances"])
_rows = st.builds(
    lambda changed, extra: _raw(_texts() | changed)[:-1] + "".join(f',"{name}":{text}' for name, text in extra) + "}",
    st.dictionaries(st.sampled_from([*ROW]), _values, max_size=2),
    st.lists(st.tuples(_names, _values), max_size=1) | st.just([]),
)
_dates = st.builds(
    lambda y, m, d: _raw(_texts() | {"Year": str(y), "Month": str(m), "Day": str(d)}),
    st.integers(-5, 10_000),
    st.integers(-1, 14),
    st.integers(-1, 33),
)
_tails = st.sampled_from(
    [
        "}", "} ", "}x", "", ',"more":1}', ',"parameters":{}}', ',"parameters":null}', ',"instances":[]}',
        ',"parameters":{"contract":""}}', ',"parameters":{"contract":"\\u0061"}}',
        f',"parameters":{{"contract":"{CLINIC.reference}"}}}}',
    ]
)  # fmt: skip
_requests = st.builds(
    lambda rows, tail: ('{"instances":[' + ",".join(rows) + "]" + tail).encode("utf-8", "replace"),
    st.lists(_rows | _dates, max_size=3),
    st.just("}") | _tails,
)


@given(_requests)
@example(_with(age="9007199254740993"))
@example(_with(Größe="3.4028235e38"))
def test_what_the_compiled_decoder_accepts_the_precise_one_accepts_with_the_same_values(body: bytes) -> None:
    """The fast path is an optimisation, never an opinion."""
    fast = CompiledDecoder(CLINIC, MAX_INSTANCES).decode(body)
    slow = PreciseDecoder(CLINIC, MAX_INSTANCES).decode(body)

    assert fast is None or fast == slow


@given(_requests)
def test_what_the_precise_decoder_accepts_the_compiled_one_accepts_too(body: bytes) -> None:
    """Only an escape, or another spelling of our reference, sends a sound request the slow way."""
    fast = CompiledDecoder(CLINIC, MAX_INSTANCES).decode(body)
    slow = PreciseDecoder(CLINIC, MAX_INSTANCES).decode(body)

    assert isinstance(slow, Failure) or fast == slow or b"\\" in body


@given(st.binary() | st.text().map(str.encode) | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(
    lambda value: json.dumps(value).encode()
))  # fmt: skip
def test_arbitrary_bytes_are_refused(body: bytes) -> None:
    """Nothing that is no request gets through, and nothing escapes as an exception."""
    result = Decoder(CLINIC, MAX_INSTANCES).decode(body)

    assert isinstance(result, Failure)
    assert result.failure_class.code.name == "INVALID_INPUT"


@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from(["replace", "insert", "delete"]))
def test_one_changed_byte_is_never_read_as_the_same_request(place: int, byte: int, how: str) -> None:
    """A damaged body is refused, or says what it now says; both decoders see the same."""
    body = bytearray(_body(ROW))
    place %= len(body)
    match how:
        case "replace":
            body[place] = byte
        case "insert":
            body.insert(place, byte)
        case _:
            del body[place]

    fast = CompiledDecoder(CLINIC, MAX_INSTANCES).decode(bytes(body))
    slow = PreciseDecoder(CLINIC, MAX_INSTANCES).decode(bytes(body))

    assert fast == slow or (fast is None and (isinstance(slow, Failure) or b"\\" in body))
