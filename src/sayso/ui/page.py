"""Show the pages: the chat, and what happened. Streamlit runs this script from top to bottom on every event."""

import argparse
import atexit
import os
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import streamlit as st

from sayso.failures import SaysoError
from sayso.settings import load
from sayso.ui import chat_page, ledger_page, operations_page
from sayso.ui.desk import PageDesk, page_desk
from sayso.ui.style import CSS


def show(desk: PageDesk) -> None:
    """Show the page that was chosen."""
    st.html(f"<style>{CSS}</style>")
    pages = [
        st.Page(partial(chat_page.show, desk), title="Ask", icon=":material/forum:", url_path="ask", default=True),
        st.Page(
            partial(operations_page.show, desk),
            title="Operations",
            icon=":material/monitoring:",
            url_path="operations",
        ),
        st.Page(partial(ledger_page.show, desk), title="Ledger", icon=":material/receipt_long:", url_path="ledger"),
    ]
    st.navigation(pages, position="top").run()


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
