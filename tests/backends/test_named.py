"""A predictor's own failure class is found in its problem details, wrapped in a text or not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.backends.named import OURS_NOT_THE_ASKERS, PREDICTOR_CODES, named, unwrapped
from sayso.failures import Failure, FailureClass, Violation
from sayso.wire import JSON


def _problem(failure_class: FailureClass) -> dict[str, JSON]:
    return {"code": failure_class.code.name, "failure_class": failure_class.label, "detail": "why"}


OF_PREDICTORS = [c for c in FailureClass if c.code.name in PREDICTOR_CODES]
SAID = [c for c in OF_PREDICTORS if c not in OURS_NOT_THE_ASKERS]


@pytest.mark.parametrize("failure_class", SAID)
def test_every_class_of_a_predictor_is_passed_on(failure_class: FailureClass) -> None:
    """Code and class agree, so the class is believed."""
    assert named(_problem(failure_class)) == Failure(failure_class, "the predictor says: why")


@pytest.mark.parametrize(("said", "meant"), OURS_NOT_THE_ASKERS.items())
def test_what_is_said_of_our_access_is_not_told_to_the_asker(said: FailureClass, meant: FailureClass) -> None:
    """A wrong address or key of this deployment is no 4xx of the person who asked."""
    failure = named(_problem(said))

    assert failure is not None
    assert failure.failure_class is meant


@pytest.mark.parametrize("failure_class", [c for c in FailureClass if c not in OF_PREDICTORS])
def test_a_class_that_no_predictor_gives_is_not_believed(failure_class: FailureClass) -> None:
    """A predictor extracts nothing and asks nobody."""
    assert named(_problem(failure_class)) is None


def test_violations_come_along() -> None:
    """Feature, rule, got and allowed of each are kept."""
    violation: JSON = {"feature": "x", "rule": "out_of_range", "got": 11, "allowed": [0, 10]}

    failure = named({**_problem(FailureClass.OUT_OF_RANGE), "violations": [violation, "nonsense"]})

    assert failure is not None
    assert failure.violations == (Violation("x", "out_of_range", 11, [0, 10]),)


BODY = json.dumps(_problem(FailureClass.STARTING))


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        f"503 Service Unavailable: {BODY}",
        f"{{not JSON}} {BODY} and more {{}}",
        json.dumps({"error": BODY}),
        f"b'{BODY}'",
    ],
    ids=["bare", "after words", "among brackets", "as a string of JSON", "as Python shows bytes"],
)
def test_problem_details_are_found_inside_an_error_text(text: str) -> None:
    """However the platform wraps the container's answer, its class counts."""
    failure = unwrapped(text)

    assert failure is not None
    assert failure.failure_class is FailureClass.STARTING


@given(st.text(st.sampled_from('{}[]":,\\ a1'), max_size=300))
def test_no_text_breaks_the_search(text: str) -> None:
    """Unbalanced brackets and quotes are only text."""
    assert unwrapped(text) is None


def test_the_search_is_bounded() -> None:
    """A text of a megabyte of brackets is not read to its end."""
    assert unwrapped("{" * 1_000_000 + BODY) is None
