"""Show what operators want to know, from the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import cycle

import streamlit as st

from sayso.failures import DocumentError, LedgerError, Outcome
from sayso.ledger.entries import Entry, facts_of
from sayso.ledger.period import MOST, Ended
from sayso.ui.desk import PageDesk
from sayso.ui.operations import BINS, FEWEST_FOR_DRIFT, PERIODS, Drift, Figures, Objectives, drifts, figures, over_time
from sayso.ui.plot import HERE, LINE
from sayso.wire import JSON
from sayso.wiring import now

EVENTS = 100
OF_THE_LEDGER = ("opened", "closed")
"""Events of each process start, which say nothing of a rollout."""
FAILURES = ("#d98a00", "#d43c3c", "#3b82d0", "#8f63c9", "#c2578f", "#2f9c95", "#8a7a52", "#6b7785")


def show(desk: PageDesk) -> None:
    """Show the whole page."""
    st.title("Operations")
    chosen = st.segmented_control("Over the last", list(PERIODS), default="24 hours") or "24 hours"
    until = now()
    since = until - PERIODS[chosen]
    try:
        with st.spinner("Reading the ledger …"):
            rows, events = desk.reader.ended(since), desk.reader.operations(EVENTS)
    except LedgerError as error:
        st.error("The ledger can't be read; nothing is known of this time.")
        st.text(str(error))
        return
    if rows:
        _promised(desk, rows)
        _classes(rows, since, until)
        _drift(desk, rows)
    else:
        st.info("Nobody asked in this time. What is asked stands here a moment later.")
    _rollout(rows, events)


def _promised(desk: PageDesk, rows: Sequence[Ended]) -> None:
    """Show the figures beside what is promised."""
    try:
        objectives = desk.objectives()
    except DocumentError as error:
        st.error("What is promised can't be read, and so no figure can be held against it.")
        st.text(str(error))
        return
    _figures(figures(rows, objectives), objectives, capped=len(rows) == MOST)


def _figures(found: Figures, objectives: Objectives, *, capped: bool) -> None:
    if capped:
        st.caption(f"Only the latest {MOST:,} interactions are counted.")
    shares = ((outcome, 100 * found.outcomes[outcome] / found.count) for outcome in Outcome)
    first = [("Interactions", f"{found.count:,}"), *((outcome.value, f"{share:.1f} %") for outcome, share in shares)]
    _tiles(first)
    _tiles(list(_promises(found, objectives)))


def _promises(found: Figures, objectives: Objectives) -> Iterator[tuple[str, str]]:
    yield f"Available (promised {objectives.available_pct:g} %)", _percent(found.available_pct)
    yield "Error budget burn", _times(found.burn)
    yield f"Within {objectives.slow_ms:g} ms (promised {objectives.in_time_pct:g} %)", _percent(found.in_time_pct)
    yield "Latency budget burn", _times(found.slow_burn)
    for percent, latency in found.latency_ms.items():
        yield f"P{percent} latency", f"{latency:,.0f} ms" if latency >= 10 else f"{latency:.1f} ms"
    yield "Missing features, mean", _percent(found.missing_pct)


def _tiles(figures: Sequence[tuple[str, str]]) -> None:
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)
    st.html(f'<dl class="sayso-tiles">{items}</dl>')


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} %"


def _times(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} ×"


def _classes(rows: Sequence[Ended], since: datetime, until: datetime) -> None:
    """Plot how interactions ended over time."""
    st.subheader("Outcomes and failure classes over time")
    counted = over_time(rows, since, until)
    data: list[JSON] = [{"from": at, "class": named, "interactions": count} for at, named, count in counted]
    totals = {named: sum(count for _, other, count in counted if other == named) for _, named, _ in counted}
    x: dict[str, JSON] = {
        "field": "from",
        "type": "temporal",
        "title": None,
        "scale": {"domain": [since.isoformat(), until.isoformat()]},
    }
    st.vega_lite_chart(
        {
            "description": ", ".join(f"{named}: {count}" for named, count in totals.items()),
            "data": {"values": data},
            "height": 220,
            "mark": {"type": "bar", "width": 600 // BINS - 4},
            "encoding": {
                "x": x,
                "y": {"field": "interactions", "type": "quantitative", "stack": True},
                "color": {
                    "field": "class",
                    "type": "nominal",
                    "scale": _colours(totals),
                    "legend": {"orient": "bottom", "title": None},
                },
            },
        },
        width="stretch",
    )
    _tiles([(named, f"{count:,}") for named, count in sorted(totals.items(), key=lambda pair: -pair[1])])


def _colours(classes: Iterable[str]) -> dict[str, JSON]:
    """Give predictions the colour of their card, and each failure class one of its own."""
    failures = (name for name in sorted(classes) if name != Outcome.PREDICTED.value)
    colours = {Outcome.PREDICTED.value: "#2e9e5b", **dict(zip(failures, cycle(FAILURES), strict=False))}
    return {"domain": [*colours], "range": [*colours.values()]}


def _drift(desk: PageDesk, rows: Sequence[Ended]) -> None:
    """Lay what the model is sent over what it learned from."""
    st.subheader("What is asked, over what the model learned from")
    if desk.parts.package is None:
        st.info("The model package is not at hand here, and with it what the model learned from.")
        return
    found = drifts(rows, desk.parts.package.baseline)
    for first in range(0, len(found), 2):
        for column, drift in zip(st.columns(2), found[first : first + 2], strict=False):
            with column:
                _histogram(drift)


def _histogram(drift: Drift) -> None:
    st.html(f'<p class="sayso-plot">{escape(drift.feature)} <small>({drift.count} values now)</small></p>')
    if not drift.now:
        st.caption(f"Not enough data: {drift.count} of at least {FEWEST_FOR_DRIFT} values.")
        return
    data: list[JSON] = [
        {"values": name, "share": share, "of": of}
        for of, shares in (("learned", drift.learned), ("now", drift.now))
        for name, share in zip(drift.bins, shares, strict=True)
    ]
    colour: dict[str, JSON] = {
        "field": "of",
        "scale": {"domain": ["learned", "now"], "range": [LINE, HERE]},
        "legend": {"orient": "bottom", "title": None},
    }
    st.vega_lite_chart(
        {
            "description": f"{drift.feature}: shares of values in training and now",
            "data": {"values": data},
            "height": 200,
            "mark": {"type": "bar", "opacity": 0.6},
            "encoding": {
                "x": {
                    "field": "values",
                    "type": "nominal",
                    "sort": [*drift.bins],
                    "title": None,
                    "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelExpr": "split(datum.label, ' to ')[0]"},
                },
                "y": {"field": "share", "type": "quantitative", "stack": None, "axis": {"format": "%"}, "title": None},
                "color": colour,
            },
        },
        width="stretch",
    )


def _rollout(rows: Sequence[Ended], events: Sequence[Entry]) -> None:
    """Show which revisions answer, and what operators' machinery did last."""
    st.subheader("Revisions and rollout")
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.revision or "none"] = counts.get(row.revision or "none", 0) + 1
    _tiles([(f"revision {name}", f"{100 * count / len(rows):.1f} %") for name, count in counts.items()])
    told = [event for event in events if facts_of(event.public)["event"] not in OF_THE_LEDGER]
    if not told:
        st.caption("No rollout, alert or batch run is on record.")
        return
    lines = "".join(_event(event) for event in told)
    head = "<tr><th>when (UTC)</th><th>event</th><th>facts</th></tr>"
    st.html(f'<div class="sayso-card"><table><thead>{head}</thead><tbody>{lines}</tbody></table></div>')


def _event(entry: Entry) -> str:
    public = facts_of(entry.public)
    facts = public.get("facts")
    shown = ", ".join(f"{name} {value}" for name, value in facts.items()) if isinstance(facts, dict) else ""
    when = entry.at[:19].replace("T", " ")
    return f"<tr><td>{when}</td><th>{escape(str(public['event']))}</th><td>{escape(shown[:300])}</td></tr>"
