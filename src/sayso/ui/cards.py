"""Show one answer as HTML: the value or the named failure, what it rests on, and what to do. Everything is escaped.

Pure: an `Answer` in, HTML out. The words that people typed, and the contract's own, are text here and never markup.
"""

from collections.abc import Mapping
from html import escape

from sayso.answer import Answer
from sayso.contract.model import Contract, Feature, Range
from sayso.extraction.schema import Evidence, EvidenceKind
from sayso.failures import Actor, Outcome
from sayso.figures import fault, interval, predicted, quantity, stated
from sayso.ui.comparison import comparison
from sayso.ui.marks import colours

TITLES: Mapping[Outcome, str] = {
    Outcome.NEEDS_INPUT: "Not yet",
    Outcome.REFUSED: "Refused",
    Outcome.FAILED: "Failed",
}

WHO_ACTS: Mapping[Actor, str] = {
    Actor.ASKER: "You can put this right.",
    Actor.OPERATOR: "The people who run this service have to act.",
    Actor.UPSTREAM: "A service behind this one failed.",
}

KINDS: Mapping[EvidenceKind, str] = {
    EvidenceKind.STATED: "",
    EvidenceKind.CONFIRMED: " (confirmed)",
    EvidenceKind.FORM: " (typed)",
}


def card(answer: Answer, learned: Mapping[str, Range], earlier: Answer | None = None) -> str:
    """Show one answer.

    Args:
        answer: how the interaction ended.
        learned: the training ranges, for values outside them; empty where unknown.
        earlier: the prediction before, to compare with.
    """
    head = _prediction(answer, learned, earlier) if answer.prediction else _failure(answer)
    parts = (head, _evidence(answer), _unused(answer), _small(answer))
    return f'<section class="sayso-card {answer.outcome.value}" role="status">{"".join(parts)}</section>'


def welcome(contract: Contract) -> str:
    """Say what the model needs to hear, and what each thing means."""
    items = "".join(f"<li>{_described(feature)}</li>" for feature in contract.features)
    intro = "Ask in your own words. The model needs to hear each of these, and gets nothing else:"
    return f'<div class="sayso-panel"><p>{intro}</p><ul class="sayso-needs">{items}</ul></div>'


def needs(contract: Contract, answer: Answer | None) -> str:
    """List what the model needs: filled, with the value, or missing, with what would do."""
    palette = colours(contract.names)
    items = "".join(_need(feature, answer, palette[feature.name]) for feature in contract.features)
    return f'<div class="sayso-panel"><ul class="sayso-needs">{items}</ul></div>'


def about(contract: Contract) -> str:
    """Say what is predicted, and under which contract."""
    target = contract.target
    described = f"<p>{escape(target.description)}</p>" if target.description else ""
    named = f"<p>{escape(contract.name)} {escape(contract.version)}, {contract.digest[:19]}…</p>"
    small = f'<div class="sayso-small">{described}{named}</div>'
    return f'<div class="sayso-panel"><p><b>{escape(target.name)}</b></p>{small}</div>'


def _prediction(answer: Answer, learned: Mapping[str, Range], earlier: Answer | None) -> str:
    lines = [f"<h3>{escape(answer.contract.target.name)}</h3>", f'<p class="value">{escape(predicted(answer))}</p>']
    if ends := interval(answer):
        lines.append(f"<p>{escape(ends)}</p>")
    if earlier is not None and (changed := comparison(earlier, answer)):
        lines.append(f'<p class="sayso-change">{escape(changed)}.</p>')
    if answer.extrapolated:
        where = "; ".join(_learned(answer.contract.by_name[name], learned.get(name)) for name in answer.extrapolated)
        lines.append(f'<p class="warning">Outside the data that the model learned from: {escape(where)}.</p>')
    lines.append(_probabilities(answer))
    return "".join(lines)


def _learned(feature: Feature, learned: Range | None) -> str:
    """Name a feature with what the model learned from: ``Unemployment Rate (3.4 to 10.7 %)``."""
    if learned is None:
        return feature.name
    return f"{feature.name} ({quantity(learned.low, None)} to {quantity(learned.high, feature.unit)})"


def _probabilities(answer: Answer) -> str:
    """Show the share of each class, the likeliest first; nothing for a number."""
    shares = answer.prediction.probabilities if answer.prediction else None
    if not shares:
        return ""
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{share:.1%}</td></tr>" for name, share in ordered)
    return f"<table><tbody>{rows}</tbody></table>"


def _failure(answer: Answer) -> str:
    """Name the failure, what happened, and who acts; a question that is asked back stands for itself."""
    assert answer.failure is not None
    row = answer.failure.failure_class
    lines = [f'<h3><span class="kind">{TITLES[row.outcome]}</span> · {row.code.name} / {row.label}</h3>']
    if answer.clarifying_question:
        return "".join((*lines, f"<p>{escape(answer.clarifying_question)}</p>"))
    retry = " Asking again may help." if row.value.retry_can_help else ""
    lines.append(f"<p>{escape(row.value.sentence)} {WHO_ACTS[row.value.actor]}{retry}</p>")
    faults = [fault(violation, answer.contract) for violation in answer.failure.violations]
    lines.extend(f'<p class="warning">{escape(said)}</p>' for said in faults or _detail(answer))
    return "".join(lines)


def _detail(answer: Answer) -> list[str]:
    return [answer.failure.detail] if answer.failure and answer.failure.detail else []


def _evidence(answer: Answer) -> str:
    """Show every feature with its value and the words that state it; nothing where no feature has a value."""
    if not any(answer.features.values()):
        return ""
    rows = "".join(_row(answer, name, evidence) for name, evidence in answer.features.items())
    head = "<tr><th>feature</th><th>value</th><th>you said</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _row(answer: Answer, name: str, evidence: Evidence | None) -> str:
    if evidence is None:
        return f"<tr><th>{escape(name)}</th><td>–</td><td>{escape(_why(answer, name))}</td></tr>"
    said = f"“{evidence.quote}”{KINDS[evidence.kind]}"
    return f"<tr><th>{escape(name)}</th><td>{escape(stated(evidence))}</td><td>{escape(said)}</td></tr>"


def _why(answer: Answer | None, name: str) -> str:
    """Say why a feature has no value."""
    opened = answer.open.get(name) if answer else None
    return f"unclear: {opened.reason}" if opened else "not stated"


def _unused(answer: Answer) -> str:
    if not answer.unused:
        return ""
    quotes = ", ".join(f"“{quote.text}”" for quote in answer.unused)
    return f"<p>Not used: {escape(quotes)}</p>"


def _small(answer: Answer) -> str:
    model = f"model {answer.revision}, " if answer.revision else ""
    named = f"{answer.contract.name} {answer.contract.version}, {model}interaction {answer.interaction_id}"
    return f'<p class="sayso-small">{escape(named)}</p>'


def _need(feature: Feature, answer: Answer | None, colour: str) -> str:
    evidence = answer.features.get(feature.name) if answer else None
    if evidence is not None:
        filled = f"<b>{escape(feature.name)}</b><br>{escape(stated(evidence))}"
        return f'<li style="border-left-color: {colour}">{filled}</li>'
    missing = f"<br><i>{escape(_why(answer, feature.name))}</i>" if answer else ""
    return f"<li>{escape(str(feature))}{missing}</li>"


def _described(feature: Feature) -> str:
    described = f'<div class="sayso-small">{escape(feature.description)}</div>' if feature.description else ""
    return f"{escape(str(feature))}{described}"
