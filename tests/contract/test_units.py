"""Units convert by exact factors, or not at all."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.contract.units import MISREAD, SAME, conversion, is_known

KNOWN = [
    "percent", "%", "percentage point", "basis point", "USD", "count", "mg/dL", "mmol/L", "kg/m^2", "kg / m^2", "m²",
    "mmHg", "month", "years", "degC", "1/h", "m^-2", "W/(m^2*K)", "m^0.5", "ppm",
]  # fmt: skip


@pytest.mark.parametrize("unit", KNOWN)
def test_a_usual_unit_is_known(unit: str) -> None:
    """Shares, currencies, counts and physical units can stand in a contract."""
    assert is_known(unit)


NO_UNITS = [
    "", " ", "wobbles", "GDP", "2 m", "m^m", "(", "m/0", "usd", "m^", "nan", "__import__('os')", ":L^0", "\\", "\0",
    "m^(9^9^9)", "m**9**9**9", "m^1e999", "9**9**9", "(m^99)^99", "m²²", "m^100", "m^2**3",
]  # fmt: skip


@pytest.mark.parametrize("unit", NO_UNITS)
def test_what_is_no_unit_is_not_known(unit: str) -> None:
    """Text that is no unit, or whose power would take for ever, is refused and raises nothing."""
    assert not is_known(unit)


@pytest.mark.parametrize("unit", MISREAD)
def test_a_unit_that_is_read_as_another_is_not_known(unit: str) -> None:
    """What pint takes for another unit than people mean is refused."""
    assert not is_known(unit)


CONVERSIONS: dict[str, tuple[str, str, Fraction, Fraction]] = {
    "basis points": ("basis point", "percent", Fraction(250), Fraction(5, 2)),
    "fractions": ("fraction", "percent", Fraction(1, 8), Fraction(25, 2)),
    "pounds": ("lb", "kg", Fraction(1), Fraction(45359237, 100_000_000)),
    "fahrenheit": ("degF", "degC", Fraction(212), Fraction(100)),
    "months": ("month", "year", Fraction(18), Fraction(3, 2)),
    "litres below the line": ("g/L", "mg/dL", Fraction(3), Fraction(300)),
    "a body mass index": ("g/cm^2", "kg/m^2", Fraction(1), Fraction(10)),
    "itself": ("mmHg", "mmHg", Fraction(7), Fraction(7)),
    "a currency to itself": ("EUR", "EUR", Fraction(7), Fraction(7)),
}


@pytest.mark.parametrize(("source", "target", "value", "expected"), CONVERSIONS.values(), ids=CONVERSIONS.keys())
def test_a_conversion_is_exact(source: str, target: str, value: Fraction, expected: Fraction) -> None:
    """Factors are fractions, so nothing is rounded."""
    convert = conversion(source, target)

    assert convert is not None
    assert convert(value) == expected


NONE: list[tuple[str, str]] = [
    ("USD", "EUR"), ("percent", "ppm"), ("percent", "USD"), ("mg/dL", "mmol/L"), ("kg", "m"), ("count", "person"),
    ("wobbles", "m"), ("m", "wobbles"), ("dBm", "m"), ("degC*m", "m"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "target"), NONE)
def test_units_of_different_things_do_not_convert(source: str, target: str) -> None:
    """Where there is no fixed factor there is no conversion."""
    assert conversion(source, target) is None


@given(st.sampled_from(KNOWN), st.sampled_from(KNOWN), st.fractions())
def test_a_conversion_and_its_way_back_change_nothing(one: str, other: str, value: Fraction) -> None:
    """Where there is a way there is a way back, and it leads to the very same value."""
    there, back = conversion(one, other), conversion(other, one)

    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert back(there(value)) == value


@given(st.text(alphabet="mgskdL/*^+-()²³ .,0129e%$°µ'\"\\[]{}:=!@#&|~<>_\tabcXYZ", max_size=9) | st.text(max_size=12))
def test_no_text_raises(text: str) -> None:
    """Whatever stands for a unit, the answer is yes or no."""
    assert is_known(text) in {True, False}
    assert conversion(text, text) == SAME
