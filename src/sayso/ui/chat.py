"""Keep one person's exchanges in order, and word the next question in their light."""

from collections.abc import Sequence
from dataclasses import dataclass

from sayso.answer import Answer, reply_turn
from sayso.conversation import Conversation, Role, Turn
from sayso.interaction import Question

YES, NO = "yes", "no"
"""What the two buttons of a confirmation say for the user."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Hold one question with the turns before it, and its answer."""

    turns: tuple[Turn, ...]
    answer: Answer

    @property
    def asked_at(self) -> int:
        """Give the index of the user's last turn."""
        return len(self.turns) - 1

    @property
    def text(self) -> str:
        """Give what the user said last."""
        return self.turns[-1].text


def question(history: Sequence[Exchange], text: str) -> Question:
    """Make the next question: all that was said before counts, also after a prediction ("what if …?")."""
    said = Turn(Role.USER, text)
    if not history:
        return Question(Conversation((said,)))
    last = history[-1]
    turns = (*last.turns, reply_turn(last.answer), said)
    return Question(Conversation(turns), last.answer.conversation_id)
