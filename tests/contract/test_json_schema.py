"""The JSON Schemas accept what the code accepts, and refuse what its shape refuses."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.documents import SOUND, Change, Document, changed, contract, faults
from tests.contract.test_checks import TOGETHER
from tests.contract.test_shape import SHAPE

from sayso.contract.json_schema import document_schema, features_schema

DOCUMENT = jsonschema.Draft202012Validator(document_schema())
FEATURES = jsonschema.Draft202012Validator(features_schema(contract()))
BEYOND = {"empty range", "empty target range", "invisible character", "invisible character in a key", "decomposed"}
"""What JSON Schema can't say of one value."""
KINDS = {
    "category without values", "category with a unit", "category with a range", "number with values",
    "category target without values", "category target with a range", "number target with values",
}  # fmt: skip


def test_the_schemas_are_schemas() -> None:
    """Both follow the dialect that they name."""
    DOCUMENT.check_schema(document_schema())
    FEATURES.check_schema(features_schema(contract()))


def test_a_sound_contract_fits() -> None:
    """The schema accepts a document with every kind of feature and rule."""
    assert list(DOCUMENT.iter_errors(SOUND)) == []


@pytest.mark.parametrize("name", sorted(SHAPE.keys() - BEYOND))
def test_what_has_the_wrong_shape_does_not_fit(name: str) -> None:
    """An editor that knows the schema marks the same places as parsing."""
    assert list(DOCUMENT.iter_errors(changed(SHAPE[name][0])))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_keys_of_another_type_do_not_fit(name: str) -> None:
    """What goes with a category and what with a number is in the schema."""
    assert list(DOCUMENT.iter_errors(changed(*TOGETHER[name][0])))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(["type", "unit", "range", "values", "aliases", "question", "units", "date_part"])


@given(st.sampled_from(sorted(SOUND["features"])), keys, json_values)
def test_what_parsing_takes_fits(feature: str, key: str, value: object) -> None:
    """No sound document is refused by the schema."""
    document: Document = changed((("features", feature, key), value))

    if not faults(document):
        assert list(DOCUMENT.iter_errors(document)) == []


NONE = dict.fromkeys(SOUND["features"])
RATE = {"value": 4.2, "unit": "percent", "quote": "4.2%"}
CLAIMS: dict[str, tuple[Any, bool]] = {
    "nothing": (NONE, True),
    "a number": (NONE | {"rate": RATE}, True),
    "out of range": (NONE | {"rate": RATE | {"value": 900}}, True),
    "in another unit": (NONE | {"rate": RATE | {"unit": "basis point"}}, True),
    "no unit": (NONE | {"rate": RATE | {"unit": None}}, True),
    "an integer": (NONE | {"Year": {"value": 2024, "unit": None, "quote": "2024"}}, True),
    "a category": (NONE | {"smoker": {"value": "yes", "unit": None, "quote": "smokes"}}, True),
    "a feature left out": ({key: None for key in NONE if key != "Day"}, False),
    "another feature": (NONE | {"age": None}, False),
    "a bare value": (NONE | {"rate": 4.2}, False),
    "text for a number": (NONE | {"rate": RATE | {"value": "4.2"}}, False),
    "a boolean for a number": (NONE | {"rate": RATE | {"value": True}}, False),
    "no quote": (NONE | {"rate": {"value": 4.2, "unit": None}}, False),
    "an empty quote": (NONE | {"rate": RATE | {"quote": ""}}, False),
    "another key": (NONE | {"rate": RATE | {"confidence": 1}}, False),
    "a fraction for an integer": (NONE | {"Year": {"value": 2024.5, "unit": None, "quote": "2024.5"}}, False),
    "a unit where there is none": (NONE | {"Year": {"value": 2024, "unit": "year", "quote": "2024"}}, False),
    "an unlisted category": (NONE | {"smoker": {"value": "smokes", "unit": None, "quote": "smokes"}}, False),
    "a list": ([], False),
}


@pytest.mark.parametrize(("claim", "fits"), CLAIMS.values(), ids=CLAIMS.keys())
def test_the_features_object_is_closed(claim: object, fits: bool) -> None:
    """Every feature, each null or value, unit and quote; nothing else."""
    assert FEATURES.is_valid(claim) is fits


def test_the_schema_tells_a_model_what_each_feature_is() -> None:
    """Name, unit, range and description are in words."""
    described: Change = (("features", "rate", "description"), "Interest, a year.")
    properties = features_schema(contract(described))["properties"]

    assert isinstance(properties, dict)
    assert isinstance(properties["rate"], dict)
    assert properties["rate"]["description"] == "rate (%, -5 to 40). Interest, a year"
