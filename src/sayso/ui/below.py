"""Show what can be done with an answer: rate it, look into it, take it along."""

import streamlit as st

from sayso.ui import plot, snippets
from sayso.ui.chat import Exchange
from sayso.ui.desk import PageDesk
from sayso.ui.sweep import curves, usable


def below(desk: PageDesk, exchange: Exchange) -> None:
    """Show the tools of the last answer."""
    if exchange.answer.interaction_id is None:
        return
    if usable(desk.parts.package, exchange.answer):
        _sensitivity(desk, exchange)
    _copy(desk, exchange)
    _opinion(desk, exchange.answer.interaction_id)


def _sensitivity(desk: PageDesk, exchange: Exchange) -> None:
    """Plot each feature over what the model learned from, once somebody asks for it."""
    package, answer = desk.parts.package, exchange.answer
    if package is None or not st.toggle("Show what each value does", key=f"sweep-{answer.interaction_id}"):
        return
    found = curves(package, answer)
    desk.swept(answer, sum(len(curve.points) + 1 for curve in found))
    if not found:
        st.caption("No value can be moved here.")
        return
    st.caption("Each value moves over what the model learned from; the others stay. The point is what you said.")
    st.html(plot.table(found, package.contract))
    span = plot.span_of(found)
    for first in range(0, len(found), 2):  # row by row, so that a phone shows the strongest first
        for column, curve in zip(st.columns(2), found[first : first + 2], strict=False):
            column.vega_lite_chart(plot.specification(curve, package.contract, span), width="stretch")


def _copy(desk: PageDesk, exchange: Exchange) -> None:
    """Offer the exchange as something to send again."""
    with st.expander("Copy as JSON, curl or Python"):
        as_json, as_curl, as_python = st.tabs(["JSON", "curl", "Python"])
        as_json.code(snippets.answer_json(exchange), language="json", height=240)
        as_curl.code(snippets.curl(exchange, desk.api_url), language="bash", wrap_lines=True)
        as_python.code(snippets.python(exchange, desk.api_url), language="python", height=240)


def _opinion(desk: PageDesk, interaction_id: str) -> None:
    """Take thumbs, and then a comment, into the ledger."""
    thumb = st.feedback("thumbs", key=f"thumbs-{interaction_id}")
    if thumb is None:
        return
    rating = ("down", "up")[thumb]
    recorded: dict[str, str] = st.session_state.setdefault("ratings", {})
    if recorded.get(interaction_id) != rating:
        desk.rate(interaction_id, rating, None)
        recorded[interaction_id] = rating
    with st.form(f"comment-{interaction_id}", border=False, clear_on_submit=True):
        comment = st.text_input("Say why, if you like", max_chars=2000)
        if st.form_submit_button("Send comment") and comment.strip():
            desk.rate(interaction_id, rating, comment.strip())
            st.caption("Thank you, the comment is recorded.")
            return
    st.caption("Thank you, this is recorded.")
