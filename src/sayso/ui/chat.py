"""Keep one person's exchanges in order, and word the next question in their light."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sayso.answer import Answer, reply_turn
from sayso.conversation import Conversation, Role, Turn, filled
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
    return _next(history, Turn(Role.USER, text))


def by_hand(history: Sequence[Exchange], typed: Mapping[str, str]) -> Question:
    """Make the next question of what was typed into features' own fields."""
    return _next(history, filled(typed))


def again(history: Sequence[Exchange]) -> Question:
    """Ask the last question once more, as it was asked."""
    last = history[-1]
    return Question(Conversation(last.turns), last.answer.conversation_id)


def before(history: Sequence[Exchange], place: int) -> Answer | None:
    """Give the last prediction before an exchange; None where there was none."""
    earlier = (exchange.answer for exchange in reversed(history[:place]))
    return next((answer for answer in earlier if answer.prediction is not None), None)


def _next(history: Sequence[Exchange], said: Turn) -> Question:
    if not history:
        return Question(Conversation((said,)))
    last = history[-1]
    turns = (*last.turns, reply_turn(last.answer), said)
    return Question(Conversation(turns), last.answer.conversation_id)
