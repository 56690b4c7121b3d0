"""What holds for any text: rendering and reading agree, and what is unrelated changes nothing."""

import string
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.language.dialogues import vocabularies

from sayso.conversation import Conversation
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.schema import Claim
from sayso.language import values
from sayso.language.reading import numbers, read
from sayso.language.values import Value

FIGURES = st.decimals("-99999", "99999", places=2)
RATES = vocabularies()["policy-rate"]
NUMBERED = {
    "inflation": "Inflation Rate",
    "unemployment": "Unemployment Rate",
    "gdp growth": "Real GDP (Percent Change)",
}


def _claimed(text: str) -> dict[str, Claim]:
    found = claims(Conversation.of(text), RATES).features
    return {name: claim for name, claim in found.items() if claim is not None}


def _values(text: str) -> dict[str, float | str]:
    return {name: claim.value for name, claim in _claimed(text).items()}


def _grouped(figure: Decimal) -> str:
    return f"{figure:,}"


def _signed_in_words(figure: Decimal) -> str:
    return f"minus {-figure}" if figure < 0 else str(figure)


def _full_width(figure: Decimal) -> str:
    return str(figure).translate({ord(digit): ord(digit) + 0xFEE0 for digit in string.digits})


def _minus_sign(figure: Decimal) -> str:
    return str(figure).replace("-", "\u2212")


@given(FIGURES)
@pytest.mark.parametrize(
    "render",
    [str, _grouped, _signed_in_words, _full_width, _minus_sign],
    ids=["plain", "thousands", "sign in words", "full width", "minus sign"],
)
@pytest.mark.parametrize("unit", ["", "%", " percent", " kg", " °C"])
def test_what_is_rendered_is_read_back_exactly(render: Callable[[Decimal], str], unit: str, figure: Decimal) -> None:
    """Every form that a number is written in gives the same exact number."""
    found = values.parse(render(figure) + unit)

    assert isinstance(found, Value)
    assert found.number == Fraction(figure)


_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = (".", ".", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _words(number: int) -> str:
    """Write a number below a million as it is said."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, one = divmod(number, 10)
        return _TENS[tens] + (f"-{_SMALL[one]}" if one else "")
    large, size = (1000, "thousand") if number >= 1000 else (100, "hundred")
    front, rest = divmod(number, large)
    joint = " and " if rest and rest < 100 else " "
    return f"{_words(front)} {size}" + (f"{joint}{_words(rest)}" if rest else "")


@given(st.integers(0, 999_999))
def test_number_words_are_read_back_exactly(number: int) -> None:
    """``two hundred and five`` is 205, whatever the number."""
    assert values.parse(_words(number)) == Value(Fraction(number), None)


@given(st.integers(0, 999), st.text("0123456789", min_size=1, max_size=4))
def test_dictated_decimals_are_read_back_exactly(whole: int, decimals: str) -> None:
    """``three point one four`` is 3.14."""
    said = f"{_words(whole)} point {' '.join(_SMALL[int(digit)] for digit in decimals)}"

    assert values.parse(said) == Value(Fraction(f"{whole}.{decimals}"), None)


UNRELATED = st.sampled_from(
    [
        "The weather was fine.",
        "We met in the blue room.",
        "My train leaves at 10:30.",
        "Call me on 212-555-0199.",
        "There were 14 people there.",
        "Youth unemployment was 11.2 percent.",
        "Nominal GDP grew 6 percent.",
        "Thanks a lot!",
        "I read chapter 7 yesterday.",
        "Last year inflation was 9.1 percent.",
    ]
)
RATE = st.decimals("0.1", "15", places=1)


@given(RATE, RATE, UNRELATED, st.booleans())
def test_an_unrelated_sentence_changes_no_value(first: Decimal, second: Decimal, other: str, before: bool) -> None:
    """Whatever else is said, what was stated stays as it was."""
    text = f"Inflation is {first} percent and unemployment is {second} percent."
    longer = f"{other} {text}" if before else f"{text} {other}"

    assert _values(longer) == {"Inflation Rate": float(first), "Unemployment Rate": float(second)}


@given(st.lists(RATE, min_size=3, max_size=3), st.permutations(range(3)))
def test_the_order_of_clauses_does_not_matter(rates: list[Decimal], order: list[int]) -> None:
    """Independent clauses can be said in any order."""
    said = [f"{name} is {rate}%" for name, rate in zip(NUMBERED, rates, strict=True)]

    assert _values(", ".join(said[index] for index in order)) == _values(", ".join(said))
    assert len(_values(", ".join(said))) == 3


@given(st.lists(RATE, min_size=3, max_size=3), st.sampled_from(["\u00a0", "  ", "\t", "\u2009"]))
def test_spacing_and_width_do_not_change_the_meaning(rates: list[Decimal], blank: str) -> None:
    """NFKC forms and other blanks say the same."""
    plain = ", ".join(f"{name} is {rate} %" for name, rate in zip(NUMBERED, rates, strict=True))
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c.isalnum() else c for c in plain)

    assert _values(plain.replace(" ", blank)) == _values(plain)
    assert unicodedata.normalize("NFKC", wide) == plain
    assert _values(wide) == _values(plain)


@given(
    st.lists(
        st.sampled_from([*NUMBERED, "3", "4.7%", "is", "and", "not", ",", ".", "no", "to", "2.5", "?"]), max_size=14
    )
)
def test_every_quote_is_an_exact_substring_that_holds_its_value(words: list[str]) -> None:
    """However odd the words, each value given stands in its quote."""
    text = " ".join(words)
    for name, claim in _claimed(text).items():
        index = RATES.contract.names.index(name)
        assert claim.quote in text
        assert Fraction(repr(claim.value)) in set(numbers(claim.quote, RATES, index))


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Nothing that can be typed is an error, and no mention lies outside the text."""
    found = read(text, RATES)

    assert all(0 <= start < end <= len(text) for start, end in found.mentions)


def test_a_shared_construction_is_the_same_in_every_order() -> None:
    """``A and B at x and y respectively`` gives each its own."""
    rates = {"inflation": "3.1", "unemployment": "4.7", "gdp growth": "1.2"}
    found = []
    for order in permutations(rates):
        names, said = " , ".join(order[:2]) + " and " + order[2], [rates[name] for name in order]
        found.append(_values(f"{names} are {said[0]}, {said[1]} and {said[2]} percent respectively"))

    assert all(values == found[0] for values in found)
    assert len(found[0]) == 3
