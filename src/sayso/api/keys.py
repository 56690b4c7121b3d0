"""Keep API keys as salted scrypt hashes in one file, and recognise the key that a caller shows.

A key is ``sayso_ID_SECRET``; the file holds all but the secret. A key is random, so its hash can't be searched for; the
slow hash is for whoever shortens one by hand. What was recognised once is remembered by a quick hash until the file
changes, so that a revoked key stops at once.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from sayso.failures import SettingsError
from sayso.whole_file import write

PREFIX = "sayso"
_N, _R, _P = 2**14, 8, 1
"""OWASP's password storage cheat sheet allows N = 2^14 with r = 8; 16 MiB and about 50 ms."""


class KeyRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold what is known of one key."""

    id: str
    name: str
    """Who has it."""
    made_at: str
    salt: str
    hash: str
    requests_per_minute: int
    revoked_at: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: list[KeyRow]


def read(path: Path) -> list[KeyRow]:
    """Read all keys; none where there is no file. Raises SettingsError for a file that can't be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File, strict=True).keys
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"[serve] keys: {path}: {error}; make keys with sayso keys new") from error


def new(path: Path, name: str, requests_per_minute: int, at: datetime) -> str:
    """Make a key, and give it: it is shown once and kept nowhere."""
    rows = read(path)
    taken = {row.id for row in rows}
    key_id = next(found for found in iter(lambda: secrets.token_hex(4), "") if found not in taken)
    secret, salt = secrets.token_urlsafe(32), secrets.token_hex(16)
    row = KeyRow(key_id, name, _stamp(at), salt, _slow(secret, salt), requests_per_minute)
    _save(path, [*rows, row])
    return f"{PREFIX}_{key_id}_{secret}"


def revoke(path: Path, key_id: str, at: datetime) -> bool:
    """Let a key open nothing any more; False where there is none such."""
    rows = read(path)
    if not any(row.id == key_id and row.revoked_at is None for row in rows):
        return False
    stamped = _stamp(at)
    _save(path, [msgspec.structs.replace(row, revoked_at=stamped) if row.id == key_id else row for row in rows])
    return True


@dataclass(frozen=True, slots=True)
class Caller:
    """Name who asks, and how often they may."""

    key_id: str
    requests_per_minute: int


class Keys:
    """Recognise keys; one object for each process."""

    def __init__(self, path: Path) -> None:
        """Take the file; it is read anew when it changes."""
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._rows: Mapping[str, KeyRow] = {}
        self._known: dict[str, str] = {}

    def caller(self, shown: str) -> Caller | None:
        """Give who shows this key; None where it is none of ours, or was revoked. Raises SettingsError."""
        self._refresh()
        prefix, _, rest = shown.partition("_")
        key_id, _, secret = rest.partition("_")
        row = self._rows.get(key_id) if prefix == PREFIX else None
        if row is None or row.revoked_at is not None or not self._matches(row, secret):
            return None
        return Caller(row.id, row.requests_per_minute)

    def _matches(self, row: KeyRow, secret: str) -> bool:
        quick = hashlib.sha256(secret.encode()).hexdigest()
        known = self._known.get(row.id)
        if known is not None and hmac.compare_digest(known, quick):
            return True
        if not hmac.compare_digest(row.hash, _slow(secret, row.salt)):
            return False
        self._known[row.id] = quick
        return True

    def _refresh(self) -> None:
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_ino)
        except FileNotFoundError:
            seen = (0, 0)
        if seen != self._seen:
            self._rows = {row.id: row for row in read(self._path)}
            self._known.clear()
            self._seen = seen


def _slow(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), n=_N, r=_R, p=_P, dklen=32).hex()


def _save(path: Path, rows: list[KeyRow]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, msgspec.json.format(msgspec.json.encode(_File(rows)), indent=2) + b"\n")
    path.chmod(0o600)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
