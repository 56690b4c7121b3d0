"""Show what is on record: find an interaction, and follow it stage by stage."""

import json
from html import escape

import streamlit as st

from sayso.failures import LedgerError, Outcome
from sayso.ledger.entries import Entry, Kind, facts_of
from sayso.ledger.stored import StoredInteraction, Words
from sayso.ui.desk import PageDesk
from sayso.ui.replay import Replayed, replay
from sayso.wire import JSON

COUNT = 100
UNDER_WAY = "under way"


def show(desk: PageDesk) -> None:
    """Show the whole page."""
    st.title("Ledger")
    words = st.text_input("Search", placeholder="An id, a failure class, or words that were said", max_chars=200)
    outcomes = st.pills("Outcome", [*(outcome.value for outcome in Outcome), UNDER_WAY], selection_mode="multi")
    try:
        with st.spinner("Reading the ledger …"):
            found = desk.reader.search(words.strip(), frozenset(outcomes), COUNT)
    except LedgerError as error:
        st.error("The ledger can't be read.")
        st.text(str(error))
        return
    if not found:
        nothing = "Nothing on record fits." if words or outcomes else "Nothing is on record yet. Ask something first."
        st.info(nothing)
        return
    st.caption(f"The latest {COUNT} that fit." if len(found) == COUNT else f"{len(found)} on record.")
    chosen = st.selectbox("Interaction", found, format_func=_line)
    if chosen is not None:
        _interaction(desk, chosen)


def _line(stored: StoredInteraction) -> str:
    """Say in one line what an interaction was: when, how it ended, what was said."""
    ended = stored.failure_class.label if stored.failure_class else stored.outcome or UNDER_WAY
    said = _said(stored)
    return f"{stored.started.at[:19].replace('T', ' ')} · {ended} · {said[:60] or stored.interaction_id}"


def _said(stored: StoredInteraction) -> str:
    """Give the last thing the user said; empty where no words are kept."""
    turns = json.loads(stored.started.private) if stored.started.private else []
    return " ".join(str(turns[-1].get("text", "")).split()) if turns else ""


def _interaction(desk: PageDesk, stored: StoredInteraction) -> None:
    if stored.words is not Words.KEPT:
        st.info(f"The words of this interaction are not here: {stored.words.value}.")
    for entry in stored.entries:
        _entry(entry)
    match replay(stored, desk.vocabulary):
        case Replayed(same=same, detail=detail):
            (st.success if same else st.warning)(f"Read again now: {detail}.")
        case None:
            st.caption("It can't be read again here: the words, the contract or the extractor are others.")


def _entry(entry: Entry) -> None:
    """Show one step, with what is kept of it."""
    public = facts_of(entry.public)
    title, facts = _titled(entry, public)
    shown = {name: _value(value) for name, value in facts.items() if value is not None}
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in shown.items())
    table = f'<table class="sayso-facts"><tbody>{rows}</tbody></table>'
    head = f'<h3><span class="kind">{escape(title)}</span> <small>{escape(entry.at)}</small></h3>'
    outcome = str(public.get("outcome", ""))
    st.html(f'<section class="sayso-card {escape(outcome)}">{head}{table}</section>')
    if entry.private is not None:
        with st.expander(f"Words of {title}"):
            st.code(json.dumps(json.loads(entry.private), ensure_ascii=False, indent=2), language="json", height=240)


def _titled(entry: Entry, public: dict[str, JSON]) -> tuple[str, dict[str, JSON]]:
    match entry.kind:
        case Kind.STARTED:
            ids: dict[str, JSON] = {"interaction": entry.interaction_id, "conversation": entry.conversation_id}
            return "started", {**ids, **public}
        case Kind.STAGE:
            facts = public["facts"]
            elapsed = {"elapsed_ms": public["elapsed_ms"]}
            return str(public["stage"]), {**elapsed, **(facts if isinstance(facts, dict) else {})}
        case Kind.FINISHED | Kind.WITHDRAWN | Kind.FEEDBACK | Kind.OPERATION:
            return entry.kind.value, public


def _value(value: JSON) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
