"""Let a language model judge: one request for each vote, read as strictly as an extraction is.

A reply that is not exactly the form, or that contradicts itself, is an error and no verdict. Each vote is told its
number, so that it is a request of its own and not the recording of the one before.
"""

import json
from collections.abc import Mapping
from importlib import resources

from sayso.completion import Completer, Message, RawReply, Speaker
from sayso.conversation import Turn
from sayso.evals.judging import CRITERIA, Criterion, Item, Judgement, Spent, Verdict, Vote, settled
from sayso.failures import Failure
from sayso.wire import JSON, loads

_KEYS = ("reason", "broken", "verdict")
_VERDICTS = (Verdict.PASSED, Verdict.FAILED, Verdict.UNSURE)


class LlmJudge:
    """Judge by a model."""

    kind: str = "llm"

    def __init__(self, completer: Completer, *, votes: int, deadline_s: float) -> None:
        """Take whoever asks the model, the odd number of votes, and the seconds that each may take."""
        self.model: str | None = f"{completer.provider}/{completer.model}"
        self.votes = votes
        self._completer = completer
        self._deadline_s = deadline_s

    async def judge(self, item: Item) -> Judgement:
        """Ask for every vote in turn; a vote that fails does not spare the others."""
        votes: list[Vote] = []
        spent = Spent()
        for number in range(1, self.votes + 1):
            reply = await self._completer.complete(
                messages(item, number, self.votes), REPLY_SCHEMA, deadline_s=self._deadline_s
            )
            votes.append(read_vote(reply))
            spent += _spent(reply)
        return settled(votes, spent)


def messages(item: Item, number: int, votes: int) -> tuple[Message, Message]:
    """Make the two messages of one vote."""
    shown = {**_shown(item), **({"reading": f"{number} of {votes}"} if votes > 1 else {})}
    return Message(Speaker.SYSTEM, prompt()), Message(Speaker.USER, json.dumps(shown, ensure_ascii=False))


def prompt() -> str:
    """Give the rules with the criteria in them."""
    text = resources.files("sayso.evals").joinpath("judge_prompt.md").read_text(encoding="utf-8")
    criteria = "\n".join(f"- `{criterion}`: {words}" for criterion, words in CRITERIA.items())
    return "\n".join(criteria if line == "CRITERIA" else line for line in text.splitlines())


def _shown(item: Item) -> dict[str, JSON]:
    return {
        "turns": [_turn(turn) for turn in item.conversation.turns],
        "form": [
            {
                "name": feature.name,
                "unit": feature.unit,
                "range": None if feature.range is None else [feature.range.low, feature.range.high],
                "values": list(feature.values),
                "words": list(feature.aliases),
            }
            for feature in item.vocabulary.contract.features
        ],
        "known": dict(item.known),
        "missing": list(item.missing),
        "unclear": {name: list(readings) for name, readings in item.unclear.items()},
        "to_confirm": {name: proposal.value for name, proposal in item.proposes.items()},
        "question": item.question,
        "assumptions": list(item.assumptions),
    }


def _turn(turn: Turn) -> JSON:
    return {"role": turn.role.value, "text": turn.text}


REPLY_SCHEMA: Mapping[str, JSON] = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "broken": {"type": "array", "items": {"type": "string", "enum": [criterion.value for criterion in Criterion]}},
        "verdict": {"type": "string", "enum": [verdict.value for verdict in _VERDICTS]},
    },
    "required": list(_KEYS),
    "additionalProperties": False,
}


def read_vote(reply: RawReply) -> Vote:
    """Read one reply strictly; anything but the form is an error that says what was found."""
    if isinstance(reply.result, Failure):
        return Vote(Verdict.ERROR, reason=str(reply.result))
    document = loads(reply.result.encode("utf-8", "surrogatepass"), finite_only=True)
    match document:
        case Failure(detail=detail):
            return Vote(Verdict.ERROR, reason=detail)
        case {"reason": str(reason), "broken": list() as broken, "verdict": str(word), **rest} if not rest:
            return _vote(reason, broken, word)
        case _:
            return Vote(Verdict.ERROR, reason=f"the reply is not an object of {', '.join(_KEYS)}")


def _vote(reason: str, broken: list[JSON], word: str) -> Vote:
    if word not in _VERDICTS:
        return Vote(Verdict.ERROR, reason=f"the verdict {word[:40]!r} is none")
    unknown = [name for name in broken if name not in list(Criterion)]
    if unknown:
        return Vote(Verdict.ERROR, reason=f"the criterion {str(unknown[0])[:40]!r} is none")
    verdict = Verdict(word)
    if (verdict is Verdict.FAILED) != bool(broken):
        return Vote(Verdict.ERROR, reason=f"the verdict is {word}, and {len(broken)} criteria are broken")
    return Vote(verdict, tuple(Criterion(str(name)) for name in broken), reason)


def _spent(reply: RawReply) -> Spent:
    usage = reply.usage
    return Spent(reply.requests, usage.input_tokens or 0, usage.output_tokens or 0)
