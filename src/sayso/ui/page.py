"""Show a chat: ask, see what was understood and what is missing, read the answer or the named failure.

Streamlit runs this script from top to bottom on every event. Words that people typed reach the page only as escaped
HTML, from `sayso.ui.marks` and `sayso.ui.cards`.
"""

import argparse
import atexit
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import streamlit as st

from sayso.contract.model import Range
from sayso.failures import SaysoError
from sayso.settings import load
from sayso.ui import cards
from sayso.ui.chat import NO, YES, Exchange, question
from sayso.ui.desk import PageDesk, page_desk
from sayso.ui.marks import marked
from sayso.ui.style import CSS

MAX_CHARS = 10_000  # of the input box; longer documents go through the API


def show(desk: PageDesk) -> None:
    """Show the whole page for one person's session."""
    contract = desk.parts.contract
    history: list[Exchange] = st.session_state.setdefault("history", [])
    st.html(f"<style>{CSS}</style>")
    st.title("Ask the model")
    st.caption("It uses only what you say, and asks for the rest.")
    with st.sidebar:
        st.html(cards.about(contract))
        st.html(cards.needs(contract, history[-1].answer if history else None))
        st.button("New conversation", disabled=not history, on_click=history.clear)
    if not history:
        _welcome(desk)
    for exchange in history:
        _show(exchange, desk.parts.package.training_ranges if desk.parts.package else {})
    text = _typed(history)
    if text:
        _ask(desk, history, text)


def _welcome(desk: PageDesk) -> None:
    """Say what is needed, also where the side panel is folded away."""
    with st.chat_message("assistant"):
        st.html(cards.welcome(desk.parts.contract))


def _show(exchange: Exchange, learned: Mapping[str, Range]) -> None:
    answer = exchange.answer
    with st.chat_message("user"):
        st.html(marked(exchange.text, exchange.asked_at, answer.features, answer.unused))
    with st.chat_message("assistant"):
        st.html(cards.card(answer, learned))


def _typed(history: list[Exchange]) -> str | None:
    """Give what was typed or, where a value is to be confirmed, what a button says."""
    text = st.chat_input("Ask in your own words", max_chars=MAX_CHARS)
    if not history or not history[-1].answer.proposes:
        return text
    turn = len(history)
    with st.container(horizontal=True):
        yes = st.button("Yes", key=f"yes-{turn}", type="primary")
        no = st.button("No", key=f"no-{turn}")
    return YES if yes else NO if no else text


def _ask(desk: PageDesk, history: list[Exchange], text: str) -> None:
    """Bring a question to its outcome, and draw the page anew from what is known then."""
    asked = question(history, text)
    with st.chat_message("user"):
        st.html(marked(text, 0, {}, ()))
    with st.chat_message("assistant"), st.spinner("Reading …"):
        answer = desk.ask(asked)
    history.append(Exchange(asked.conversation.turns, answer))
    st.rerun()


@st.cache_resource(show_spinner="Connecting …")
def _desk(config: str) -> PageDesk:
    """Connect once for each server process; on a terminal the log goes to its file alone."""
    stack = ExitStack()
    settings = load(Path(config), os.environ)
    desk = stack.enter_context(page_desk(settings, stderr_log=not sys.stderr.isatty()))
    atexit.register(stack.close)
    return desk


def _main(config: str) -> None:
    st.set_page_config(page_title="sayso", page_icon="💬", layout="centered")
    try:
        desk = _desk(config)
    except SaysoError as error:
        st.error("This page can't start.")
        st.text(str(error))
        st.stop()
    show(desk)


def _config() -> str:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default="sayso.toml")
    return str(parser.parse_args().config)


if __name__ == "__main__":
    _main(_config())
