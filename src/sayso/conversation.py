"""Hold what was said, in order.

A conversation is the only source of values. It knows nothing of contracts: feature names in `asks` and `proposes` are
checked by whoever reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Say who spoke."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hold a value that the assistant asked the user to confirm."""

    value: float | int | str
    unit: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Hold one thing that was said; only user turns can state values."""

    role: Role
    text: str
    asks: tuple[str, ...] = ()
    """The features that an assistant turn asked for."""
    proposes: Mapping[str, Proposal] = field(default_factory=dict)
    """The values that an assistant turn asked to confirm, by feature."""
    form: Mapping[str, str] = field(default_factory=dict)
    """What was typed into a feature's own field, by feature; `text` then holds the same, as `filled` writes it."""


def filled(form: Mapping[str, str]) -> Turn:
    """Make the user turn of a form: one line for each field, ``NAME: what was typed``."""
    typed = {name: text.strip() for name, text in form.items()}
    return Turn(Role.USER, "\n".join(f"{name}{AFTER_NAME}{text}" for name, text in typed.items()), form=typed)


AFTER_NAME = ": "
"""Stands between a field's name and what was typed into it."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Hold the turns so far, oldest first."""

    turns: tuple[Turn, ...]

    @classmethod
    def of(cls, text: str) -> "Conversation":
        """Make a conversation of one user turn."""
        return cls((Turn(Role.USER, text),))
