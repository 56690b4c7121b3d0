"""The places of a contract agree; where two don't, the one that has to change is named."""

import pytest
from tests.contract.documents import REMOVED, SOUND, Change, changed, faults

F = "features"
WIDE = "ｒａｔｅ"
"""The word "rate" in full-width letters, which compatibility folding makes equal to it."""

TOGETHER: dict[str, tuple[tuple[Change, ...], str]] = {
    "column listed twice": (
        ((("feature_columns", 1), "rate"), ((F, "ldl"), REMOVED), (("rules",), [])),
        "$.feature_columns[1]: 'rate' is listed twice; list each feature once",
    ),
    "column not described": (
        ((("feature_columns",), [*SOUND["feature_columns"], "age"]),),
        "$.feature_columns[7]: 'age' is not described in features",
    ),
    "feature not listed": (
        (((F, "a.b c"), {"type": "number"}),),
        "$.features['a.b c']: is not listed in feature_columns",
    ),
    "alias of two features": (
        (((F, "ldl", "aliases"), ["LDL-C", "Interest"]),),
        "$.features.ldl.aliases[1]: the word 'Interest' is claimed by 'rate' too; leave it to one of them",
    ),
    "alias that is another's name": (
        (((F, "total", "aliases"), ["LDL"]),),
        "$.features.total.aliases[0]: the word 'LDL' is claimed by 'ldl' too; leave it to one of them",
    ),
    "alias in full width": (
        (((F, "ldl", "aliases"), [WIDE]),),
        f"$.features.ldl.aliases[0]: the word '{WIDE}' is claimed by 'rate' too; leave it to one of them",
    ),
    "alias with other spaces": (
        (((F, "rate", "aliases"), ["base rate"]), ((F, "ldl", "aliases"), ["Base  Rate"])),
        "$.features.ldl.aliases[0]: the word 'Base  Rate' is claimed by 'rate' too; leave it to one of them",
    ),
    "category word that is an alias": (
        (((F, "smoker", "values", "yes"), ["interest"]),),
        "$.features.smoker.values.yes: the word 'interest' is claimed by the feature 'rate' too; leave it to one",
    ),
    "word of two category values": (
        (((F, "smoker", "values", "no"), ["SMOKES"]),),
        "$.features.smoker.values.no: the word 'SMOKES' means 'yes' already; leave it to one of them",
    ),
    "category without values": (
        (((F, "smoker", "values"), REMOVED),),
        "$.features.smoker: a category needs values: an object of each value and a list of other words for it",
    ),
    "category with a unit": (
        (((F, "smoker", "unit"), "percent"),),
        "$.features.smoker.unit: a category has no unit; remove it",
    ),
    "category with a range": (
        (((F, "smoker", "range"), [0, 1]),),
        "$.features.smoker.range: a category has no range; remove it",
    ),
    "number with values": (
        (((F, "rate", "values"), {"a": [], "b": []}),),
        "$.features.rate.values: a number has no values; use type category, or a range",
    ),
    "date part of a number": (
        (((F, "rate", "date_part"), "day"),),
        "$.features.rate.date_part: a part of a date is an integer; this is a number",
    ),
    "fractional bound of an integer": (
        (((F, "Year", "range"), [1900, 2100.5]),),
        "$.features.Year.range[1]: the range of an integer has whole bounds (got 2100.5)",
    ),
    "months from zero": ((((F, "Month", "range"), [0, 11]),), "$.features.Month.range: a month lies between 1 and 12"),
    "days to forty": ((((F, "Day", "range"), [1, 40]),), "$.features.Day.range: a day lies between 1 and 31"),
    "unknown unit": (
        (((F, "rate", "unit"), "wobbles"),),
        "$.features.rate.unit: the unit 'wobbles' is not known; use percent, a currency such as USD, or "
        "a physical unit "
        "such as mg/dL, kg/m^2, mmHg, month; or leave it out",
    ),
    "misread unit": (
        (((F, "rate", "unit"), "bps"),),
        "$.features.rate.unit: the unit 'bps' is not known; write basis point",
    ),
    "unknown target unit": (
        ((("target", "unit"), "pp"),),
        "$.target.unit: the unit 'pp' is not known; write percentage point",
    ),
    "conversion to itself": (
        (((F, "ldl", "units"), {"mg/dl": 2}),),
        "$.features.ldl.units['mg/dl']: is the feature's own unit; remove it",
    ),
    "conversion written twice": (
        (((F, "ldl", "units"), {"mmol/L": 38.67, "MMOL/L": 38.67}),),
        "$.features.ldl.units['MMOL/L']: reads like 'mmol/L'; keep one of them",
    ),
    "conversion against a known one": (
        (((F, "ldl", "units"), {"g/L": 50}),),
        "$.features.ldl.units['g/L']: the conversion from g/L to mg/dL is known: 100, not 50; remove it",
    ),
    "conversion with an offset": (
        (((F, "rate", "unit"), "degC"), ((F, "rate", "units"), {"degF": 0.5556})),
        "$.features.rate.units.degF: the conversion from degF to degC is known, and is no mere factor; remove it",
    ),
    "conversion without a unit": (
        (((F, "rate", "unit"), REMOVED), ((F, "rate", "units"), {"bar": 2})),
        "$.features.rate.units: converts to the feature's unit, and there is none; add unit",
    ),
    "date of another feature": (
        ((("rules", 0, "date"), ["Year", "Month", "rate"]),),
        "$.rules[0].date[2]: 'rate' is no feature with date_part 'day'",
    ),
    "date of one part twice": (
        ((("rules", 0, "date"), ["Year", "Year", "Day"]),),
        "$.rules[0].date[1]: 'Year' is no feature with date_part 'month'",
    ),
    "order of an unknown feature": (
        ((("rules", 1, "less_or_equal"), ["ldl", "hdl"]),),
        "$.rules[1].less_or_equal[1]: 'hdl' is no numeric feature",
    ),
    "order of a category": (
        ((("rules", 1, "less_or_equal"), ["smoker", "ldl"]),),
        "$.rules[1].less_or_equal[0]: 'smoker' is no numeric feature",
    ),
    "order of a feature and itself": (
        ((("rules", 1, "less_or_equal"), ["ldl", "ldl"]),),
        "$.rules[1].less_or_equal: compares 'ldl' with itself",
    ),
    "order of different units": (
        ((("rules", 1, "less_or_equal"), ["rate", "ldl"]),),
        "$.rules[1].less_or_equal: compares numbers of different units (percent and mg/dL)",
    ),
    "order of a unit and none": (
        ((("rules", 1, "less_or_equal"), ["Day", "ldl"]),),
        "$.rules[1].less_or_equal: compares numbers of different units (no unit and mg/dL)",
    ),
    "order that can't be": (
        (((F, "ldl", "range"), [500, 600]),),
        "$.rules[1].less_or_equal: can never hold: 'ldl' begins above the end of 'total'",
    ),
    "rule written twice": (
        ((("rules",), [*SOUND["rules"], SOUND["rules"][0]]),),
        "$.rules[2]: is written twice",
    ),
    "category target without values": (
        ((("target",), {"name": "y", "type": "category"}),),
        "$.target: a category needs values: a list of its classes",
    ),
    "category target with a range": (
        ((("target",), {"name": "y", "type": "category", "values": ["a", "b"], "range": [0, 1]}),),
        "$.target.range: a category has no range; remove it",
    ),
    "class listed twice": (
        ((("target",), {"name": "y", "type": "category", "values": ["a", "b", "A"]}),),
        "$.target.values[2]: the class 'A' is listed twice",
    ),
    "number target with values": (
        ((("target", "values"), ["a", "b"]),),
        "$.target.values: a number has no values; use type category, or a range",
    ),
}


@pytest.mark.parametrize(("changes", "said"), TOGETHER.values(), ids=TOGETHER.keys())
def test_places_that_disagree_are_named_once(changes: tuple[Change, ...], said: str) -> None:
    """What is wrong between sound places makes one line at the place that has to change."""
    assert faults(changed(*changes)) == [said]
