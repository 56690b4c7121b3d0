"""A phrase is one exact value with its unit, or a reason why it is none."""

from fractions import Fraction

import pytest

from sayso.language import values
from sayso.language.numerals import DecimalStyle
from sayso.language.values import NoValue, Value

VALUES: tuple[tuple[str, str, str | None], ...] = (
    # digits, signs and grouping
    ("3.1%", "31/10", "percent"),
    ("minus 0.3%", "-3/10", "percent"),
    ("−0.3 %", "-3/10", "percent"),
    ("-0.3", "-3/10", None),
    ("+3", "3", None),
    (".5", "1/2", None),
    ("1,250", "1250", None),
    ("1'000", "1000", None),
    ("1\u00a0250", "1250", None),
    ("1\u202f250\u202f000", "1250000", None),
    ("3e2", "300", None),
    ("１２．５％", "25/2", "percent"),
    # words
    ("twenty-one", "21", None),
    ("one hundred and five", "105", None),
    ("two hundred fifty", "250", None),
    ("fifteen hundred", "1500", None),
    ("sixty-five thousand", "65000", None),
    ("ten point five million", "10500000", None),
    ("a dozen", "12", None),
    ("zero", "0", None),
    ("three point one four", "157/50", None),
    ("one point oh five", "21/20", None),
    ("minus point four percent", "-2/5", "percent"),
    # fractions
    ("three and a half percent", "7/2", "percent"),
    ("3 1/2 %", "7/2", "percent"),
    ("3½", "7/2", None),
    ("two and a quarter", "9/4", None),
    ("half a percent", "1/2", "percent"),
    ("three quarters of a percent", "3/4", "percent"),
    ("seven eighths of an inch", "7/8", "inch"),
    ("a year and a half", "3/2", "year"),
    # scales and money
    ("1k", "1000", None),
    ("1.5 thousand", "1500", None),
    ("$1.2m", "1200000", "USD"),
    ("£350k", "350000", "GBP"),
    ("€ 1.5bn", "1500000000", "EUR"),
    ("3 million euros", "3000000", "EUR"),
    ("USD 400", "400", "USD"),
    # shares and points
    ("3 per cent", "3", "percent"),
    ("3 pct", "3", "percent"),
    ("25 bps", "25", "basis point"),
    ("3 pp", "3", "percentage point"),
    # measures
    ("72kg", "72", "kilogram"),
    ("98.6F", "493/5", "degree_Fahrenheit"),
    ("-5 °C", "-5", "degree_Celsius"),
    ("5 ft 8 in", "17/3", "foot"),
    ("5'10\"", "35/6", "foot"),
    ("12 stone 4", "86/7", "stone"),
    ("2 years and 3 months", "9/4", "year"),
    ("5 m²", "5", "meter**2"),
    ("10 km/h", "10", "kilometer/hour"),
    ("20 mg/dL", "20", "milligram/(deciliter)"),
    # hedges change nothing
    ("about 3", "3", None),
    ("roughly 3 percent", "3", "percent"),
    ("~5", "5", None),
    ("5ish", "5", None),
)

NO_VALUES: tuple[tuple[str, str], ...] = (
    ("", "holds no number"),
    ("about", "holds no number"),
    ("1" * 201, "is longer than any value"),
    ("3 to 4", "goes on after the number: 'to'"),
    ("5 or 6", "goes on after the number: 'or'"),
    ("between 2 and 3", "does not begin with a number: 'between'"),
    ("at least 5", "does not begin with a number: 'at'"),
    ("700+", "is a bound, not a value"),
    ("twenty-odd", "is a bound, not a value"),
    ("40s", "is a span of values"),
    ("mid-30s", "does not begin with a number: 'mid'"),
    ("3x", "is a multiple of something else"),
    ("5m", "has a letter that can be a unit or a scale"),
    ("$400 a month", "is counted by the month"),
    ("3%%", "can't be read as one number"),
    ("3²", "can't be read as one number"),
    ("²", "does not begin with a number: '^'"),
    ("1,2,3", "can't be read as one number"),
    ("1.2.3", "can't be read as one number"),
    ("1e400", "can't be read as one number"),
    ("nineteen eighty-four", "can't be read as one number"),
    ("one two three", "can't be read as one number"),
    ("3-", "goes on after the number: '-'"),
    ("--3", "does not begin with a number: '-'"),
    ("#3", "does not begin with a number: '#'"),
    ("covid-19", "does not begin with a number: 'covid'"),
    ("NaN", "does not begin with a number: 'nan'"),
    ("inf", "does not begin with a number: 'inf'"),
    ("0x10", "goes on after the number: 'x10'"),
    ("3 bananas", "goes on after the number: 'bananas'"),
)


@pytest.mark.parametrize(("phrase", "number", "unit"), VALUES, ids=[row[0] for row in VALUES])
def test_a_phrase_is_one_exact_value(phrase: str, number: str, unit: str | None) -> None:
    """The number is exact, a fraction where it must be, and the unit is named as it was written."""
    assert values.parse(phrase) == Value(Fraction(number), unit)


@pytest.mark.parametrize(("phrase", "reason"), NO_VALUES, ids=[row[0][:20] for row in NO_VALUES])
def test_what_is_not_one_value_is_a_reason(phrase: str, reason: str) -> None:
    """Ranges, bounds, alternatives, and all that is not understood, are reasons."""
    assert values.parse(phrase) == NoValue(reason)


COMMAS: tuple[tuple[str, str], ...] = (
    ("3,1 %", "31/10"),
    ("1.250", "1250"),
    ("1.250,5", "2501/2"),
    ("-0,3", "-3/10"),
)


@pytest.mark.parametrize(("phrase", "number"), COMMAS, ids=[row[0] for row in COMMAS])
def test_a_decimal_comma_is_read_where_it_is_declared(phrase: str, number: str) -> None:
    """With ``decimal = "comma"`` a comma is the decimal sign and a point groups thousands."""
    found = values.parse(phrase, decimal=DecimalStyle.COMMA)

    assert isinstance(found, Value)
    assert found.number == Fraction(number)
