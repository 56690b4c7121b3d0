"""A contract that is wrong is refused with the place of every fault."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import CONTRACTS
from tests.contract.documents import SOUND, Document, changed, contract, encoded, faults

from sayso.contract.document import parse, parse_frozen
from sayso.contract.freeze import freeze
from sayso.contract.model import DateRule, FeatureType, LessOrEqualRule, Seal
from sayso.failures import DocumentError

F = "features"


def test_a_sound_document_becomes_a_contract_in_model_order() -> None:
    """Features follow feature_columns, whatever the order of their descriptions."""
    made = contract((("feature_columns",), list(reversed(SOUND["feature_columns"]))))

    assert made.names == tuple(reversed(SOUND["feature_columns"]))
    assert made.by_name["ldl"].units == {"mmol/L": 38.67}
    assert made.by_name["smoker"].values == ("yes", "no")
    assert made.rules == (DateRule("Year", "Month", "Day"), LessOrEqualRule("ldl", "total"))


def test_only_the_needed_keys_are_needed() -> None:
    """Name, version, target, columns and a type for each feature make a contract."""
    document: Document = {
        "contract": "x",
        "version": "0.1.0",
        "target": {"name": "y"},
        "feature_columns": ["a"],
        "features": {"a": {"type": "number"}},
    }

    assert parse("c.json", encoded(document)).by_name["a"].type is FeatureType.NUMBER


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.json")), ids=lambda path: path.stem)
def test_the_contracts_of_the_dialogues_are_sound(path: Path) -> None:
    """Every contract that the worked dialogues use can be parsed."""
    assert parse(path.name, path.read_bytes()).seal is Seal.UNFROZEN


def test_every_fault_is_named_at_once() -> None:
    """One reading of the document lists all faults of a kind."""
    rules = SOUND["rules"] * 2
    document = changed(((F, "rate", "unit"), "wobbles"), ((F, "Year", "range"), [0.5, 3]), (("rules",), rules))

    assert [line.split(":")[0] for line in faults(document)] == [
        "$.features.Year.range[0]",
        "$.features.rate.unit",
        "$.rules[2]",
        "$.rules[3]",
    ]


BYTES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "$: the body is empty"),
    "a list": (b"[1]", "$: is no JSON object"),
    "null": (b"null", "$: is no JSON object"),
    "byte order mark": (b"\xef\xbb\xbf{}", "$: the body starts with a byte order mark"),
    "not UTF-8": (b'{"a": "\xff"}', "$: the body is not UTF-8 at byte 7"),
    "cut off": (b'{"contract": ', "$: the body is not JSON at line 1, column 14: Expecting value"),
    "trailing": (
        encoded(SOUND) + b"x",
        f"$: the body is not JSON at line 1, column {len(encoded(SOUND)) + 1}: Extra data",
    ),
    "too deep": (b'{"a":' * 100_000, "$: the body is nested too deeply"),
    "duplicate key": (
        encoded(SOUND).replace(b'"aliases": ["interest"]', b'"aliases": [], "aliases": []'),
        "$.features.rate: the key 'aliases' occurs twice",
    ),
    "overflowing number": (
        encoded(SOUND).replace(b"[-5, 40]", b"[-5, 1e400]"),
        "$.features.rate.range[1]: the number is not finite, or too large for a double",
    ),
    "an integer of 400 digits": (
        encoded(SOUND).replace(b"[-5, 40]", b"[-5, " + b"9" * 400 + b"]"),
        "$.features.rate.range[1]: the number is not finite, or too large for a double",
    ),
    "not a number": (
        encoded(SOUND).replace(b"[-5, 40]", b"[NaN, 40]"),
        "$.features.rate.range[0]: the number is not finite, or too large for a double",
    ),
    "half a surrogate pair": (
        encoded(SOUND).replace(b'"interest"', b'"\\ud800"'),
        "$.features.rate.aliases[0]: holds half of a surrogate pair, which is no text",
    ),
}


@pytest.mark.parametrize(("body", "said"), BYTES.values(), ids=BYTES.keys())
def test_bytes_that_are_no_sound_document_are_named_by_place(body: bytes, said: str) -> None:
    """What is wrong before the keys are looked at has its place too."""
    with pytest.raises(DocumentError) as error:
        parse("c.json", body)

    assert [str(problem) for problem in error.value.problems] == [said]


def test_the_example_of_the_guide_is_sound() -> None:
    """What docs/contract.md shows can be frozen as it stands."""
    guide = (Path(__file__).parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")
    example = guide.split("```json\n")[1].split("```")[0]

    assert parse_frozen("guide", freeze("guide", example.encode())).name == "lipids"


def test_five_hundred_features_are_one_contract() -> None:
    """A wide model is no special case."""
    names = [f"pixel {index}" for index in range(500)]
    features = {name: {"type": "number", "range": [0, 1], "aliases": [f"p{name}"]} for name in names}
    wide = changed((("feature_columns",), names), ((F,), features), (("rules",), []))

    assert parse("c.json", encoded(wide)).names == tuple(names)


@pytest.mark.parametrize("name", ["a.b", "größe", "x/y [z]", "'quoted'", "100%", "名前"], ids=str)
def test_a_name_may_hold_any_visible_character(name: str) -> None:
    """Points, brackets, quotes and letters of any script are fine in a name."""
    document = changed((("feature_columns",), [name]), ((F,), {name: {"type": "number"}}), (("rules",), []))

    assert parse("c.json", encoded(document)).names == (name,)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
places = st.sampled_from(
    [
        *((key,) for key in [*SOUND, "digest", "interface_digest", "x"]),
        *((F, name) for name in SOUND[F]),
        *((F, "ldl", key) for key in ["type", "unit", "range", "units", "aliases", "values", "question", "date_part"]),
        *(("target", key) for key in ["name", "type", "unit", "range", "values"]),
        ("rules", 0),
        ("rules", 1, "less_or_equal"),
    ]
)


@given(place=places, value=json_values)
def test_any_value_anywhere_is_a_contract_or_a_named_place(place: tuple[str | int, ...], value: object) -> None:
    """Whatever stands in a document, parsing ends in a contract or in problems that begin with a place."""
    problems = faults(changed((place, value)))

    assert all(problem.startswith("$") and ": " in problem and "\n" not in problem for problem in problems)


FROZEN = json.loads(freeze("c.json", encoded(SOUND)))
OTHER = "sha256:" + "0" * 64
SEALS: dict[str, tuple[Document, Seal, list[str]]] = {
    "frozen": (FROZEN, Seal.FROZEN, []),
    "never frozen": (SOUND, Seal.UNFROZEN, ["$.digest", "$.interface_digest"]),
    "one digest missing": (FROZEN | {"interface_digest": None}, Seal.UNFROZEN, ["$.interface_digest"]),
    "content changed": (FROZEN | {"version": "1.0.1"}, Seal.BROKEN, ["$.digest"]),
    "digest changed": (FROZEN | {"digest": OTHER}, Seal.BROKEN, ["$.digest"]),
    "interface digest changed": (FROZEN | {"interface_digest": OTHER}, Seal.BROKEN, ["$.interface_digest"]),
    "interface changed": (FROZEN | {"rules": []}, Seal.BROKEN, ["$.digest", "$.interface_digest"]),
}


@pytest.mark.parametrize(("document", "seal", "named"), SEALS.values(), ids=SEALS.keys())
def test_the_seal_says_whether_the_content_is_what_was_frozen(document: Document, seal: Seal, named: list[str]) -> None:
    """Parsing takes every sound document; asking for a frozen one names each digest that is missing or wrong."""
    assert parse("c.json", encoded(document)).seal is seal
    if seal is Seal.FROZEN:
        assert parse_frozen("c.json", encoded(document)).seal is Seal.FROZEN
        return
    with pytest.raises(DocumentError) as error:
        parse_frozen("c.json", encoded(document))
    assert [problem.place for problem in error.value.problems] == named
