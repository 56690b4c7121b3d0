"""Describe one HTTP request exactly as it will be sent, right or wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

JSON_TYPE = MappingProxyType({"content-type": "application/json"})


class Framing(StrEnum):
    """Say how the body's length is told."""

    LENGTH = "length"
    SHORT = "short"
    """The length that is told is one more than what comes; then the caller stops sending."""
    NO_LAST_CHUNK = "no last chunk"
    """Chunks come, the last one doesn't; then the caller stops sending."""


@dataclass(frozen=True, slots=True)
class Request:
    """Hold one request."""

    body: bytes
    method: str = "POST"
    path_suffix: str = ""
    """What is added to the path of the predict route."""
    headers: Mapping[str, str] = field(default_factory=lambda: JSON_TYPE)
    framing: Framing = Framing.LENGTH

    @property
    def breaks_off(self) -> bool:
        """Say whether the caller stops in the middle: then hanging up is an answer too."""
        return self.framing is not Framing.LENGTH

    def encode(self, host: str, path: str, extra: Mapping[str, str]) -> bytes:
        """Give the bytes to send; the server is asked to close afterwards."""
        head = {"host": host, "connection": "close", **extra, **self.headers, **self._length()}
        lines = [
            f"{self.method} {path}{self.path_suffix} HTTP/1.1",
            *(f"{name}: {text}" for name, text in head.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self._framed()

    def _length(self) -> Mapping[str, str]:
        match self.framing:
            case Framing.LENGTH:
                return {"content-length": str(len(self.body))}
            case Framing.SHORT:
                return {"content-length": str(len(self.body) + 1)}
            case Framing.NO_LAST_CHUNK:
                return {"transfer-encoding": "chunked"}

    def _framed(self) -> bytes:
        if self.framing is Framing.NO_LAST_CHUNK:
            return b"%x\r\n%b\r\n" % (len(self.body), self.body)
        return self.body
