"""Write a comparison as one HTML file that needs nothing else: a table, and both histograms over each other."""

from collections.abc import Sequence
from html import escape

from sayso.monitoring.drift.compare import Comparison

WIDTH, HEIGHT = 560, 140
"""Of one picture, in pixels."""

_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }}
table {{ border-collapse: collapse; }}
td, th {{ padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #ccc; }}
td:first-child, th:first-child {{ text-align: left; }}
.learned {{ fill: #8a8a8a; opacity: .55; }} .now {{ fill: #005ea8; opacity: .55; }}
</style>
<h1>{title}</h1>
<p>Grey: what the model learned from. Blue: what was asked.</p>
"""
_COLUMNS = ("feature", "values", "robust", "its threshold", "verdict", "Vertex AI's figure", "its threshold", "verdict")


def html(comparisons: Sequence[Comparison], title: str) -> str:
    """Write the page."""
    rows = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells(one))}</tr>" for one in comparisons)
    columns = "".join(f"<th>{escape(name)}</th>" for name in _COLUMNS)
    pictures = "\n".join(f"<h2>{escape(one.feature)}</h2>\n{_picture(one)}" for one in comparisons)
    return f"{_HEAD.format(title=escape(title))}<table><tr>{columns}</tr>\n{rows}</table>\n{pictures}\n</html>\n"


def cells(one: Comparison) -> list[str]:
    """Write one row of the table, for the page and the terminal."""
    return [
        one.feature,
        str(one.count),
        _figure(one.robust.figure),
        _figure(one.robust.threshold),
        one.robust.verdict.value,
        _figure(one.vertex_figure),
        _figure(one.vertex_threshold),
        one.vertex_verdict.value,
    ]


def _figure(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.4f}"


def _picture(one: Comparison) -> str:
    most = max((*one.learned, *one.now), default=0) or 1.0
    bars = [*_bars(one, one.learned, "learned", most), *_bars(one, one.now, "now", most)]
    body = "".join(bars)
    return f'<svg role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">{body}</svg>'


def _bars(one: Comparison, shares: Sequence[float], side: str, most: float) -> list[str]:
    width = WIDTH / len(shares)
    return [
        f'<rect class="{side}" x="{index * width:.1f}" y="{HEIGHT * (1 - share / most):.1f}" width="{width - 2:.1f}"'
        f' height="{HEIGHT * share / most:.1f}"><title>{escape(name)}: {100 * share:.1f} %</title></rect>'
        for index, (name, share) in enumerate(zip(one.bins, shares, strict=True))
    ]
