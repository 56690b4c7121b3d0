"""Read what Vertex AI tells a custom container: the AIP_ variables.

``AIP_HTTP_PORT``, ``AIP_HEALTH_ROUTE`` and ``AIP_PREDICT_ROUTE`` say where to answer, ``AIP_STORAGE_URI`` where the
model package lies. An empty variable is one that is not set, as Vertex AI means it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sayso.failures import SettingsError

PREDICT_ROUTE, HEALTH_ROUTE = "/v1/predict", "/healthz"
READY_ROUTE, CONTRACT_ROUTE, METRICS_ROUTE = "/readyz", "/contract", "/metrics"


@dataclass(frozen=True, slots=True)
class Routes:
    """Say at which paths the predictor answers; the others are fixed."""

    predict: str = PREDICT_ROUTE
    health: str = HEALTH_ROUTE
    """Answers 200 exactly when a prediction can be had, as Vertex AI asks of a health route."""


def routes_of(environment: Mapping[str, str]) -> Routes:
    """Take the routes from AIP_PREDICT_ROUTE and AIP_HEALTH_ROUTE; raises SettingsError for one that can't be used."""
    predict = _route(environment, "AIP_PREDICT_ROUTE") or PREDICT_ROUTE
    health = _route(environment, "AIP_HEALTH_ROUTE") or HEALTH_ROUTE
    taken = [predict, health, READY_ROUTE, CONTRACT_ROUTE, METRICS_ROUTE]
    if health == READY_ROUTE:
        taken.remove(READY_ROUTE)
    if len(set(taken)) != len(taken):
        raise SettingsError(f"the predict route {predict} and the health route {health} must differ from each other "
                            f"and from {CONTRACT_ROUTE} and {METRICS_ROUTE}")  # fmt: skip
    return Routes(predict, health)


def _route(environment: Mapping[str, str], variable: str) -> str | None:
    route = environment.get(variable, "")
    if route and not route.startswith("/"):
        raise SettingsError(f"{variable}={route!r}: a route starts with /")
    return route or None


def port_of(environment: Mapping[str, str]) -> int | None:
    """Take the port from AIP_HTTP_PORT; None where it is not set; raises SettingsError where it is no port."""
    text = environment.get("AIP_HTTP_PORT", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise SettingsError(f"AIP_HTTP_PORT={text!r}: a port is a number from 1 to 65535")
    return int(text)


def package_of(environment: Mapping[str, str]) -> Path | None:
    """Take the package's folder from AIP_STORAGE_URI: a path or a ``file://`` address.

    Returns:
        The folder; None where the variable is not set.

    Raises:
        SettingsError: the address is of another kind; this version reads local folders only.
    """
    uri = environment.get("AIP_STORAGE_URI", "")
    if not uri:
        return None
    parts = urlsplit(uri)
    if parts.scheme == "":
        return Path(uri)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    raise SettingsError(f"AIP_STORAGE_URI={uri}: this version opens local folders only; "
                        "copy the package into the image or a mounted folder, and give --model FOLDER")  # fmt: skip
