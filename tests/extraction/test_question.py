"""One question asks for everything that stands between the words and a prediction."""

import pytest
from tests.language.dialogues import vocabularies

from sayso.conversation import Conversation, Proposal, Role, Turn
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.schema import Claim, EvidenceKind, Extraction, Grounded
from sayso.extraction.verify import verify

RATES = vocabularies()["policy-rate"]


def grounded(conversation: Conversation, extraction: Extraction | None = None) -> Grounded:
    """Ground what the grammar claims, or what is given."""
    found = verify(extraction or claims(conversation, RATES), conversation, RATES)
    assert isinstance(found, Grounded)
    return found


def _claiming(name: str, claim: Claim) -> Extraction:
    features = {other: claim if other == name else None for other in RATES.contract.names}
    missing = tuple(other for other in features if other != name)
    return Extraction(features, missing, (), None)


def test_it_names_what_is_missing_with_unit_and_range() -> None:
    """The asker need not know the contract."""
    question = grounded(Conversation.of("inflation 3.1, GDP growth 1.2, on 2027-03-15")).clarifying_question or ""

    assert "Unemployment Rate" in question
    assert "(%, 0 to 50)" in question
    assert "Inflation" not in question


def test_it_names_five_at_most_and_counts_the_rest() -> None:
    """More would be a form; all are listed beside it."""
    found = grounded(Conversation.of("hello"))

    assert len(found.missing_features) == 6
    assert "and 1 more" in (found.clarifying_question or "")


def test_it_names_both_readings() -> None:
    """Two values for one feature are both shown."""
    question = grounded(Conversation.of("inflation is 3.1 or 3.3")).clarifying_question or ""

    assert "“3.1” and “3.3”" in question


def test_there_is_none_where_nothing_is_missing() -> None:
    """All said, nothing to ask."""
    text = "inflation 3.1, unemployment 4.7, GDP growth 1.2, on 2027-03-15"

    assert grounded(Conversation.of(text)).clarifying_question is None


def test_what_the_grammar_cannot_tell_is_proposed_in_the_features_own_unit() -> None:
    """A claim in another unit is proposed as the value that would be used."""
    told = Conversation.of("the thing I mentioned stands at 310 basis points")

    found = grounded(told, _claiming("Inflation Rate", Claim(310, "basis point", "310 basis points")))

    assert found.proposes == {"Inflation Rate": Proposal(3.1, "percent", "310 basis points")}
    assert (found.clarifying_question or "").startswith("Did you mean Inflation Rate 3.1")


@pytest.mark.parametrize(("answer", "value"), [("yes", 3.1), ("yes, but only half of it", None), ("what?", None)])
def test_a_yes_is_the_say_so_for_what_was_proposed(answer: str, value: float | None) -> None:
    """Evidence of kind confirmed; anything less than a yes confirms nothing."""
    proposes = {"Inflation Rate": Proposal(310, "basis point", "310 basis points")}
    asked = Turn(Role.ASSISTANT, "Did you mean Inflation Rate 3.1 percent?", (), proposes)
    told = Conversation((Turn(Role.USER, "it stands at 310 basis points"), asked, Turn(Role.USER, answer)))

    evidence = grounded(told).features["Inflation Rate"]

    assert (evidence and evidence.value) == value
    assert (evidence and evidence.kind) == (EvidenceKind.CONFIRMED if value else None)


def test_a_proposal_that_does_not_convert_confirms_nothing() -> None:
    """A yes to 72 inches of inflation says nothing."""
    asked = Turn(Role.ASSISTANT, "Did you mean 72 inches?", (), {"Inflation Rate": Proposal(72, "inch", "72")})
    told = Conversation((Turn(Role.USER, "72"), asked, Turn(Role.USER, "yes")))

    assert grounded(told).features["Inflation Rate"] is None


def test_numbers_that_state_nothing_are_listed_as_unused() -> None:
    """Every mention ends used or unused."""
    found = grounded(Conversation.of("inflation is 3.1, my bus is number 42, and it was 9.1 last year"))

    assert [quote.text for quote in found.unused] == ["42", "9.1"]
