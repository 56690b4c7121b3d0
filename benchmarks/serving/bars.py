"""Draw bars as SVG, without a drawing library."""

from collections.abc import Mapping
from html import escape

ROW, LEFT, WIDTH = 22, 320, 400


def bars(title: str, figures: Mapping[str, float]) -> str:
    """Draw one horizontal bar for each figure, on a common scale from zero."""
    most = max(figures.values())
    rows = [
        f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
        f'<rect x="{LEFT}" y="{y + 3}" width="{figure / most * WIDTH:.1f}" height="{ROW - 6}" fill="#3b6ea5"/>'
        f'<text x="{LEFT + figure / most * WIDTH + 6:.1f}" y="{y + 15}">{figure:.2f}</text>'
        for y, (label, figure) in zip(range(ROW + 8, 10_000, ROW), figures.items(), strict=False)
    ]
    size = f'width="{LEFT + WIDTH + 70}" height="{(len(figures) + 2) * ROW}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join([head, f'<text x="8" y="18" font-weight="bold">{escape(title)}</text>', *rows, "</svg>\n"])
