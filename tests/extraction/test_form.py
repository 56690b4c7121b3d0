"""What is typed into a feature's own field states that feature, and nothing else."""

from fractions import Fraction
from pathlib import Path

import pytest

from sayso.contract.document import parse
from sayso.conversation import Conversation, Role, Turn, filled
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.schema import EvidenceKind, Grounded
from sayso.extraction.verify import verify
from sayso.language.vocabulary import Vocabulary

CONTRACTS = Path(__file__).parent.parent / "dialogues" / "contracts"


def _grounded(contract: str, *turns: Turn) -> Grounded:
    path = CONTRACTS / f"{contract}.json"
    vocabulary = Vocabulary.of(parse(path.name, path.read_bytes()))
    conversation = Conversation(turns)
    grounded = verify(claims(conversation, vocabulary), conversation, vocabulary)
    assert isinstance(grounded, Grounded)
    return grounded


@pytest.mark.parametrize(
    ("contract", "name", "typed", "value"),
    [
        ("policy-rate", "Inflation Rate", "3.1", 3.1),
        ("policy-rate", "Inflation Rate", " 3.1 % ", 3.1),
        ("policy-rate", "Inflation Rate", "-0.4", -0.4),
        ("policy-rate", "Inflation Rate", "310 basis points", 3.1),
        ("policy-rate", "Inflation Rate", "0.5", 0.5),
        ("policy-rate", "Inflation Rate", "three and a half", 3.5),
        ("policy-rate", "Year", "2027", 2027),
        ("diabetes-progression", "ldl", "3.2 mmol/L", 123.744),
        ("diabetes-progression", "ldl", "130", 130),
        ("loan-default", "loan amount", "12,500", 12500),
        ("loan-default", "term", "3 years", 36),
    ],
)
def test_a_field_takes_one_value_in_its_unit_or_one_that_converts(
    contract: str, name: str, typed: str, value: float
) -> None:
    """The evidence points at what was typed, and says that it was typed."""
    turn = filled({name: typed})

    evidence = _grounded(contract, turn).features[name]

    assert evidence is not None
    assert (evidence.value, evidence.quote, evidence.kind) == (value, typed.strip(), EvidenceKind.FORM)
    assert turn.text[evidence.start : evidence.end] == typed.strip()


@pytest.mark.parametrize("typed", ["3 or 4", "about", "3 apples", "3.1, 4.7", "between 3 and 4", "x", "3%4", "> 3"])
def test_a_field_that_holds_no_value_says_why(typed: str) -> None:
    """Nothing is taken from it, and the question comes back with the reason."""
    grounded = _grounded("policy-rate", filled({"Inflation Rate": typed}))

    assert grounded.features["Inflation Rate"] is None
    assert grounded.open["Inflation Rate"].reason


def test_a_field_holds_no_value_of_another() -> None:
    """Words of another feature inside a field state nothing."""
    grounded = _grounded("policy-rate", filled({"Inflation Rate": "unemployment 4.7"}))

    assert [evidence for evidence in grounded.features.values() if evidence is not None] == []


def test_a_field_corrects_what_was_said_and_words_correct_a_field() -> None:
    """The last say-so counts, however it came."""
    said = Turn(Role.USER, "inflation is 3.1%")
    typed = filled({"Inflation Rate": "3.2"})

    first = _grounded("policy-rate", said, typed).features["Inflation Rate"]
    second = _grounded("policy-rate", typed, said).features["Inflation Rate"]

    assert first is not None
    assert second is not None
    assert (first.value, first.kind, second.value, second.kind) == (3.2, EvidenceKind.FORM, 3.1, EvidenceKind.STATED)


def test_a_value_that_was_replaced_is_shown_as_unused() -> None:
    """Each numeral that was typed is used or listed."""
    grounded = _grounded("policy-rate", filled({"Inflation Rate": "3.2"}), filled({"Inflation Rate": "3.3"}))

    assert [quote.text for quote in grounded.unused] == ["3.2"]


def test_a_category_takes_its_own_values_only() -> None:
    """The page offers them; whoever posts another word is asked again."""
    path = next(path for path in CONTRACTS.iterdir() if b'"category"' in path.read_bytes())
    contract = parse(path.name, path.read_bytes())
    feature = next(feature for feature in contract.features if feature.values)

    good = _grounded(path.stem, filled({feature.name: feature.values[0]})).features[feature.name]
    bad = _grounded(path.stem, filled({feature.name: "something else"}))

    assert good is not None
    assert (good.value, good.kind) == (feature.values[0], EvidenceKind.FORM)
    assert "is none of" in bad.open[feature.name].reason


def test_empty_fields_state_nothing() -> None:
    """A form may be half filled."""
    turn = filled({"Inflation Rate": "", "Unemployment Rate": "4.7"})

    features = _grounded("policy-rate", turn).features

    assert features["Inflation Rate"] is None
    assert features["Unemployment Rate"] is not None
    assert Fraction(str(features["Unemployment Rate"].value)) == Fraction("4.7")
