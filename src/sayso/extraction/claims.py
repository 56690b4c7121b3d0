"""Read conversations and claims from JSON, strictly; every error names its place."""

from collections.abc import Mapping

from sayso.conversation import Conversation, Proposal, Role, Turn
from sayso.extraction.schema import Claim
from sayso.failures import DocumentError, Problem
from sayso.wire import JSON


def conversation_of(turns: JSON, place: str) -> Conversation:
    """Make a conversation of ``[{"role", "text", "asks"?, "proposes"?}]``; raises DocumentError."""
    if not isinstance(turns, list) or not turns:
        raise DocumentError(place, [Problem("$.turns", "is no list of turns")])
    return Conversation(tuple(_turn(turn, place, f"$.turns[{index}]") for index, turn in enumerate(turns)))


def _turn(turn: JSON, source: str, place: str) -> Turn:
    match turn:
        case {"role": "user" | "assistant" as role, "text": str(text), **rest}:
            asks = rest.get("asks") or []
            proposes = rest.get("proposes") or {}
            if isinstance(asks, list) and isinstance(proposes, dict):
                return Turn(Role(role), text, tuple(str(name) for name in asks), _proposals(proposes))
        case _:
            pass
    raise DocumentError(source, [Problem(place, 'a turn is {"role": "user" or "assistant", "text": …}')])


def _proposals(proposes: Mapping[str, JSON]) -> dict[str, Proposal]:
    return {
        name: Proposal(claim.value, claim.unit, claim.quote)
        for name, claim in claims_of(dict(proposes)).items()
        if claim is not None
    }


def claims_of(features: JSON) -> dict[str, Claim | None]:
    """Make claims of ``{name: null | {"value", "quote", "unit"?}}``; raises DocumentError."""
    if not isinstance(features, dict):
        raise DocumentError("claims", [Problem("$.features", "is no object of claims")])
    return {name: _claim(name, claim) for name, claim in features.items()}


def _claim(name: str, claim: JSON) -> Claim | None:
    match claim:
        case None:
            return None
        case {"value": bool()}:
            pass
        case {"value": int() | float() | str() as value, **rest}:
            quote, unit = rest.get("quote"), rest.get("unit")
            if isinstance(quote, str | None) and isinstance(unit, str | None):
                return Claim(value, unit, quote or "")
        case _:
            pass
    raise DocumentError("claims", [Problem(f"$.features[{name!r}]", 'a claim is null or {"value", "quote", "unit"?}')])
