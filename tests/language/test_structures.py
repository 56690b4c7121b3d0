"""A table's column, a key or a bullet names its value; a grid that can be read in two ways gives nothing."""

import pytest
from tests.language.dialogues import vocabularies

from sayso.conversation import Conversation
from sayso.extraction.extractors.grammar import claims

RATES = vocabularies()["policy-rate"]
ALL = {"Inflation Rate": 3.1, "Unemployment Rate": 4.7, "Real GDP (Percent Change)": -0.8}

SHAPES = {
    "Markdown, names across": "| Inflation | Unemployment | GDP growth |\n|---|---|---|\n| 3.1 % | 4.7 % | -0.8 % |",
    "Markdown, names down": "| metric | value |\n|---|---|\n| Inflation | 3.1 |\n| Unemployment | 4.7 |\n"
    "| GDP growth | -0.8 |",
    "CSV": "inflation,unemployment,gdp growth\n3.1,4.7,-0.8",
    "CSV with names down": "inflation,3.1\nunemployment,4.7\ngdp growth,-0.8",
    "TSV": "inflation\tunemployment\tgdp growth\n3.1\t4.7\t-0.8",
    "a column of units": "name | value | unit\ninflation | 3.1 | %\nunemployment | 4.7 | %\ngdp growth | -0.8 | %",
    "JSON": '{"inflation": 3.1, "unemployment": 4.7, "gdp growth": -0.8}',
    "JSON with texts": '{"inflation": "3.1 %", "unemployment": "4.7 %", "gdp growth": "-0.8 %"}',
    "bullets": "- inflation: 3.1\n- unemployment: 4.7\n- gdp growth: -0.8",
    "stars": "* Inflation 3.1%\n* Unemployment 4.7%\n* GDP growth -0.8%",
    "key = value": "inflation = 3.1\nunemployment = 4.7\ngdp growth = -0.8",
    "numbered": "1. inflation 3.1\n2. unemployment 4.7\n3. gdp growth -0.8",
    "semicolons": "inflation: 3.1; unemployment: 4.7; gdp growth: -0.8",
}


def _values(text: str) -> dict[str, float | str]:
    found = claims(Conversation.of(text), RATES).features
    return {name: claim.value for name, claim in found.items() if claim is not None}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES.keys())
def test_each_name_has_the_value_of_its_field(text: str) -> None:
    """The same three values in every shape that people paste."""
    assert _values(text) == ALL


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES.keys())
def test_words_around_a_structure_change_nothing(text: str) -> None:
    """What stands before and after is read for itself."""
    assert _values(f"Here are my figures:\n\n{text}\n\nWhat rate should I expect?") == ALL


@pytest.mark.parametrize(
    "text",
    [
        "| | Inflation | Unemployment |\n|---|---|---|\n| Inflation | 1 | 2 |\n| Unemployment | 3 | 4 |",
        "| year | Inflation | Unemployment |\n|---|---|---|\n| a | 1 | 2 |\n| b | 3 | 4 |",
        '{"inflation": null, "unemployment": "n/a"}',
    ],
    ids=["names on both sides", "two rows of values", "null"],
)
def test_what_can_be_read_in_two_ways_states_nothing(text: str) -> None:
    """A grid of two rows names two values for each feature, and so none."""
    assert _values(text) == {}
