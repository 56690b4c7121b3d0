"""Say where one of Google's services is called, and as whom; refuse what must not be, before anything is sent."""

from dataclasses import dataclass
from pathlib import Path

from sayso.failures import SettingsError

LOOPBACK = ("127.0.0.1", "::1", "localhost")

METADATA = "metadata"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Host:
    """Hold an address and how to speak with it."""

    address: str
    """HOST:PORT."""
    credentials: Path | None
    """A credentials file; None for the machine's service account, or for none."""
    is_anonymous: bool
    is_insecure: bool
    ca: bytes | None
    """Root certificates in PEM; None for the public authorities."""


def host(section: str, api_endpoint: str, *, credentials: str, ca: Path | None, insecure: bool, root: Path) -> Host:
    """Make a host from the keys that a section of the settings has for it.

    Args:
        section: the section's name, for errors.
        api_endpoint: HOST or HOST:PORT.
        credentials: ``metadata``, a file, or ``none``.
        ca: root certificates in PEM.
        insecure: without TLS.
        root: where relative paths begin.

    Raises:
        SettingsError: naming the key and what would do.
    """
    address = _address(section, api_endpoint)
    is_loopback = address.rpartition(":")[0].strip("[]") in LOOPBACK
    for key, is_set in (("insecure = true", insecure), ("credentials = 'none'", credentials == NONE)):
        if is_set and not is_loopback:
            raise SettingsError(f"[{section}] {key} is for loopback only; {address} is beyond it")
    if insecure and credentials != NONE:
        raise SettingsError(
            f"[{section}] insecure = true needs credentials = 'none': a token must not go out in the clear"
        )
    return Host(
        address=address,
        credentials=None if credentials in (METADATA, NONE) else root / credentials,
        is_anonymous=credentials == NONE,
        is_insecure=insecure,
        ca=_read(section, root / ca) if ca else None,
    )


def _address(section: str, api_endpoint: str) -> str:
    if "/" in api_endpoint:
        raise SettingsError(
            f"[{section}] api_endpoint = {api_endpoint!r}: give HOST or HOST:PORT, without a scheme or path"
        )
    has_port = api_endpoint.rpartition(":")[2].isdecimal() and not api_endpoint.endswith("::1")
    return api_endpoint if has_port else f"{api_endpoint}:443"


def _read(section: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"[{section}] ca: {path}: {error.strerror or error}") from error
