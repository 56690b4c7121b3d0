"""Word the one question that asks for what is missing, ambiguous or unconfirmed."""

from collections.abc import Mapping, Sequence

from sayso.contract.model import Contract, Feature, unit_words
from sayso.conversation import Proposal
from sayso.extraction.schema import Open

ASKED_AT_ONCE = 5
"""How many missing features one question names; more is a form, not a question."""


def clarifying_question(
    contract: Contract, missing: Sequence[str], opened: Mapping[str, Open], proposes: Mapping[str, Proposal]
) -> str | None:
    """Ask for everything that stands between the words and a prediction; None where nothing does."""
    parts: list[str] = []
    if proposes:
        parts.append(f"Did you mean {_list([_proposed(name, proposal) for name, proposal in proposes.items()])}?")
    asked = [name for name in missing if name not in proposes]
    asked.sort(key=lambda name: name not in opened)  # what was said, but not clearly, comes first
    named = asked[:ASKED_AT_ONCE]
    parts.extend(_which(name, opened[name]) for name in named if name in opened and len(opened[name].readings) > 1)
    if len(named) == 1 and not parts and (question := contract.by_name[named[0]].question):
        parts.append(_with_range(contract.by_name[named[0]], question))
    elif named:
        rest = f", and {len(asked) - len(named)} more" if len(asked) > len(named) else ""
        listed = "; ".join(str(contract.by_name[name]) for name in named)
        parts.append(f"Please tell me: {listed}{rest}.")
    return " ".join(parts) or None


def _proposed(name: str, proposal: Proposal) -> str:
    value = f"{proposal.value:.10g}" if isinstance(proposal.value, int | float) else proposal.value
    return f"{name} {value} {unit_words(proposal.unit)}".strip()


def _list(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _which(name: str, opened: Open) -> str:
    readings = _list([f"“{reading}”" for reading in opened.readings[:4]])
    return f"For {name} I read {readings}; which is it?"


def _with_range(feature: Feature, question: str) -> str:
    """Add the name where the question does not say it, and what is allowed."""
    name = "" if feature.name.casefold() in question.casefold() else f"{feature.name}: "
    allowed = f" ({feature.range})" if feature.range and str(feature.range) not in question else ""
    return f"{name}{question}{allowed}"
