"""What Vertex AI says in its variables is taken, or refused by name."""

from pathlib import Path

import pytest

from sayso.failures import SettingsError
from sayso.predictor.vertex import Routes, package_of, port_of, routes_of


def test_without_variables_the_routes_are_ours() -> None:
    """An empty variable is one that is not set."""
    assert routes_of({"AIP_PREDICT_ROUTE": ""}) == Routes("/v1/predict", "/healthz")


def test_the_routes_are_as_vertex_says() -> None:
    """A route may hold what a deployed model's address holds."""
    environment = {"AIP_PREDICT_ROUTE": "/v1/endpoints/7/deployedModels/8:predict", "AIP_HEALTH_ROUTE": "/readyz"}

    assert routes_of(environment) == Routes("/v1/endpoints/7/deployedModels/8:predict", "/readyz")


@pytest.mark.parametrize(
    "environment",
    [
        {"AIP_PREDICT_ROUTE": "predict"},
        {"AIP_HEALTH_ROUTE": "http://localhost/health"},
        {"AIP_PREDICT_ROUTE": "/x", "AIP_HEALTH_ROUTE": "/x"},
        {"AIP_PREDICT_ROUTE": "/readyz"},
        {"AIP_PREDICT_ROUTE": "/healthz"},
        {"AIP_HEALTH_ROUTE": "/metrics"},
        {"AIP_HEALTH_ROUTE": "/v1/predict"},
    ],
)
def test_a_route_that_can_not_be_is_refused(environment: dict[str, str]) -> None:
    """Two things can't answer at one path."""
    with pytest.raises(SettingsError, match="route"):
        routes_of(environment)


@pytest.mark.parametrize(("text", "expected"), [("8080", 8080), ("1", 1), ("65535", 65535), ("", None)])
def test_the_port_is_a_number(text: str, expected: int | None) -> None:
    """Empty means not set."""
    assert port_of({"AIP_HTTP_PORT": text}) == expected


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "8_0", "٨٠", " 80", "http"])
def test_what_is_no_port_is_refused(text: str) -> None:
    """Nothing is guessed of it."""
    with pytest.raises(SettingsError, match="AIP_HTTP_PORT"):
        port_of({"AIP_HTTP_PORT": text})


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("", None),
        ("/models/rate", Path("/models/rate")),
        ("models/rate", Path("models/rate")),
        ("file:///models/a%20b", Path("/models/a b")),
        ("file://localhost/models", Path("/models")),
    ],
)
def test_a_local_package_is_found(uri: str, expected: Path | None) -> None:
    """A path or a file:// address."""
    assert package_of({"AIP_STORAGE_URI": uri}) == expected


@pytest.mark.parametrize("uri", ["gs://bucket/model", "s3://bucket/model", "https://host/model", "file://host/model"])
def test_a_package_elsewhere_is_refused_by_name(uri: str) -> None:
    """The message says what would do."""
    with pytest.raises(SettingsError, match=r"AIP_STORAGE_URI=.*--model"):
        package_of({"AIP_STORAGE_URI": uri})
