"""Talk to a front desk in this process, as the page does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.conftest import ROOT, environment

from sayso.interaction import Question
from sayso.settings import load
from sayso.ui.chat import Exchange, by_hand, question
from sayso.ui.desk import PageDesk, page_desk


class Talk:
    """Hold one conversation."""

    def __init__(self, desk: PageDesk) -> None:
        """Begin it."""
        self.desk = desk
        self.history: list[Exchange] = []

    def say(self, text: str) -> Exchange:
        """Say something, and give the exchange."""
        return self.ask(question(self.history, text))

    def fill(self, **typed: str) -> Exchange:
        """Fill in fields; a name's spaces are underscores here."""
        return self.ask(by_hand(self.history, {name.replace("_", " "): text for name, text in typed.items()}))

    def ask(self, asked: Question) -> Exchange:
        """Put a question."""
        self.history.append(Exchange(asked.conversation.turns, self.desk.ask(asked)))
        return self.history[-1]


@contextmanager
def desk_in(folder: Path, **changes: str) -> Iterator[PageDesk]:
    """Open a front desk whose ledger lies in a folder of the test's own."""
    mine = {name: value for name, value in environment(folder, **changes).items() if name.startswith("SAYSO_")}
    with page_desk(load(ROOT / "sayso.toml", mine), stderr_log=False) as desk:
        yield desk
