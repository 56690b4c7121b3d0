"""Show a chat: ask, see what was understood and what is missing, read the answer or the named failure.

Words that people typed reach the page only as escaped HTML, from `sayso.ui.marks` and `sayso.ui.cards`, as escaped
labels, or as code, which Streamlit shows as it is.
"""

from collections.abc import Mapping

import streamlit as st

from sayso.contract.model import Range
from sayso.failures import Outcome
from sayso.interaction import Question
from sayso.ui import cards
from sayso.ui.below import below
from sayso.ui.chat import NO, YES, Exchange, again, before, by_hand, question
from sayso.ui.desk import PageDesk
from sayso.ui.fields import fields
from sayso.ui.labels import label
from sayso.ui.marks import marked

MAX_CHARS = 10_000  # of the input box; longer documents go through the API
EARLIER = 10  # conversations that can be opened again


def show(desk: PageDesk) -> None:
    """Show the whole page for one person's session."""
    contract = desk.parts.contract
    history: list[Exchange] = st.session_state.setdefault("history", [])
    st.title("Ask the model")
    st.caption("It uses only what you say, and asks for the rest.")
    with st.sidebar:
        st.html(cards.about(contract))
        st.html(cards.needs(contract, history[-1].answer if history else None))
        st.button("New conversation", disabled=not history, on_click=_begin_anew)
        _earlier()
    if not history:
        _welcome(desk)
    learned = desk.parts.package.training_ranges if desk.parts.package else {}
    for place, exchange in enumerate(history):
        _show(history, place, exchange, learned)
    if asked := _asked(desk, history):
        _ask(desk, history, asked)


def _welcome(desk: PageDesk) -> None:
    """Say what is needed, also where the side panel is folded away."""
    with st.chat_message("assistant"):
        st.html(cards.welcome(desk.parts.contract))


def _show(history: list[Exchange], place: int, exchange: Exchange, learned: Mapping[str, Range]) -> None:
    answer = exchange.answer
    with st.chat_message("user"):
        st.html(marked(exchange.text, exchange.asked_at, answer.features, answer.unused))
    with st.chat_message("assistant"):
        st.html(cards.card(answer, learned, before(history, place)))


def _asked(desk: PageDesk, history: list[Exchange]) -> Question | None:
    """Give the question that was typed, filled in, or asked by a button."""
    text = st.chat_input("Ask in your own words", max_chars=MAX_CHARS)
    turn = len(history)
    pressed = _buttons(history, turn) if history else None
    typed = fields(desk.parts.contract, history[-1].answer if history else None, f"form-{turn}")
    if history:
        below(desk, history[-1])
    if pressed is not None:
        return pressed
    if text and text.strip():
        return question(history, text)
    return by_hand(history, typed) if typed else None


def _buttons(history: list[Exchange], turn: int) -> Question | None:
    """Offer what one press can say: yes or no to what was proposed, or the same once more after a failure."""
    answer = history[-1].answer
    if answer.proposes:
        with st.container(horizontal=True):
            yes = st.button("Yes", key=f"yes-{turn}", type="primary")
            no = st.button("No", key=f"no-{turn}")
        return question(history, YES) if yes else question(history, NO) if no else None
    failure_class = answer.failure_class
    if failure_class and failure_class.outcome is Outcome.FAILED and failure_class.value.retry_can_help:
        return again(history) if st.button("Ask again", key=f"again-{turn}") else None
    return None


def _ask(desk: PageDesk, history: list[Exchange], asked: Question) -> None:
    """Bring a question to its outcome, and draw the page anew from what is known then."""
    with st.chat_message("user"):
        st.html(marked(asked.conversation.turns[-1].text, 0, {}, ()))
    with st.chat_message("assistant"), st.spinner("Reading …"):
        answer = desk.ask(asked)
    history.append(Exchange(asked.conversation.turns, answer))
    st.rerun()


def _begin_anew() -> None:
    """Put this conversation aside, and begin another."""
    earlier: list[list[Exchange]] = st.session_state.setdefault("earlier", [])
    if st.session_state["history"]:
        earlier.insert(0, st.session_state["history"])
    del earlier[EARLIER:]
    st.session_state["history"] = []


def _reopen(place: int) -> None:
    reopened = st.session_state["earlier"].pop(place)
    _begin_anew()
    st.session_state["history"] = reopened


def _earlier() -> None:
    """List the conversations of this session that were put aside."""
    earlier: list[list[Exchange]] = st.session_state.get("earlier", [])
    if not earlier:
        return
    st.caption("Earlier in this session")
    for place, exchanges in enumerate(earlier):
        said = label(exchanges[0].text, 60)
        st.button(said, key=f"earlier-{place}", on_click=_reopen, args=(place,), width="stretch")
