"""Read evaluation cases: conversations with what each must come to.

A line of ``extraction_cases.jsonl`` is one case::

    {"id", "contract", "contract_digest", "turns", "gold", "quotes", "asks", "tags"}

`turns` are as everywhere. `gold` has every feature of the contract, with its value or null. `quotes` says for each
value which words of which turn state it. `asks` names what the question must ask for: every feature that is null, each
with the readings that the question must put to the asker (empty where there is no choice). It knows no extractor.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sayso.conversation import Conversation
from sayso.extraction.claims import conversation_of
from sayso.failures import DocumentError, Problem
from sayso.wire import JSON, document

Gold = float | int | str | None


@dataclass(frozen=True, slots=True)
class Cited:
    """Say which words state a value."""

    turn: int
    """0-based over all turns."""
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one case."""

    id: str
    contract: str
    contract_digest: str
    conversation: Conversation
    gold: Mapping[str, Gold]
    quotes: Mapping[str, Cited]
    asks: Mapping[str, tuple[str, ...]]
    tags: tuple[str, ...]
    key: str
    """SHA-256 of the line: another case, or a changed one, has another key."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the features that nobody stated."""
        return tuple(name for name, value in self.gold.items() if value is None)

    @property
    def user_texts(self) -> tuple[str, ...]:
        """Give what the user said, turn by turn."""
        return tuple(turn.text for turn in self.conversation.turns if turn.role == "user")


class _Cited(msgspec.Struct, forbid_unknown_fields=True):
    turn: int
    quote: str


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """Describe a line."""

    id: str
    contract: str
    contract_digest: str
    turns: object
    gold: dict[str, float | int | str | None]
    quotes: dict[str, _Cited]
    asks: dict[str, list[str]]
    tags: list[str]


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a file of cases, strictly.

    Raises:
        DocumentError: the file can't be read, or a line is no case; names every such line.
    """
    cases: list[Case] = []
    problems: list[Problem] = []
    for number, line in lines(path):
        try:
            cases.append(_case(line, f"{path.name}:{number}"))
        except DocumentError as error:
            problems.extend(Problem(f"line {number}: {found.place}", found.message) for found in error.problems)
    if problems:
        raise DocumentError(str(path), problems)
    return tuple(cases)


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give the lines of a file that are not blank, with their numbers from 1; raises DocumentError."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), [Problem("$", error.strerror or str(error))]) from error
    for number, line in enumerate(body.splitlines(), start=1):
        if line.strip():
            yield number, line


def decoded(line: bytes, place: str) -> dict[str, JSON]:
    """Decode one line that must hold a JSON object; raises DocumentError."""
    value = document(line)
    if isinstance(value, dict):
        return value
    raise DocumentError(place, value)


def _case(line: bytes, place: str) -> Case:
    try:
        found = msgspec.convert(decoded(line, place), _Line, strict=True)
    except msgspec.ValidationError as error:
        raise DocumentError(place, [Problem("$", str(error))]) from error
    return Case(
        id=found.id,
        contract=found.contract,
        contract_digest=found.contract_digest,
        conversation=conversation_of(found.turns, place),  # type: ignore[arg-type]
        gold=found.gold,
        quotes={name: Cited(cited.turn, cited.quote) for name, cited in found.quotes.items()},
        asks={name: tuple(readings) for name, readings in found.asks.items()},
        tags=tuple(found.tags),
        key=hashlib.sha256(line.strip()).hexdigest(),
    )
