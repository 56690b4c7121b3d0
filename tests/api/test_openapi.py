"""The API is described in OpenAPI 3.1, and keeps to the description."""

import json
import urllib.request
from typing import Any

import openapi_spec_validator
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.end_to_end.conftest import api, folder

from sayso.api.openapi import PROBLEM

__all__ = ["api", "folder"]

POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
TRIES = (
    ("/v1/interactions", "post", POSITIVE, 900),
    ("/v1/interactions", "post", NEGATIVE, 600),
    ("/v1/interactions/{interaction_id}", "get", POSITIVE, 300),
    ("/v1/interactions/{interaction_id}/feedback", "post", POSITIVE, 300),
    ("/v1/interactions/{interaction_id}/feedback", "post", NEGATIVE, 300),
    ("/v1/contract", "get", POSITIVE, 1),
    ("/healthz", "get", POSITIVE, 1),
    ("/readyz", "get", POSITIVE, 1),
    ("/openapi.json", "get", POSITIVE, 1),
    ("/metrics", "get", POSITIVE, 1),
)
"""What is sent, as described or not, and how often. What takes nothing can be asked in one way only."""


OF_FORM = ("malformed_request", "unsupported_media_type", "missing_key", "duplicate_key")


@pytest.fixture(scope="module")
def described(api: str) -> Any:
    """Read the description from the running server."""
    refused = {"expected-statuses": ["400", "404", "405", "413", "415", "422"]}
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": refused}})
    return schemathesis.openapi.from_url(f"{api}/openapi.json", config=config)


def test_the_description_is_openapi(api: str) -> None:
    """It validates against the standard's own schema."""
    with urllib.request.urlopen(f"{api}/openapi.json") as response:
        document = json.load(response)

    openapi_spec_validator.validate(document)
    assert document["openapi"] == "3.1.0"


def test_every_operation_is_described_and_tried(described: Any) -> None:
    """The list below leaves none out."""
    found = [(one.ok().path, one.ok().method) for one in described.get_all_operations()]

    # Schemathesis leaves out the address that the description itself came from.
    assert sorted([*found, ("/openapi.json", "get")]) == sorted({(path, method) for path, method, _, _ in TRIES})


@pytest.mark.parametrize(("path", "method", "mode", "examples"), TRIES)
def test_every_answer_is_as_described(
    described: Any, path: str, method: str, mode: schemathesis.GenerationMode, examples: int
) -> None:
    """Status, media type and body are as the description says, whatever is sent; nothing is an error of ours."""

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def kept(case: Any) -> None:
        answer = case.call_and_validate(excluded_checks=[positive_data_acceptance])
        # As described is not as answered: a question may be asked back or refused, but never for its form.
        assert (
            mode is NEGATIVE
            or not answer.content
            or answer.headers["content-type"] != [PROBLEM]
            or (answer.json()["failure_class"] not in OF_FORM)
        )

    kept()
