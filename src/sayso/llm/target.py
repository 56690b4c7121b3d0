"""Say which model is asked, where and as whom; refuse what must not be, before anything is imported or sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sayso.failures import SettingsError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
METADATA, NONE = "metadata", "none"

Provider = Literal["openai", "gemini", "vertex"]


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """Hold where requests go, and as whom. It has no repr, because it holds a key."""

    provider: Provider
    base_url: str
    model: str
    key: str | None
    """None where the server takes none, and for Vertex AI."""
    project: str
    location: str
    credentials: Path | None
    """A credentials file for Vertex AI; None for the machine's service account, or for none."""
    is_anonymous: bool
    """Whether Vertex AI's wire is spoken without credentials; loopback only."""

    @property
    def is_own_address(self) -> bool:
        """Say whether requests go to the provider itself, not to a server that speaks its wire."""
        return self.base_url == _own_address(self.provider, self.location)


def target(  # noqa: PLR0913 - one argument for each key of the section
    *,
    provider: Provider,
    base_url: str | None,
    model: str,
    api_key_env: str,
    project: str,
    location: str,
    credentials: str,
    root: Path,
    environment: Mapping[str, str],
) -> Target:
    """Make the target from the section ``[llm]``.

    Args:
        provider: whose wire is spoken.
        base_url: the address; None for the provider's own.
        model: the model's name.
        api_key_env: the variable that holds the key; empty for a server that takes none.
        project: the Google Cloud project; ``vertex`` only.
        location: such as ``europe-west4``, or ``global``; ``vertex`` only.
        credentials: ``metadata`` (the machine's service account), a file, or ``none``; ``vertex`` only.
        root: where relative paths begin.
        environment: where the key is looked up.

    Raises:
        SettingsError: naming the key and what would do.
    """
    if not model:
        raise SettingsError("[llm] model: say which model is asked")
    is_vertex = provider == "vertex"
    for key, value in (("project", project), ("location", location)):
        if is_vertex and (not value or "/" in value):
            raise SettingsError(f"[llm] {key} = {value!r}: say which {key} is called, by its id alone")
    address = _address(base_url or _own_address(provider, location))
    secret = None if is_vertex else _key(provider, base_url, api_key_env, environment)
    is_anonymous = is_vertex and credentials == NONE
    _guard(address, is_secret=secret is not None or (is_vertex and not is_anonymous), is_anonymous=is_anonymous)
    file = root / credentials if is_vertex and credentials not in (METADATA, NONE) else None
    return Target(provider, address, model, secret, project, location, file, is_anonymous)


def _own_address(provider: Provider, location: str) -> str:
    """Give the provider's own address; said outright, because the SDKs would look for another in the environment."""
    match provider:
        case "openai":
            return "https://api.openai.com/v1"
        case "gemini":
            return "https://generativelanguage.googleapis.com"
        case "vertex":
            return f"https://{'' if location == 'global' else location + '-'}aiplatform.googleapis.com"


def _address(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(f"[llm] base_url = {base_url!r}: give http://HOST:PORT/PATH or https://…")
    if parts.username or parts.password:
        raise SettingsError("[llm] base_url holds a password; name the variable that holds the key in api_key_env")
    return base_url.rstrip("/")


def _key(provider: Provider, base_url: str | None, api_key_env: str, environment: Mapping[str, str]) -> str | None:
    if not api_key_env:
        if base_url is None or provider == "gemini":
            raise SettingsError(f"[llm] provider = {provider!r} needs a key: name its variable in api_key_env")
        return None
    key = environment.get(api_key_env, "")
    if not key:
        raise SettingsError(f"[llm] api_key_env = {api_key_env!r}: this variable is not set, or empty")
    return key


def _guard(address: str, *, is_secret: bool, is_anonymous: bool) -> None:
    parts = urlsplit(address)
    is_loopback = parts.hostname in LOOPBACK
    if parts.scheme == "http" and is_secret and not is_loopback:
        raise SettingsError(f"[llm] base_url = {address!r}: a key must not go out in the clear; use https")
    if is_anonymous and not is_loopback:
        raise SettingsError(f"[llm] credentials = 'none' is for loopback only; {parts.hostname} is beyond it")
