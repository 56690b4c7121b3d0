"""Values are admitted whole, or refused with every fault named."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.documents import REMOVED, contract

from sayso.contract.admit import FeatureVector, admit
from sayso.contract.model import FLOAT32_MAX
from sayso.failures import Failure, FailureClass

SMALL = contract()
FREE = contract((("features", "rate", "range"), REMOVED), (("features", "Year", "range"), REMOVED))
"""The same without ranges on rate and Year."""
GOOD = {"rate": 4.2, "ldl": 100, "total": 200.5, "smoker": "no", "Year": 2024, "Month": 2.0, "Day": 29}


def _faults(values: dict[str, object], free: bool = False) -> list[tuple[str | None, str, object]]:
    result = admit(FREE if free else SMALL, values)
    assert isinstance(result, Failure)
    return [(fault.feature, fault.rule, fault.got) for fault in result.violations]


def test_sound_values_become_a_vector_in_contract_order() -> None:
    """Numbers become floats, words stay words, and the order is the model's, not the caller's."""
    vector = admit(SMALL, dict(reversed(GOOD.items())))

    assert isinstance(vector, FeatureVector)
    assert vector.values == (4.2, 100.0, 200.5, "no", 2024.0, 2.0, 29.0)
    assert vector.as_instance() == GOOD


ONE: dict[str, tuple[str, object, str, object]] = {
    "text for a number": ("rate", "4.2", "wrong_type", "4.2"),
    "a boolean for a number": ("rate", True, "wrong_type", True),
    "a boolean for an integer": ("Day", True, "wrong_type", True),
    "null": ("rate", None, "wrong_type", None),
    "a list": ("rate", [4.2], "wrong_type", "a JSON list"),
    "an object": ("rate", {"value": 4.2}, "wrong_type", "a JSON object"),
    "a complex number": ("rate", 4.2j, "wrong_type", "a JSON object"),
    "a fraction for an integer": ("Year", 2024.5, "wrong_type", 2024.5),
    "a number for a category": ("smoker", 1, "wrong_type", 1),
    "a boolean for a category": ("smoker", True, "wrong_type", True),
    "an unlisted category": ("smoker", "sometimes", "out_of_range", "sometimes"),
    "a category's other word": ("smoker", "smokes", "out_of_range", "smokes"),
    "a category in capitals": ("smoker", "No", "out_of_range", "No"),
    "below the range": ("rate", -5.0001, "out_of_range", -5.0001),
    "above the range": ("rate", 40.0001, "out_of_range", 40.0001),
    "NaN": ("rate", math.nan, "not_finite", "nan"),
    "infinity": ("rate", math.inf, "not_finite", "inf"),
    "minus infinity": ("Day", -math.inf, "not_finite", "-inf"),
    "beyond float32": ("rate", 1e39, "not_finite", 1e39),
    "an integer of 40 digits": ("Year", 10**40, "not_finite", "1.000000e+40"),
    "an integer of 400 digits": ("rate", 10**400, "not_finite", "an integer beyond 1e300"),
    "long text": ("smoker", "x" * 100, "out_of_range", "x" * 79 + "…"),
}


@pytest.mark.parametrize(("name", "value", "rule", "shown"), ONE.values(), ids=ONE.keys())
def test_one_bad_value_is_one_violation(name: str, value: object, rule: str, shown: object) -> None:
    """The violation names the feature, the rule, and what was there in a form that JSON can hold."""
    assert _faults(GOOD | {name: value}) == [(name, rule, shown)]


EDGES: dict[str, tuple[str, object]] = {
    "low bound": ("rate", -5),
    "high bound": ("rate", 40.0),
    "integral float": ("Year", 2024.0),
    "exponent": ("Year", 2e3),
    "minus zero": ("rate", -0.0),
    "tiny": ("rate", 5e-324),
}


@pytest.mark.parametrize(("name", "value"), EDGES.values(), ids=EDGES.keys())
def test_a_value_at_the_edge_is_admitted(name: str, value: object) -> None:
    """Bounds belong to the range, and an integral number is an integer however it is written."""
    assert isinstance(admit(SMALL, GOOD | {name: value}), FeatureVector)


@pytest.mark.parametrize("value", [FLOAT32_MAX, -FLOAT32_MAX], ids=["highest", "lowest"])
def test_without_a_range_float32_is_the_limit(value: float) -> None:
    """The largest number that a model can take is admitted, and no larger one."""
    assert isinstance(admit(FREE, GOOD | {"rate": value}), FeatureVector)
    assert _faults(GOOD | {"rate": math.nextafter(value, math.inf * value)}, free=True)[0][1] == "not_finite"


def test_a_violation_says_what_is_allowed() -> None:
    """Whoever sent the value learns what would have been taken."""
    result = admit(SMALL, GOOD | {"rate": 900, "smoker": "x"})

    assert isinstance(result, Failure)
    assert [fault.allowed for fault in result.violations] == [[-5.0, 40.0], ["yes", "no"]]


def test_every_fault_is_named_and_keys_come_first() -> None:
    """Missing keys, unexpected keys, then values in contract order; the class is the first one's."""
    values: dict[str, object] = {"Rate": 1, **GOOD, "total": "x", "rate": 99, "extra": None}
    del values["Day"]
    result = admit(SMALL, values)

    assert isinstance(result, Failure)
    assert result.failure_class is FailureClass.MISSING_KEY
    assert [(fault.feature, fault.rule) for fault in result.violations] == [
        ("Day", "missing_key"),
        ("Rate", "unexpected_key"),
        ("extra", "unexpected_key"),
        ("rate", "out_of_range"),
        ("total", "wrong_type"),
    ]


def test_the_detail_stays_short() -> None:
    """The line for people names five faults and counts the rest."""
    result = admit(SMALL, {f"key {index}": 1 for index in range(9)})

    assert isinstance(result, Failure)
    assert result.detail.endswith("; and 11 more")


def test_a_wrong_key_of_a_wide_contract_does_not_list_all_right_ones() -> None:
    """A body of wrong keys can't make an answer many times its size; a long key is cut."""
    names = [f"x{index}" for index in range(100)]
    wide = contract(
        (("feature_columns",), names),
        (("features",), {name: {"type": "number"} for name in names}),
        (("rules",), []),
    )
    result = admit(wide, dict.fromkeys(names, 1.0) | {"y" * 1000: 1.0})

    assert isinstance(result, Failure)
    assert result.violations[0].allowed == "one of the contract's 100 features"
    assert result.violations[0].feature == "y" * 79 + "…"


DATES: dict[str, tuple[int, int, int, bool]] = {
    "leap day": (2024, 2, 29, True),
    "no leap day": (2023, 2, 29, False),
    "leap day of 2000": (2000, 2, 29, True),
    "no leap day of 1900": (1900, 2, 29, False),
    "day 31 of April": (2024, 4, 31, False),
    "day 31 of December": (2024, 12, 31, True),
}


@pytest.mark.parametrize(("year", "month", "day", "exists"), DATES.values(), ids=DATES.keys())
def test_a_date_must_exist(year: int, month: int, day: int, exists: bool) -> None:
    """Three sound parts make a date of the calendar, or the day is at fault."""
    values = GOOD | {"Year": year, "Month": month, "Day": day}

    if exists:
        assert isinstance(admit(SMALL, values), FeatureVector)
    else:
        assert _faults(values) == [("Day", "rule_violated", f"{year}-{month:02}-{day:02}")]


@pytest.mark.parametrize("year", [0, -44, 10**9, 1e30], ids=str)
def test_a_year_far_away_breaks_nothing(year: float) -> None:
    """Where the contract sets no range, a distant year is only a number."""
    assert isinstance(admit(FREE, GOOD | {"Year": year, "Day": 28}), FeatureVector)


def test_an_order_must_hold() -> None:
    """Equal is fine; larger is not, and both numbers are shown in full."""
    assert isinstance(admit(SMALL, GOOD | {"ldl": 200.5}), FeatureVector)
    assert _faults(GOOD | {"ldl": 200.51}) == [("ldl", "rule_violated", "ldl 200.51 > total 200.5")]


def test_a_rule_is_not_applied_to_a_faulty_value() -> None:
    """A value that was refused already is not accused twice."""
    assert _faults(GOOD | {"ldl": 1e6, "Day": 99}) == [("ldl", "out_of_range", 1e6), ("Day", "out_of_range", 99)]


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["yes", "no"])
names = st.sampled_from(sorted(GOOD)) | st.text(max_size=5)


@given(st.dictionaries(names, values, max_size=9))
def test_whatever_comes_is_admitted_or_named(given_values: dict[str, object]) -> None:
    """A vector holds finite numbers in range; a refusal names at least one fault, and only real ones."""
    result = admit(SMALL, given_values)

    if isinstance(result, FeatureVector):
        assert all(isinstance(value, str) or math.isfinite(value) for value in result.values)
        assert set(given_values) == set(GOOD)
    else:
        assert result.violations
        assert {fault.feature for fault in result.violations} <= set(given_values) | set(GOOD)


@given(
    st.fixed_dictionaries(
        {
            "rate": st.floats(-5, 40),
            "ldl": st.floats(10, 60),
            "total": st.floats(60, 400),
            "smoker": st.sampled_from(["yes", "no"]),
            "Year": st.integers(1900, 2100),
            "Month": st.integers(1, 12),
            "Day": st.integers(1, 28),
        }
    )
)
def test_every_sound_row_is_admitted(row: dict[str, object]) -> None:
    """No sound row is refused, and no value is changed."""
    vector = admit(SMALL, row)

    assert isinstance(vector, FeatureVector)
    assert vector.as_instance() == row
