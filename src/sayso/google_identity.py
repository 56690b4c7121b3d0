"""Say who calls Google: never searched for, because google.auth.default() may wait 9 s for a machine that is not there.

Needs the extra ``gcp``.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from google.auth.compute_engine import Credentials as MachineCredentials
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.identity_pool import Credentials as FederatedCredentials
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceAccountCredentials

from sayso.failures import SettingsError


def _service_account(path: str) -> Credentials:
    """Sign tokens here: there is no token server to wait for."""
    key: ServiceAccountCredentials = ServiceAccountCredentials.from_service_account_file(path)
    signing: Credentials = key.with_always_use_jwt_access(always_use_jwt_access=True)
    return signing


CREDENTIAL_FILES: Mapping[str, Callable[[str], Credentials]] = {
    "service_account": _service_account,
    "authorized_user": UserCredentials.from_authorized_user_file,
    "external_account": FederatedCredentials.from_file,
}
"""The kinds of credentials file that are taken; google-auth's own loader of any kind is deprecated as unsafe."""


def credentials(section: str, path: Path | None, *, is_anonymous: bool) -> Credentials:
    """Read a credentials file; without a path, the machine's service account, or nobody.

    Raises:
        SettingsError: naming the section of the settings, the file and what would do.
    """
    if is_anonymous:
        return AnonymousCredentials()
    if path is None:
        return MachineCredentials()
    try:
        kind = json.loads(path.read_text(encoding="utf-8"))["type"]
        load = CREDENTIAL_FILES[kind]
    except (OSError, ValueError, KeyError, TypeError) as error:
        kinds = ", ".join(CREDENTIAL_FILES)
        raise SettingsError(f"[{section}] credentials: {path}: no credentials file of type {kinds}") from error
    try:
        return load(str(path))
    except (ValueError, GoogleAuthError) as error:
        raise SettingsError(f"[{section}] credentials: {path}: {type(error).__name__}") from error
