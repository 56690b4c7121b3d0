"""What changed between two contracts has a weight, and the version must carry it."""

import copy

import pytest
from tests.contract.documents import REMOVED, SOUND, Change, contract
from tests.contract.test_digest import INTERFACE, WORDS

from sayso.contract.diff import changes, shortfall

F = "features"
V = ("version",)

WEIGHTS: dict[str, tuple[Change, str, str, str]] = {
    "another contract": (
        (("contract",), "other"), "major", "$.contract", "small → other: another contract, with versions of its own",
    ),
    "order": (
        (("feature_columns",), ["ldl", "rate", *SOUND["feature_columns"][2:]]),
        "major", "$.feature_columns", "the order changed, and the model takes columns by order",
    ),
    "rule removed": ((("rules",), SOUND["rules"][:1]), "major", "$.rules", "removed: ldl is at most total"),
    "rule added": (
        (("rules",), [*SOUND["rules"], {"less_or_equal": ["Month", "Day"]}]),
        "major", "$.rules", "added: Month is at most Day",
    ),
    "order of rules": ((("rules",), SOUND["rules"][::-1]), "major", "$.rules", "the order changed"),
    "target unit": ((("target", "unit"), "fraction"), "major", "$.target.unit", "percent → fraction"),
    "target range": ((("target", "range"), REMOVED), "major", "$.target.range", "0 to 100 → none"),
    "target description": ((("target", "description"), "words"), "patch", "$.target.description", "none → words"),
    "range": (((F, "rate", "range"), [-5, 41.5]), "major", "$.features.rate.range", "-5 to 40 → -5 to 41.5"),
    "unit": (((F, "rate", "unit"), "fraction"), "major", "$.features.rate.unit", "percent → fraction"),
    "type": (((F, "rate", "type"), "integer"), "major", "$.features.rate.type", "number → integer"),
    "category value": (
        ((F, "smoker", "values", "former"), []), "major", "$.features.smoker.values", "yes, no → yes, no, former",
    ),
    "conversion": (
        ((F, "ldl", "units", "mmol/L"), 38.7), "minor", "$.features.ldl.units", "mmol/L × 38.67 → mmol/L × 38.7",
    ),
    "no conversion": (((F, "ldl", "units"), {}), "minor", "$.features.ldl.units", "mmol/L × 38.67 → none"),
    "word added": (
        ((F, "rate", "aliases"), ["interest", "apr"]),
        "patch", "$.features.rate.aliases", "the word 'apr' was added",
    ),
    "word removed": (
        ((F, "rate", "aliases"), []),
        "minor", "$.features.rate.aliases", "the word 'interest' was removed: what was understood no longer is",
    ),
    "order of words": (
        ((F, "smoker", "values", "no"), ["never smoked", "non-smoker"]),
        "patch", "$.features.smoker.values['no']", "the order changed",
    ),
    "category word": (
        ((F, "smoker", "values", "yes"), ["smokes", "a smoker"]),
        "patch", "$.features.smoker.values['yes']", "the word 'a smoker' was added",
    ),
    "question": (((F, "rate", "question"), "Rate?"), "patch", "$.features.rate.question", "none → Rate?"),
    "long text": (
        ((F, "rate", "description"), "x" * 200), "patch", "$.features.rate.description", "none → " + "x" * 79 + "…",
    ),
    "written otherwise": (
        ((F, "total", "aliases"), []),
        "patch", "$", "the same is written in another way, so that its digest is another",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "weight", "where", "what"), WEIGHTS.values(), ids=WEIGHTS.keys())
def test_one_change_is_one_line(change: Change, weight: str, where: str, what: str) -> None:
    """The line has the weight, the place, and both states."""
    found = changes(contract(), contract(change))

    assert [one.as_json() for one in found] == [{"place": where, "weight": weight, "what": what}]


def test_a_new_feature_is_a_change_of_the_interface() -> None:
    """The model would have to take another column."""
    columns, features = [*SOUND["feature_columns"], "age"], copy.deepcopy(SOUND[F]) | {"age": {"type": "number"}}
    wider = contract((("feature_columns",), columns), ((F,), features))

    assert [str(one) for one in changes(contract(), wider)] == ["major $.features.age: added"]
    assert [str(one) for one in changes(wider, contract())] == ["major $.features.age: removed"]


def test_the_weightiest_change_comes_first() -> None:
    """What decides about the version is read first."""
    found = changes(
        contract(),
        contract(((F, "rate", "question"), "Rate?"), ((F, "rate", "aliases"), []), ((F, "rate", "range"), [0, 1])),
    )

    assert [one.weight.label for one in found] == ["major", "minor", "patch"]


@pytest.mark.parametrize("change", INTERFACE.values(), ids=INTERFACE.keys())
def test_every_change_of_the_interface_digest_is_major(change: Change) -> None:
    """What binds the model never passes as something smaller."""
    document = [change, (("rules",), SOUND["rules"][1:])] if change[0] == (F, "Day", "type") else [change]
    if change[0] == (F, "Day", "type"):
        document.append(((F, "Day", "date_part"), REMOVED))

    assert changes(contract(), contract(*document))[0].weight.label == "major"


@pytest.mark.parametrize("change", WORDS.values(), ids=WORDS.keys())
def test_no_other_change_is_major(change: Change) -> None:
    """What leaves the interface digest alone needs no new model."""
    document = [change, (("rules",), SOUND["rules"][1:])] if change[0] == (F, "Day", "date_part") else [change]
    old = contract((("rules",), SOUND["rules"][1:])) if len(document) > 1 else contract()

    assert "major" not in {one.weight.label for one in changes(old, contract(*document))}


PATCH: Change = ((F, "rate", "question"), "Rate?")
MINOR: Change = ((F, "rate", "aliases"), [])
MAJOR: Change = ((F, "rate", "range"), [0, 1])
STEPS: dict[str, tuple[Change, str, str | None]] = {
    "patch as patch": (PATCH, "1.2.4", None),
    "patch as minor": (PATCH, "1.3.0", None),
    "patch as major": (PATCH, "2.0.0", None),
    "patch as nothing": (PATCH, "1.2.3", "1.2.4"),
    "patch as a step down": (PATCH, "1.1.9", "1.2.4"),
    "minor as patch": (MINOR, "1.2.4", "1.3.0"),
    "minor as minor": (MINOR, "1.3.0", None),
    "major as minor": (MAJOR, "1.9.9", "2.0.0"),
    "major as major": (MAJOR, "2.0.0", None),
    "major by ten": (MAJOR, "10.0.0", None),
    "major as a step down": (MAJOR, "0.9.0", "2.0.0"),
}


@pytest.mark.parametrize(("change", "version", "least"), STEPS.values(), ids=STEPS.keys())
def test_the_version_must_rise_as_far_as_the_change_weighs(change: Change, version: str, least: str | None) -> None:
    """Too small a step is refused with the least version that would do."""
    fault = shortfall(contract((V, "1.2.3")), contract((V, version), change))

    assert (fault is None) == (least is None)
    if least is not None:
        assert str(fault).endswith(f"make it {least} or higher")


def test_the_same_contract_needs_no_step() -> None:
    """A version may rise without a change, and stay without one."""
    assert shortfall(contract(), contract()) is None
    assert shortfall(contract(), contract((V, "1.0.1"))) is None
    assert changes(contract(), contract((V, "1.0.1"))) == ()


def test_another_contract_has_versions_of_its_own() -> None:
    """Between different contracts no step is measured."""
    assert shortfall(contract((V, "5.0.0")), contract((("contract",), "other"))) is None
