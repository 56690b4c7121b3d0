"""A yes is a whole yes: whatever agrees in part, doubts or corrects is none."""

import pytest

from sayso.language.confirmation import is_yes


@pytest.mark.parametrize(
    "text", ["yes", "Yes.", "yep!", "y", "Correct", "that's right", "yes please", "ok, go ahead", "Sure", "yes, thanks"]
)
def test_these_agree(text: str) -> None:
    """However short, they agree to everything that was proposed."""
    assert is_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "yes, but not the age",
        "only the first",
        "maybe",
        "yes except the weight",
        "almost",
        "not yes",
        "what did you propose?",
        "I said yes yesterday",
        "the answer is 4",
        "right-hand side",
        "yesterday",
        "sure? no",
    ],
)
def test_these_do_not_agree(text: str) -> None:
    """Doubt, a part, a question or other words confirm nothing."""
    assert not is_yes(text)
