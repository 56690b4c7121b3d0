"""Say which Vertex AI endpoint is meant; refuse what can't or must not be, before anything is imported or sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sayso import google_host
from sayso.failures import SettingsError

SHARED_REQUEST_BYTES = 1_500_000
"""1.5 MB on the shared public host, and 60 s (Google, "Choose an inference endpoint type", 2026)."""
DEDICATED_REQUEST_BYTES = 10_000_000
"""10 MB on a dedicated endpoint (same page)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Hold where requests go, and as whom."""

    endpoint: str
    """``projects/P/locations/L/endpoints/E``."""
    host: str
    """HOST:PORT."""
    credentials: Path | None
    """A credentials file; None for the machine's service account, or for none."""
    is_anonymous: bool
    is_insecure: bool
    ca: bytes | None
    """Root certificates in PEM; None for the public authorities."""
    max_request_bytes: int
    metadata: Sequence[tuple[str, str]]
    """Headers of every call."""


def target(  # noqa: PLR0913 - one argument for each key of the section
    *,
    project: str,
    location: str,
    endpoint: str,
    api_endpoint: str | None,
    dedicated: bool,
    credentials: str,
    ca: Path | None,
    insecure: bool,
    root: Path,
) -> Target:
    """Make the target from the section ``[vertex]``.

    Args:
        project: the project's id or number.
        location: such as ``europe-west4``.
        endpoint: the endpoint's id.
        api_endpoint: HOST or HOST:PORT; None for the location's shared host.
        dedicated: whether the endpoint has a host of its own.
        credentials: ``metadata``, a file, or ``none``.
        ca: root certificates in PEM.
        insecure: without TLS.
        root: where relative paths begin.

    Raises:
        SettingsError: naming the key and what would do.
    """
    for key, value in (("project", project), ("location", location), ("endpoint", endpoint)):
        if not value or "/" in value:
            raise SettingsError(f"[vertex] {key} = {value!r}: say which {key} is called, by its id alone")
    if dedicated and api_endpoint is None:
        raise SettingsError("[vertex] dedicated = true needs api_endpoint: the endpoint's own host")
    host = google_host.host(
        "vertex",
        api_endpoint or f"{location}-aiplatform.googleapis.com",
        credentials=credentials,
        ca=ca,
        insecure=insecure,
        root=root,
    )
    return Target(
        endpoint=f"projects/{project}/locations/{location}/endpoints/{endpoint}",
        host=host.address,
        credentials=host.credentials,
        is_anonymous=host.is_anonymous,
        is_insecure=host.is_insecure,
        ca=host.ca,
        max_request_bytes=DEDICATED_REQUEST_BYTES if dedicated else SHARED_REQUEST_BYTES,
        metadata=(("x-vertex-ai-endpoint-id", endpoint),) if dedicated else (),
    )
