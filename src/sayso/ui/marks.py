"""Mark the words that state a value, each feature in its colour, as HTML in which everything said is escaped."""

from collections.abc import Mapping, Sequence
from html import escape

from sayso.extraction.schema import Evidence, Quote
from sayso.figures import stated

PALETTE = ("#f6c85f", "#9ad0f5", "#a8ddb5", "#f2b5d4", "#ffb482", "#c9b3f0", "#8de0d4", "#e3d26f", "#d9c2a7", "#b8c4d6")
"""Light grounds for dark words: each keeps a contrast above 7:1 with the ink below, in light and dark pages."""

INK = "#1b1b1b"


def colours(names: Sequence[str]) -> Mapping[str, str]:
    """Give each feature its colour, by its place in the contract."""
    return {name: PALETTE[index % len(PALETTE)] for index, name in enumerate(names)}


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
    spans = _spans(turn, features)
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
    return f'<div class="sayso-said">{"".join(parts)}</div>'


def _spans(turn: int, features: Mapping[str, Evidence | None]) -> dict[tuple[int, int], list[str]]:
    """Give the features that each span of a turn states."""
    spans: dict[tuple[int, int], list[str]] = {}
    for name, evidence in features.items():
        if evidence is not None and evidence.turn == turn:
            spans.setdefault((evidence.start, evidence.end), []).append(name)
    return spans


def _mark(words: str, names: Sequence[str], features: Mapping[str, Evidence | None], palette: Mapping[str, str]) -> str:
    title = "; ".join(f"{name}: {_read(evidence)}" for name in names if (evidence := features[name]))
    style = f"background: {palette[names[0]]}; color: {INK}"
    label = f"<small> {escape(', '.join(names))}</small>"
    return f'<mark style="{style}" title="{escape(title)}">{escape(words)}{label}</mark>'


def _read(evidence: Evidence) -> str:
    """Say what was read, and of which words, where the value is not written as it was said: ``3.1 % (310 bp)``."""
    same = str(evidence.value) in evidence.quote or f"{evidence.value}".removesuffix(".0") in evidence.quote
    return stated(evidence) if same else f"{stated(evidence)}, read from “{evidence.quote}”"


def _dotted(words: str) -> str:
    return f'<span class="sayso-unused" title="not used for any feature">{escape(words)}</span>'
