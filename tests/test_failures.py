"""One table says what every failure means, and no surface can find it wanting."""

import pytest

from sayso import failures
from sayso.failures import (
    Actor,
    Code,
    DocumentError,
    Failure,
    FailureClass,
    Outcome,
    PackageError,
    Problem,
    SaysoError,
    Violation,
)

EXIT_STATUSES = {Outcome.NEEDS_INPUT: 3, Outcome.REFUSED: 4, Outcome.FAILED: 5}
HTTP_STATUSES: dict[Code, set[int]] = {
    Code.NEEDS_INPUT: {422},
    Code.INVALID_INPUT: {400, 401, 403, 404, 405, 409, 413, 415, 422, 429},
    Code.EXTRACTION_FAILED: {502, 504},
    Code.MODEL_NOT_READY: {503},
    Code.PREDICT_FAILED: {502, 504},
    Code.INTERNAL: {500, 503},
}
"""What the HTTP API may answer for each code."""

PROMISED: dict[Code, str] = {
    Code.NEEDS_INPUT: "missing_feature ambiguous_value unconfirmed_value",
    Code.INVALID_INPUT: "missing_key unexpected_key wrong_type not_finite out_of_range rule_violated extrapolation "
    "duplicate_key malformed_request too_large too_many_instances unsupported_media_type contract_mismatch "
    "unauthenticated forbidden not_found method_not_allowed rate_limited",
    Code.EXTRACTION_FAILED: "extraction_schema ungrounded_value contradicted_value extractor_timeout "
    "extractor_unavailable extractor_refused extractor_budget",
    Code.MODEL_NOT_READY: "artifact_missing artifact_corrupt model_contract_mismatch golden_rows_differ starting "
    "overloaded backend_unavailable",
    Code.PREDICT_FAILED: "timeout schema_mismatch payload_error not_finite_prediction out_of_target_range model_error "
    "transport",
    Code.INTERNAL: "ledger_unavailable interrupted bug",
}
"""The classes that callers rely on; a renamed one would be a silent change of the interface."""

every_class = pytest.mark.parametrize("failure_class", FailureClass, ids=lambda failure_class: failure_class.label)


@every_class
def test_a_class_has_the_statuses_of_its_code(failure_class: FailureClass) -> None:
    """Exit status and HTTP status are among those that its code allows."""
    code = failure_class.code

    assert code.exit_status == EXIT_STATUSES[failure_class.outcome]
    assert failure_class.value.http_status in HTTP_STATUSES[code]


@every_class
def test_a_class_says_what_to_show(failure_class: FailureClass) -> None:
    """The sentence is one line and ends with a full stop."""
    sentence = failure_class.value.sentence

    assert sentence[0].isupper() or sentence.startswith("sayso ")
    assert (sentence[-1], "\n" in sentence) == (".", False)


@every_class
def test_a_class_is_found_by_its_label(failure_class: FailureClass) -> None:
    """The label in a log or an answer leads back to the row."""
    assert FailureClass.of_label(failure_class.label) is failure_class


@every_class
def test_only_what_the_asker_can_mend_is_not_held_against_the_service(failure_class: FailureClass) -> None:
    """A failure counts against availability exactly where the asker is not the one to act."""
    row = failure_class.value

    assert row.counts_against_availability == (row.actor is not Actor.ASKER)


@pytest.mark.parametrize(("code", "labels"), PROMISED.items(), ids=lambda value: getattr(value, "name", ""))
def test_the_promised_classes_exist_under_their_code(code: Code, labels: str) -> None:
    """Every label that callers rely on is a class of the code they expect."""
    assert set(labels.split()) <= {member.label for member in FailureClass if member.code is code}


def test_no_failure_is_a_prediction() -> None:
    """Only an interaction without a failure class is predicted."""
    assert Outcome.PREDICTED not in {member.outcome for member in FailureClass}


def test_an_unknown_label_is_no_class() -> None:
    """A label that no row has is not guessed."""
    assert FailureClass.of_label("nonsense") is None


def test_a_violation_names_its_place_in_a_batch() -> None:
    """The row of a batch is said, and is a key only where there is one."""
    violation = Violation("rate", "out_of_range", 900, [0, 50], instance=3)

    assert str(violation) == "instance 3: rate: out_of_range, got 900, allowed [0, 50]"
    assert violation.as_json()["instance"] == 3
    assert "instance" not in Violation(None, "too_large", 1, 0).as_json()


def test_a_document_error_names_every_place_on_one_line() -> None:
    """The message of a broken document is one line with all places."""
    error = DocumentError("c.json", [Problem("$.a", "is missing"), Problem("$.b", "is empty")])

    assert str(error) == "c.json: $.a: is missing; $.b: is empty"


def test_a_package_error_carries_code_and_class() -> None:
    """The message begins with what a log is searched for."""
    error = PackageError(Failure(FailureClass.ARTIFACT_MISSING, "model.onnx is not there"))

    assert str(error) == "MODEL_NOT_READY/artifact_missing: model.onnx is not there"


def _all_errors(root: type[SaysoError]) -> set[type[SaysoError]]:
    return {root}.union(*(_all_errors(error) for error in root.__subclasses__()))


@pytest.mark.parametrize("error", sorted(_all_errors(SaysoError), key=str))
def test_every_error_stands_in_the_one_tree(error: type[SaysoError]) -> None:
    """Errors are defined in failures.py, each with its sentence, and drawn in its tree."""
    assert (error.__module__, bool(error.__doc__)) == ("sayso.failures", True)
    assert error.__name__ in (failures.__doc__ or "")
