"""Draw curves as Vega-Lite, which Streamlit carries in itself: nothing is loaded from elsewhere."""

from collections.abc import Sequence
from html import escape

from sayso.contract.model import Contract, unit_words
from sayso.figures import quantity
from sayso.ui.sweep import Curve
from sayso.wire import JSON

LINE = "#2f6fb3"
HERE = "#d98a00"
"""Both keep a contrast above 3:1 with white and with Streamlit's dark ground."""


def specification(curve: Curve, contract: Contract, span: tuple[float, float]) -> dict[str, JSON]:
    """Draw one curve, with the value that was said as a point.

    Args:
        curve: what one feature does.
        contract: names the target.
        span: the lowest and highest prediction of all curves, so that they compare.
    """
    words = isinstance(curve.here.at, str)
    x: dict[str, JSON] = {
        "field": "at",
        "type": "nominal" if words else "quantitative",
        "title": _titled(curve.feature.name, curve.feature.unit),
        "axis": {"labelAngle": 0, "labelLimit": 90},
    }
    if not words:
        x["scale"] = {"zero": False, "nice": False}
    y: dict[str, JSON] = {
        "field": "predicted",
        "type": "quantitative",
        "title": _target(contract),
        "scale": {"domain": [*span], "zero": False},
    }
    rows: list[JSON] = [{"at": point.at, "predicted": point.predicted} for point in curve.points]
    here: list[JSON] = [{"at": curve.here.at, "predicted": curve.here.predicted}]
    mark: JSON = {"type": "bar", "color": LINE} if words else {"type": "line", "color": LINE, "strokeWidth": 2}
    return {
        "description": summary(curve, contract),
        "height": 160,
        "layer": [
            {"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y}},
            {
                "data": {"values": here},
                "mark": {"type": "point", "color": HERE, "filled": True, "size": 90, "opacity": 1},
                "encoding": {"x": x, "y": y},
            },
        ],
    }


def span_of(curves: Sequence[Curve]) -> tuple[float, float]:
    """Give the lowest and highest prediction of all curves, with a little room."""
    values = [point.predicted for curve in curves for point in (*curve.points, curve.here)]
    room = (max(values) - min(values) or 1.0) * 0.05
    return min(values) - room, max(values) + room


def table(curves: Sequence[Curve], contract: Contract) -> str:
    """Say the same in words, for whoever does not see the plots."""
    rows = "".join(f"<li>{escape(summary(curve, contract))}</li>" for curve in curves)
    return f'<div class="sayso-panel"><ul class="sayso-small">{rows}</ul></div>'


def summary(curve: Curve, contract: Contract) -> str:
    """Say in one line what a feature does over what the model learned from."""
    lowest = min(curve.points, key=lambda point: point.predicted)
    highest = max(curve.points, key=lambda point: point.predicted)
    unit, target = curve.feature.unit, None if contract.target.values else contract.target.unit
    ends = (
        f"{quantity(_rounded(end.predicted), target)} at {quantity(_rounded(end.at), unit)}"
        for end in (lowest, highest)
    )
    return f"{curve.feature.name}: from {' to '.join(ends)}"


def _rounded(at: float | str) -> float | str:
    """Keep four digits of a number: a plot shows no more."""
    return at if isinstance(at, str) else float(f"{at:.4g}")


def _target(contract: Contract) -> str:
    return "share" if contract.target.values else _titled("prediction", contract.target.unit)


def _titled(name: str, unit: str | None) -> str:
    return f"{name} ({unit_words(unit)})" if unit else name
