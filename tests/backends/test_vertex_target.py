"""The section [vertex] becomes a target, or an error that says what would do."""

from pathlib import Path
from typing import Any

import pytest

from sayso.backends.vertex_target import Target, target
from sayso.failures import SettingsError
from sayso.settings import VertexSection

NAMED = {"project": "p", "location": "europe-west4", "endpoint": "123"}


def _target(**section: Any) -> Target:
    return target(**VertexSection(**{**NAMED, **section}).model_dump(), root=Path("/deployment"))


def test_a_shared_endpoint_is_reached_at_its_location() -> None:
    """Host, name and request limit follow from project, location and endpoint."""
    found = _target()

    assert found.endpoint == "projects/p/locations/europe-west4/endpoints/123"
    assert (found.host, found.max_request_bytes) == ("europe-west4-aiplatform.googleapis.com:443", 1_500_000)


def test_a_dedicated_endpoint_has_its_own_host_header_and_limit() -> None:
    """The header is what its gRPC front end routes by."""
    found = _target(dedicated=True, api_endpoint="123.europe-west4-7.prediction.vertexai.goog")

    assert found.host == "123.europe-west4-7.prediction.vertexai.goog:443"
    assert (list(found.metadata), found.max_request_bytes) == ([("x-vertex-ai-endpoint-id", "123")], 10_000_000)


@pytest.mark.parametrize("host", ["127.0.0.1:8071", "localhost:8071", "[::1]:8071"])
def test_loopback_may_be_insecure_and_anonymous(host: str) -> None:
    """A local endpoint needs neither TLS nor a token."""
    found = _target(api_endpoint=host, insecure=True, credentials="none")

    assert (found.host, found.is_insecure, found.is_anonymous) == (host, True, True)


def test_a_credentials_file_is_relative_to_the_settings_file() -> None:
    """As every path of the settings is."""
    assert _target(credentials="keys/front.json").credentials == Path("/deployment/keys/front.json")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"project": ""}, "project"),
        ({"location": ""}, "location"),
        ({"endpoint": ""}, "endpoint"),
        ({"endpoint": "projects/p/locations/l/endpoints/1"}, "endpoint"),
        ({"dedicated": True}, "api_endpoint"),
        ({"api_endpoint": "https://example.test"}, "scheme"),
        ({"insecure": True, "credentials": "none"}, "loopback"),
        ({"api_endpoint": "10.0.0.1:80", "insecure": True, "credentials": "none"}, "loopback"),
        ({"api_endpoint": "127.0.0.1.example.test:80", "insecure": True, "credentials": "none"}, "loopback"),
        ({"credentials": "none"}, "loopback"),
        ({"api_endpoint": "127.0.0.1:80", "insecure": True}, "token"),
        ({"ca": Path("no/such.pem")}, "ca"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_what_can_not_or_must_not_be_is_refused(section: dict[str, Any], said: str) -> None:
    """Before anything is imported or sent."""
    with pytest.raises(SettingsError, match=said):
        _target(**section)
