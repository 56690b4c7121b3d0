"""A draft says what is known and leaves what is not as a TODO that no contract may hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.contract.document import parse
from sayso.contract.draft import Column, Numbers, Unclear, Words, contract_name, draft, widened
from sayso.contract.freeze import freeze
from sayso.failures import DocumentError

TARGET = Words("kind", ("a", "b"))


def test_each_kind_of_column_is_drafted() -> None:
    """Numbers get a unit to decide and a widened range, words their values, and the rest a type to decide."""
    columns: list[Column] = [
        Numbers("petal_length", whole=False, extent=(1.0, 6.9)),
        Numbers("visits", whole=True, extent=(0, 12)),
        Words("colour", ("green", "red")),
        Unclear("note", "take it out"),
    ]

    document = json.loads(draft("iris", TARGET, columns))

    assert document["target"] == {"name": "kind", "type": "category", "values": ["a", "b"]}
    assert document["feature_columns"] == ["petal_length", "visits", "colour", "note"]
    unit = "TODO: percent, USD, mg/dL, …; remove this key if it has none"
    assert document["features"] == {
        "petal_length": {
            "type": "number",
            "unit": unit,
            "range": [0.0, 10.0],
            "aliases": ["petal length"],
            "question": "What is the petal length?",
        },
        "visits": {
            "type": "integer",
            "unit": unit,
            "range": [0, 20],
            "aliases": [],
            "question": "What is the visits?",
        },
        "colour": {
            "type": "category",
            "values": {"green": [], "red": []},
            "aliases": [],
            "question": "What is the colour?",
        },
        "note": {"type": "TODO: take it out", "aliases": [], "question": "What is the note?"},
    }


@pytest.mark.parametrize(
    "column",
    [
        Numbers("x", whole=False, extent=(0, 1)),
        Numbers("x", whole=True),
        Unclear("x", "number, integer or category"),
    ],
    ids=["a unit", "a unit without data", "a type"],
)
def test_a_draft_is_refused_until_every_todo_is_decided(column: Column) -> None:
    """Freezing names the place of each."""
    with pytest.raises(DocumentError, match="TODO"):
        freeze("draft.json", draft("iris", TARGET, [column]))


def test_a_draft_of_words_alone_needs_no_decision() -> None:
    """What the data says whole is a contract as it stands."""
    body = draft("iris", TARGET, [Words("colour", ("green", "red"))])

    assert parse("draft.json", freeze("draft.json", body)).names == ("colour",)


def test_a_unit_in_the_name_is_asked_about() -> None:
    """A name that ends with brackets says its unit; the words for it do not hold them."""
    document = json.loads(draft("iris", TARGET, [Numbers("sepal length (cm)", whole=False)]))

    feature = document["features"]["sepal length (cm)"]
    assert feature["unit"] == "TODO: cm, as its name says? Write the unit alone"
    assert (feature["aliases"], feature["question"]) == (["sepal length"], "What is the sepal length?")


@pytest.mark.parametrize(
    ("name", "aliases"),
    [("bmi", []), ("petalWidth", ["petal width"]), ("Total_Cholesterol", ["total cholesterol"]), ("a.b-c", ["a b c"])],
)
def test_names_of_columns_give_words(name: str, aliases: list[str]) -> None:
    """Underscores, dots, dashes and capitals part words."""
    assert json.loads(draft("x", TARGET, [Numbers(name, whole=False)]))["features"][name]["aliases"] == aliases


@pytest.mark.parametrize(
    ("text", "name"), [("Loan Data (2024)", "loan-data-2024"), ("iris", "iris"), ("___", "contract")]
)
def test_a_file_name_becomes_the_name_of_a_contract(text: str, name: str) -> None:
    """Lower case letters, digits and single dashes."""
    assert contract_name(text) == name


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9), st.booleans())
def test_a_widened_range_holds_the_data_and_is_not_empty(low: float, span: float, whole: bool) -> None:
    """What the model learned from is admitted, and the sign is kept."""
    high = low + span
    if whole:
        low, high = float(round(low)), float(round(high))

    bottom, top = widened(low, high, whole=whole)

    assert bottom < top
    assert bottom <= low + abs(low) * 1e-9
    assert high <= top + abs(top) * 1e-9
    assert not (low >= 0 and bottom < 0)
    assert not (high <= 0 and top > 0 and low < 0)
