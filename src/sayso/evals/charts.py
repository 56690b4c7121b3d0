"""Draw small charts as SVG inside a page: no script, no font, no request."""

from collections.abc import Mapping, Sequence
from html import escape

from sayso.evals.results import TagRow
from sayso.evals.scoring import Found

COLOURS: Mapping[Found, str] = {
    Found.RIGHT: "#2f7d4f",
    Found.NULL: "#9fb8c8",
    Found.LEFT_OUT: "#d9a441",
    Found.WRONG: "#b3261e",
    Found.FABRICATED: "#7b1fa2",
    Found.FAILED: "#555555",
}
"""One colour for each thing that can become of a feature."""

_ROW, _LABEL, _WIDTH = 18, 150, 520


def stacked(rows: Sequence[TagRow]) -> str:
    """Draw what became of the features of each tag, as shares of the row."""
    height = _ROW * len(rows) + 4
    parts = [f'<svg role="img" width="{_LABEL + _WIDTH + 60}" height="{height}" xmlns="http://www.w3.org/2000/svg">']
    for number, row in enumerate(rows):
        top = number * _ROW
        parts.append(_text(_LABEL - 6, top + 13, row.tag, anchor="end"))
        parts.extend(_bar(row, top))
        parts.append(_text(_LABEL + _WIDTH + 6, top + 13, f"{row.passed}/{row.cases}"))
    return "".join([*parts, "</svg>"])


def _bar(row: TagRow, top: int) -> list[str]:
    total = sum(row.found.values()) or 1
    left = float(_LABEL)
    parts = []
    for what, colour in COLOURS.items():
        width = row.found[what] / total * _WIDTH
        if width:
            title = f"<title>{escape(what.value)}: {row.found[what]}</title>"
            parts.append(
                f'<rect x="{left:.1f}" y="{top + 2}" width="{width:.1f}" height="{_ROW - 4}" fill="{colour}">'
                f"{title}</rect>"
            )
        left += width
    return parts


def histogram(values: Sequence[float], unit: str) -> str:
    """Draw how often values of each size occur, in 20 bins of equal width."""
    if not values:
        return "<p>nothing was measured</p>"
    low, high = min(values), max(values)
    step = (high - low) / 20 or 1.0
    counts = [0] * 20
    for value in values:
        counts[min(19, int((value - low) / step))] += 1
    parts = ['<svg role="img" width="520" height="140" xmlns="http://www.w3.org/2000/svg">']
    for number, count in enumerate(counts):
        height = count / max(counts) * 110
        parts.append(
            f'<rect x="{number * 25 + 5}" y="{115 - height:.1f}" width="22" height="{height:.1f}" fill="#3b6ea5">'
            f"<title>{count}</title></rect>"
        )
    parts.append(_text(5, 132, f"{low:.3g} {unit}"))
    parts.append(_text(505, 132, f"{high:.3g} {unit}", anchor="end"))
    return "".join([*parts, "</svg>"])


def interval(low: float, observed: float, asked: float) -> str:
    """Draw an observed share with its lower bound and what is asked, from 0.8 to 1."""

    def place(share: float) -> float:
        return 10 + max(0.0, (share - 0.8) / 0.2) * 480

    return (
        '<svg role="img" width="510" height="46" xmlns="http://www.w3.org/2000/svg">'
        f'<line x1="10" y1="18" x2="490" y2="18" stroke="#bbb"/>'
        f'<line x1="{place(low):.1f}" y1="18" x2="{place(observed):.1f}" y2="18" stroke="#2f7d4f" stroke-width="6"/>'
        f'<line x1="{place(asked):.1f}" y1="6" x2="{place(asked):.1f}" y2="30" stroke="#b3261e" stroke-width="2"/>'
        + _text(10, 44, "80 %")
        + _text(place(asked), 44, f"asked {asked:.0%}", anchor="middle")
        + _text(490, 44, "100 %", anchor="end")
        + "</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y}" font-size="12" text-anchor="{anchor}">{escape(text)}</text>'
