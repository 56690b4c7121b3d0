"""Each value of a contract document has a shape; what breaks it is named with its place."""

import pytest
from tests.contract.documents import REMOVED, Change, changed, faults

F = "features"
SHAPE: dict[str, tuple[Change, str]] = {
    "unknown key": ((("features_",), {}), "$.features_: is not known here; did you mean features?"),
    "unknown key, nothing near": (
        (("zzz",), 1),
        "$.zzz: is not known here; known: contract, version, digest, interface_digest, target, feature_columns, "
        "features, rules",
    ),
    "unknown key of a feature": (
        ((F, "rate", "alias"), []),
        "$.features.rate.alias: is not known here; did you mean aliases?",
    ),
    "unknown key of the target": ((("target", "units"), "x"), "$.target.units: is not known here; did you mean unit?"),
    "unknown key of a rule": (
        (("rules", 0, "because"), "x"),
        "$.rules[0].because: is not known here; known: date, less_or_equal",
    ),
    "missing key": ((("version",), REMOVED), "$.version: is missing; add it"),
    "missing key of a feature": (((F, "rate", "type"), REMOVED), "$.features.rate.type: is missing; add it"),
    "missing target name": ((("target", "name"), REMOVED), "$.target.name: is missing; add it"),
    "version": (
        (("version",), "1.0"),
        '$.version: must be MAJOR.MINOR.PATCH, such as 1.0.0 (got "1.0")',
    ),
    "version with a leading zero": (
        (("version",), "1.01.0"),
        '$.version: must be MAJOR.MINOR.PATCH, such as 1.0.0 (got "1.01.0")',
    ),
    "version as a number": ((("version",), 1.0), "$.version: must be text (got 1.0)"),
    "name": (
        (("contract",), "Short Rate"),
        '$.contract: must be lower-case words and digits joined by hyphens, such as short-rate (got "Short Rate")',
    ),
    "digest": (
        (("digest",), "sha256:12"),
        '$.digest: must be sha256: and 64 hex digits; sayso contract freeze writes it (got "sha256:12")',
    ),
    "no features": (
        (("feature_columns",), []),
        "$.feature_columns: must have at least 1 items; it has 0 (got a list of 0)",
    ),
    "columns as text": ((("feature_columns",), "rate"), '$.feature_columns: must be a list (got "rate")'),
    "features as a list": (((F,), ["rate"]), "$.features: must be an object (got a list of 1)"),
    "feature as text": (((F, "rate"), "number"), '$.features.rate: must be an object (got "number")'),
    "target as null": ((("target",), None), "$.target: must be an object (got null)"),
    "unknown type": (
        ((F, "rate", "type"), "float"),
        "$.features.rate.type: must be 'number', 'integer' or 'category' (got \"float\")",
    ),
    "unit as a number": (((F, "rate", "unit"), 3), "$.features.rate.unit: must be text (got 3)"),
    "bound as text": (((F, "rate", "range", 1), "40"), '$.features.rate.range[1]: must be a number (got "40")'),
    "bound as a boolean": (((F, "rate", "range", 0), True), "$.features.rate.range[0]: must be a number (got true)"),
    "bound as null": (((F, "rate", "range", 0), None), "$.features.rate.range[0]: must be a number (got null)"),
    "one bound": (
        ((F, "rate", "range"), [1]),
        "$.features.rate.range: must have at least 2 items; it has 1 (got a list of 1)",
    ),
    "three bounds": (
        ((F, "rate", "range"), [1, 2, 3]),
        "$.features.rate.range: must have at most 2 items; it has 3 (got a list of 3)",
    ),
    "range as an object": (((F, "rate", "range"), {"low": 1}), "$.features.rate.range: must be a list (got an object)"),
    "empty range": (
        ((F, "rate", "range"), [5, 5]),
        "$.features.rate.range: the range from 5 to 5 is empty; write [low, high] with low < high",
    ),
    "empty target range": (
        (("target", "range"), [1, -1]),
        "$.target.range: the range from 1 to -1 is empty; write [low, high] with low < high",
    ),
    "bound beyond float32": (
        ((F, "rate", "range", 1), 1e39),
        "$.features.rate.range[1]: must be at most 3.40282347e+38, the largest number that a model "
        "takes (float32) (got 1e+39)",
    ),
    "bound below float32": (
        ((F, "rate", "range", 0), -1e39),
        "$.features.rate.range[0]: must be at least -3.40282347e+38, the lowest number that a model "
        "takes (float32) (got -1e+39)",
    ),
    "factor zero": (
        ((F, "ldl", "units", "mmol/L"), 0),
        "$.features.ldl.units['mmol/L']: must be greater than 0.0 (got 0)",
    ),
    "empty word": (((F, "rate", "aliases"), [""]), '$.features.rate.aliases[0]: must not be empty (got "")'),
    "word of spaces": (
        ((F, "rate", "aliases"), [" x"]),
        '$.features.rate.aliases[0]: must neither begin nor end with a space, and must stand on one line (got " x")',
    ),
    "word on two lines": (
        ((F, "rate", "aliases"), ["a\nb"]),
        '$.features.rate.aliases[0]: must neither begin nor end with a space, and must stand on one line (got "a\\nb")',
    ),
    "invisible character": (
        ((F, "rate", "aliases"), ["ra\u200bte"]),
        "$.features.rate.aliases[0]: holds the invisible character U+200B; remove it",
    ),
    "decomposed": (
        ((F, "rate", "aliases"), ["cafe\u0301"]),
        "$.features.rate.aliases[0]: is not in Unicode's composed form (NFC); write it so",
    ),
    "long word": (
        ((F, "rate", "aliases"), ["x" * 201]),
        f'$.features.rate.aliases[0]: must have at most 200 characters (got "{"x" * 58}…)',
    ),
    "invisible character in a key": (
        ((F, "smoker", "values", "ma\u200bybe"), []),
        "$.features.smoker.values['ma\\u200bybe']: the key holds the invisible character U+200B; remove it",
    ),
    "one category value": (
        ((F, "smoker", "values"), {"yes": []}),
        "$.features.smoker.values: must have at least 2 items; it has 1 (got an object)",
    ),
    "category values as a list": (
        ((F, "smoker", "values"), ["yes", "no"]),
        "$.features.smoker.values: must be an object (got a list of 2)",
    ),
    "date part": (
        ((F, "Year", "date_part"), "week"),
        "$.features.Year.date_part: must be 'year', 'month' or 'day' (got \"week\")",
    ),
    "unknown rule": (
        (("rules", 0), {"sum": ["a"]}),
        '$.rules[0]: must be {"date": [year, month, day]} or {"less_or_equal": [smaller, larger]} (got an object)',
    ),
    "rule as text": (
        (("rules", 1), "a < b"),
        '$.rules[1]: must be {"date": [year, month, day]} or {"less_or_equal": [smaller, larger]} (got "a < b")',
    ),
    "date of two parts": (
        (("rules", 0, "date"), ["Year", "Month"]),
        "$.rules[0].date: must have at least 3 items; it has 2 (got a list of 2)",
    ),
}


@pytest.mark.parametrize(("change", "said"), SHAPE.values(), ids=SHAPE.keys())
def test_a_value_of_the_wrong_shape_is_named_once_with_its_place(change: Change, said: str) -> None:
    """One wrong value makes one line: place, what would do, and what was there."""
    assert faults(changed(change)) == [said]
