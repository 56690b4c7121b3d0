"""Mark the words that state a value, each feature in its colour, as HTML in which everything said is escaped."""

from collections.abc import Mapping, Sequence
from html import escape

from sayso.contract.model import unit_words
from sayso.extraction.schema import Evidence, Quote

PALETTE = ("#f6c85f", "#9ad0f5", "#a8ddb5", "#f2b5d4", "#ffb482", "#c9b3f0", "#8de0d4", "#e3d26f", "#d9c2a7", "#b8c4d6")
"""Light grounds for dark words: each keeps a contrast above 7:1 with the ink below, in light and dark pages."""

INK = "#1b1b1b"
UNUSED = "border-bottom: 2px dotted currentColor; opacity: .75"


def colours(names: Sequence[str]) -> Mapping[str, str]:
    """Give each feature its colour, by its place in the contract."""
    return {name: PALETTE[index % len(PALETTE)] for index, name in enumerate(names)}


def value_words(evidence: Evidence) -> str:
    """Write a value with its unit: ``3.1 %``."""
    value = f"{evidence.value:.10g}" if isinstance(evidence.value, int | float) else evidence.value
    return f"{value} {unit_words(evidence.unit)}".strip()


def marked(text: str, turn: int, features: Mapping[str, Evidence | None], unused: Sequence[Quote]) -> str:
    """Mark one user turn.

    Args:
        text: the turn as said.
        turn: its index in the conversation.
        features: the evidence by feature; only spans of this turn are marked.
        unused: numbers that state nothing; dotted.

    Returns:
        HTML; spans that overlap (the parts of one date) are marked once, naming every feature.
    """
    palette = colours(list(features))
    spans: dict[tuple[int, int], list[str]] = {}
    for name, evidence in features.items():
        if evidence is not None and evidence.turn == turn:
            spans.setdefault((evidence.start, evidence.end), []).append(name)
    dotted = {(quote.start, quote.end) for quote in unused if quote.turn == turn}
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans.keys() | dotted):
        if start < at:
            continue  # inside a span that is marked already
        parts.append(escape(text[at:start]))
        names = spans.get((start, end), [])
        parts.append(_mark(text[start:end], names, features, palette) if names else _dotted(text[start:end]))
        at = end
    parts.append(escape(text[at:]))
    return '<div style="white-space: pre-wrap; line-height: 1.9">' + "".join(parts) + "</div>"


def _mark(words: str, names: Sequence[str], features: Mapping[str, Evidence | None], palette: Mapping[str, str]) -> str:
    title = "; ".join(f"{name}: {value_words(evidence)}" for name in names if (evidence := features[name]))
    style = f"background: {palette[names[0]]}; color: {INK}; padding: .1em .25em; border-radius: .3em"
    label = f'<small style="opacity: .75"> {escape(", ".join(names))}</small>'
    return f'<mark style="{style}" title="{escape(title)}">{escape(words)}{label}</mark>'


def _dotted(words: str) -> str:
    return f'<span style="{UNUSED}" title="not used for any feature">{escape(words)}</span>'
