"""Follow a conversation turn by turn: set, correct, withdraw, confirm. The state is derived anew each time.

An assistant turn contributes what it asked and what it proposed, never a value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sayso.contract.model import Feature, FeatureType
from sayso.conversation import Conversation, Proposal, Role, Turn
from sayso.extraction.claimed import ClaimError, claimed
from sayso.extraction.form import read_form
from sayso.extraction.schema import Evidence, EvidenceKind, Open, Quote
from sayso.failures import FailureClass
from sayso.language.binding.state import Context
from sayso.language.confirmation import is_yes
from sayso.language.reading import Reading, read
from sayso.language.statements import Effect, Statement, settle
from sayso.language.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Said:
    """Hold one statement with the turn that made it."""

    turn: int
    statement: Statement


@dataclass(slots=True)
class Dialogue:
    """Hold where a conversation stands."""

    held: dict[int, Said] = field(default_factory=dict)
    """The statement that counts, by feature."""
    confirmed: dict[int, Evidence] = field(default_factory=dict)
    """What was proposed and met with a yes, by feature."""
    open: dict[int, Said] = field(default_factory=dict)
    """What was said of a feature that has no value."""
    said: list[Said] = field(default_factory=list)
    """Every statement, in order."""
    mentions: list[Quote] = field(default_factory=list)
    """Every numeral and date of the user's turns."""


def follow(conversation: Conversation, vocabulary: Vocabulary) -> Dialogue:
    """Read every turn in order and give the state after the last."""
    dialogue = Dialogue()
    assistant: Turn | None = None
    recent: tuple[int, ...] = ()
    for index, turn in enumerate(conversation.turns):
        if turn.role is Role.ASSISTANT:
            assistant = turn
            continue
        reading = _read(turn, vocabulary, assistant, recent)
        if assistant is not None and assistant.proposes and is_yes(turn.text):
            _confirm(dialogue, conversation, index, assistant.proposes, vocabulary)
        recent = tuple(_apply(dialogue, index, reading))
        for start, end in reading.mentions:
            dialogue.mentions.append(Quote(turn.text[start:end], index, start, end))
        assistant = None
    return dialogue


def _read(turn: Turn, vocabulary: Vocabulary, assistant: Turn | None, recent: tuple[int, ...]) -> Reading:
    if turn.form:
        return read_form(turn, vocabulary)
    return read(turn.text, vocabulary, Context(_asked(assistant, vocabulary), _asks(assistant, vocabulary), recent))


def _asked(assistant: Turn | None, vocabulary: Vocabulary) -> int | None:
    """Give the one feature that was asked for; a question about several takes no bare answer."""
    if assistant is None or len(assistant.asks) != 1 or assistant.asks[0] not in vocabulary.contract.by_name:
        return None
    return vocabulary.contract.names.index(assistant.asks[0])


def _asks(assistant: Turn | None, vocabulary: Vocabulary) -> tuple[int, ...]:
    names = vocabulary.contract.names
    return () if assistant is None else tuple(names.index(name) for name in assistant.asks if name in names)


def _apply(dialogue: Dialogue, turn: int, reading: Reading) -> Iterator[int]:
    """Let one turn's statements change the state; gives the features that it set."""
    by_feature: dict[int, list[Statement]] = {}
    for statement in reading.statements:
        dialogue.said.append(Said(turn, statement))
        by_feature.setdefault(statement.feature, []).append(statement)
    for feature, statements in by_feature.items():
        settled = settle(statements)
        if settled is None:
            continue
        said = Said(turn, settled)
        if settled.effect is Effect.DENIED and not _denies(dialogue, said):
            continue
        dialogue.held.pop(feature, None)
        dialogue.confirmed.pop(feature, None)
        dialogue.open.pop(feature, None)
        if settled.effect is Effect.SET:
            dialogue.held[feature] = said
            yield feature
        else:
            dialogue.open[feature] = said


def _denies(dialogue: Dialogue, said: Said) -> bool:
    """Say whether a denial takes back the value that is held; any other denial states nothing."""
    held = dialogue.held.get(said.statement.feature)
    return held is None or held.statement.value == said.statement.value


def _confirm(
    dialogue: Dialogue,
    conversation: Conversation,
    turn: int,
    proposes: Mapping[str, Proposal],
    vocabulary: Vocabulary,
) -> None:
    """Take a yes as the say-so for exactly what was proposed."""
    for name, proposal in proposes.items():
        if name not in vocabulary.contract.by_name:
            continue
        index = vocabulary.contract.names.index(name)
        feature = vocabulary.contract.features[index]
        try:
            value = plain(feature, claimed(vocabulary, feature, proposal.value, proposal.unit))
        except ClaimError:
            continue
        quote = _place(conversation.turns[: turn + 1], proposal.quote, turn)
        dialogue.confirmed[index] = Evidence(
            value, feature.unit, quote.text, quote.turn, quote.start, quote.end, EvidenceKind.CONFIRMED
        )
        dialogue.held.pop(index, None)
        dialogue.open.pop(index, None)


def _place(turns: Sequence[Turn], text: str, turn: int) -> Quote:
    """Find the words that were proposed, in the latest user turn that holds them; else point at the yes."""
    for index in range(turn, -1, -1):
        at = turns[index].text.find(text) if turns[index].role is Role.USER and text else -1
        if at >= 0:
            return Quote(text, index, at, at + len(text))
    whole = turns[turn].text
    start = len(whole) - len(whole.lstrip())
    end = len(whole.rstrip())
    return Quote(whole[start:end], turn, start, end)


def evidence(dialogue: Dialogue, conversation: Conversation, index: int, feature: Feature) -> Evidence | None:
    """Give the evidence for a feature; None where nothing counts."""
    if index in dialogue.confirmed:
        return dialogue.confirmed[index]
    said = dialogue.held.get(index)
    return None if said is None else evidence_of(said, conversation, feature)


def evidence_of(said: Said, conversation: Conversation, feature: Feature) -> Evidence:
    """Point at the words of one statement, with its value as JSON can hold it."""
    statement = said.statement
    assert statement.value is not None
    turn = conversation.turns[said.turn]
    return Evidence(
        plain(feature, statement.value),
        feature.unit,
        turn.text[statement.start : statement.end],
        said.turn,
        statement.start,
        statement.end,
        EvidenceKind.FORM if turn.form else EvidenceKind.STATED,
    )


def plain(feature: Feature, value: Fraction | str) -> float | int | str:
    """Give a value as JSON holds it: an int for a whole number of an integer feature, else the nearest double."""
    if isinstance(value, str):
        return value
    if feature.type is FeatureType.INTEGER and value.denominator == 1:
        return int(value)
    return float(value)


def opened(dialogue: Dialogue, conversation: Conversation, index: int) -> Open | None:
    """Say what was said of a feature that has no value."""
    said = dialogue.open.get(index)
    if said is None or said.statement.effect is not Effect.BLOCKED:
        return None
    quotes = dict.fromkeys(
        conversation.turns[other.turn].text[other.statement.core_start : other.statement.core_end]
        for other in dialogue.said
        if other.statement.feature == index and other.turn == said.turn and other.statement.effect is not Effect.DENIED
    )
    return Open(FailureClass.AMBIGUOUS_VALUE, said.statement.reason, tuple(quotes))


def unused(dialogue: Dialogue, used: Sequence[Evidence]) -> tuple[Quote, ...]:
    """List the numerals that are no feature's final evidence."""
    spans = {(item.turn, item.start, item.end) for item in used}
    return tuple(
        mention
        for mention in dialogue.mentions
        if not any(turn == mention.turn and start <= mention.start and mention.end <= end for turn, start, end in spans)
    )
