"""Show a chat: ask, see what was understood and what is missing, read the answer or the named failure.

Streamlit runs this script from top to bottom on every event. Words that people typed reach the page only through
`st.text` or escaped marks.
"""

import argparse
import atexit
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from sayso.answer import Answer, reply_turn
from sayso.contract.model import Contract, unit_words
from sayso.conversation import Conversation, Role, Turn
from sayso.failures import Actor, SaysoError
from sayso.interaction import Question
from sayso.settings import load
from sayso.ui.desk import PageDesk, page_desk
from sayso.ui.marks import colours, marked, value_words

MAX_CHARS = 10_000
"""Longest text of the input box; longer documents go through the API."""

WHO_ACTS = {
    Actor.ASKER: "You can put this right.",
    Actor.OPERATOR: "The people who run this service have to act.",
    Actor.UPSTREAM: "A service behind this one failed.",
}


@dataclass(frozen=True)
class Exchange:
    """Hold one question and its answer."""

    turns: tuple[Turn, ...]
    answer: Answer

    @property
    def asked_at(self) -> int:
        """Give the index of the user's last turn."""
        return len(self.turns) - 1


@st.cache_resource(show_spinner="Connecting …")
def _desk(config: str) -> PageDesk:
    """Connect once for each server process."""
    stack = ExitStack()
    desk = stack.enter_context(page_desk(load(Path(config), os.environ)))
    atexit.register(stack.close)
    return desk


def _ask(desk: PageDesk, text: str, history: list[Exchange]) -> Exchange:
    """Ask in the light of what was said before; a question that is closed starts a new conversation."""
    before: tuple[Turn, ...] = ()
    conversation_id = None
    if history:
        last = history[-1]
        before = (*last.turns, reply_turn(last.answer))
        conversation_id = last.answer.conversation_id
    turns = (*before, Turn(Role.USER, text))
    return Exchange(turns, desk.ask(Question(Conversation(turns), conversation_id)))


def _show(exchange: Exchange) -> None:
    answer = exchange.answer
    with st.chat_message("user"):
        turn = exchange.turns[exchange.asked_at]
        st.html(marked(turn.text, exchange.asked_at, answer.features, answer.unused))
    with st.chat_message("assistant"):
        if answer.prediction:
            _show_prediction(answer)
        else:
            _show_failure(answer)
        _show_evidence(answer)
        st.caption(f"interaction {answer.interaction_id}")


def _show_prediction(answer: Answer) -> None:
    target, prediction = answer.contract.target, answer.prediction
    assert prediction is not None
    value = f"{prediction.value:.2f}" if isinstance(prediction.value, float) else prediction.value
    st.metric(target.name, f"{value} {unit_words(target.unit)}".strip())
    if prediction.interval:
        interval = prediction.interval
        ends = f"{interval.low:.2f} to {interval.high:.2f} {unit_words(target.unit)}".strip()
        st.write(f"{interval.level:.0%} interval: {ends}")
    st.caption(f"{answer.contract.name} {answer.contract.version}, model {prediction.revision}")
    if answer.extrapolated:
        st.warning(f"Outside the data that the model learned from: {', '.join(answer.extrapolated)}.")


def _show_failure(answer: Answer) -> None:
    assert answer.failure is not None
    row = answer.failure.failure_class
    if answer.clarifying_question:
        st.info(answer.clarifying_question)
        return
    st.error(f"**{row.label}** ({row.code.name}): {row.value.sentence} {WHO_ACTS[row.value.actor]}")
    for violation in answer.failure.violations:
        st.text(f"{violation.feature or 'request'}: got {violation.got}, allowed {violation.allowed}")


def _show_evidence(answer: Answer) -> None:
    rows = [
        {"feature": name, "value": value_words(evidence), "you said": evidence.quote}
        for name, evidence in answer.features.items()
        if evidence
    ]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch")


def _sidebar(contract: Contract, answer: Answer | None) -> None:
    """List what the model needs, filled or missing; drawn last, so that it is never one turn behind."""
    st.subheader(contract.target.name)
    st.caption(contract.target.description or "")
    palette = colours(contract.names)
    for feature in contract.features:
        evidence = answer.features.get(feature.name) if answer else None
        if evidence is not None:
            style = f"border-left: .6em solid {palette[feature.name]}; padding-left: .5em"
            st.html(f'<div style="{style}"><b>{feature.name}</b>: {value_words(evidence)}</div>')
        else:
            st.html(f'<div style="border-left: .6em solid #bbb; padding-left: .5em">{feature} <i>missing</i></div>')


def _main(config: str) -> None:
    st.set_page_config(page_title="sayso", page_icon="💬", layout="centered")
    try:
        desk = _desk(config)
    except SaysoError as error:
        st.error(f"This page can't start: {error}")
        st.stop()
    contract = desk.parts.contract
    st.title("Ask the model")
    st.caption("It uses only what you say, and asks for the rest.")
    panel = st.sidebar.empty()
    history: list[Exchange] = st.session_state.setdefault("history", [])
    if st.sidebar.button("New conversation", disabled=not history):
        history.clear()
    for exchange in history:
        _show(exchange)
    if text := st.chat_input("Ask in your own words", max_chars=MAX_CHARS):
        exchange = _ask(desk, text, history)
        history.append(exchange)
        _show(exchange)
    with panel.container():
        _sidebar(contract, history[-1].answer if history else None)


def _config() -> str:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default="sayso.toml")
    return str(parser.parse_args().config)


if __name__ == "__main__":
    _main(_config())
