"""Shape what callers send: strict, closed, bounded."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sayso.conversation import Role

Text = Annotated[str, Field(max_length=1_000_000)]
Identifier = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._:-]+$")]


class Body(BaseModel):
    """Refuse unknown keys, other types, NaN."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class MissingError(ValueError):
    """One of several keys has to be there, and none is."""


class ProposalBody(Body):
    """Repeat a value that an earlier answer asked to confirm."""

    value: int | float | str
    unit: str | None = None
    quote: str


def _only(name: str, names: tuple[str, ...]) -> dict[str, object]:
    nothing = {"type": "null"}
    return {other: {"not": nothing} if other == name else nothing for other in names}


def _one_of(*names: str) -> ConfigDict:
    """Say in the JSON Schema too that exactly one of these keys is there, and not null."""
    one_of = [{"required": [name], "properties": _only(name, names)} for name in names]
    return ConfigDict(json_schema_extra={"oneOf": one_of})  # type: ignore[dict-item]


class TurnBody(Body):
    """Say one turn."""

    model_config = _one_of("text", "form")

    role: Annotated[Role, Field(strict=False)]
    text: Text | None = None
    asks: list[str] = []
    proposes: dict[str, ProposalBody] = {}
    form: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(min_length=1)] | None = None
    """What was typed into features' own fields, by feature; instead of text."""

    @model_validator(mode="after")
    def _one_of(self) -> "TurnBody":
        if self.text is None and self.form is None:
            raise MissingError("give text, or form")
        if self.text is not None and self.form is not None:
            raise ValueError("give text, or form, and not both")
        if self.form is not None and self.role is not Role.USER:
            raise ValueError("only a user fills in a form")
        return self


class InteractionBody(Body):
    """Ask with one text, or with the turns so far."""

    model_config = _one_of("text", "turns")

    text: Text | None = None
    turns: Annotated[list[TurnBody], Field(min_length=1, max_length=1000)] | None = None
    conversation_id: Identifier | None = None

    @model_validator(mode="after")
    def _one_of(self) -> "InteractionBody":
        if self.text is None and self.turns is None:
            raise MissingError("give text, or turns")
        if self.text is not None and self.turns is not None:
            raise ValueError("give text, or turns, and not both")
        if self.turns is not None and self.turns[-1].role is not Role.USER:
            raise ValueError("the last turn is the user's")
        return self


class FeedbackBody(Body):
    """Rate an answer."""

    rating: Annotated[str, Field(pattern="^(up|down)$")]
    comment: Annotated[str, Field(max_length=10_000)] | None = None
