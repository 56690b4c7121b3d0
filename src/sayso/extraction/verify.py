"""Check every claim of any extractor against what was said.

The same reading that the grammar extractor claims from decides here, so that the two can't drift apart: a claim is
supported where its quote holds the statement that counts for its feature, and the value is the same; contradicted where
the text says otherwise; unsupported where our grammar can't tell, which becomes one question. Only this module makes a
`Grounded`.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from sayso.contract.model import Feature
from sayso.conversation import Conversation, Proposal, Role
from sayso.extraction import dialogue as state
from sayso.extraction.claimed import ClaimError, claimed
from sayso.extraction.dialogue import Dialogue, Said
from sayso.extraction.question import clarifying_question
from sayso.extraction.schema import Claim, Evidence, Extraction, Grounded, Quote, Verdict, Verification
from sayso.failures import Failure, FailureClass
from sayso.language.dates import is_part
from sayso.language.reading import numbers
from sayso.language.statements import Effect
from sayso.language.vocabulary import Vocabulary


def verify(extraction: Extraction, conversation: Conversation, vocabulary: Vocabulary) -> Grounded | Failure:
    """Turn what was claimed into what is grounded, or fail on the first claim that the text contradicts.

    Returns:
        The state with evidence for each supported value and a proposal for each unsupported one, or a Failure of class
        ungrounded_value or contradicted_value that names every such feature.
    """
    dialogue = state.follow(conversation, vocabulary)
    verdicts = _verdicts(extraction.features, dialogue, conversation, vocabulary)
    faults = {name: verdict for name, verdict in verdicts.items() if verdict.verdict is Verdict.CONTRADICTED}
    if faults:
        worst = FailureClass.of_label(next(iter(faults.values())).reason.partition(":")[0])
        detail = "; ".join(f"{name}: {verdict.reason}" for name, verdict in faults.items())
        return Failure(worst or FailureClass.CONTRADICTED_VALUE, detail)
    return _grounded(extraction, verdicts, dialogue, conversation, vocabulary)


def verdicts(
    claims: Mapping[str, Claim | None], conversation: Conversation, vocabulary: Vocabulary
) -> Mapping[str, Verification]:
    """Judge each claim that is not null, by feature."""
    return _verdicts(claims, state.follow(conversation, vocabulary), conversation, vocabulary)


def _verdicts(
    claims: Mapping[str, Claim | None], dialogue: Dialogue, conversation: Conversation, vocabulary: Vocabulary
) -> dict[str, Verification]:
    judge = _Judge(dialogue, conversation, vocabulary)
    return {name: judge.claim(name, claim) for name, claim in claims.items() if claim is not None}


def _grounded(
    extraction: Extraction,
    verdicts: Mapping[str, Verification],
    dialogue: Dialogue,
    conversation: Conversation,
    vocabulary: Vocabulary,
) -> Grounded:
    contract = vocabulary.contract
    features = {name: verdicts[name].evidence if name in verdicts else None for name in contract.names}
    missing = tuple(name for name, evidence in features.items() if evidence is None)
    proposes = {name: verdict.proposal for name, verdict in verdicts.items() if verdict.proposal is not None}
    opened = {
        name: found
        for index, name in enumerate(contract.names)
        if name in missing and (found := state.opened(dialogue, conversation, index)) is not None
    }
    used = [evidence for evidence in features.values() if evidence is not None]
    return Grounded(
        features=features,
        open=opened,
        missing_features=missing,
        assumptions=extraction.assumptions,
        clarifying_question=clarifying_question(contract, missing, opened, proposes),
        unused=state.unused(dialogue, used),
        proposes=proposes,
    )


UNGROUNDED, CONTRADICTED = "ungrounded_value", "contradicted_value"


class _Judge:
    """Judge claims about one conversation."""

    def __init__(self, dialogue: Dialogue, conversation: Conversation, vocabulary: Vocabulary) -> None:
        self.dialogue = dialogue
        self.conversation = conversation
        self.vocabulary = vocabulary

    def claim(self, name: str, claim: Claim) -> Verification:
        """Judge one claim."""
        if name not in self.vocabulary.contract.by_name:
            return _contradicted(UNGROUNDED, "the contract has no such feature")
        index = self.vocabulary.contract.names.index(name)
        feature = self.vocabulary.contract.features[index]
        try:
            value = claimed(self.vocabulary, feature, claim.value, claim.unit)
        except ClaimError as reason:
            return _contradicted(UNGROUNDED, str(reason))
        confirmed = self.dialogue.confirmed.get(index)
        if confirmed is not None and _equal(value, _exact(confirmed.value)):
            return Verification(Verdict.SUPPORTED, "confirmed", confirmed)
        said = self._part_of_a_date(index, feature, value, claim.quote)
        if said is not None:
            return Verification(Verdict.SUPPORTED, "stated", state.evidence_of(said, self.conversation, feature))
        places = list(self._places(claim.quote))
        if not places:
            return _contradicted(UNGROUNDED, "the quote is not in what the user said")
        judged = self._placed(index, feature, value, places)
        if judged.verdict is not Verdict.UNSUPPORTED:
            return judged
        return replace(judged, proposal=Proposal(state.plain(feature, value), feature.unit, claim.quote))

    def _placed(self, index: int, feature: Feature, value: Fraction | str, places: list[Quote]) -> Verification:
        """Judge a claim whose quote was found."""
        held = self.dialogue.held.get(index)
        if held is not None:
            if not _equal(value, held.statement.value):
                return _contradicted(CONTRADICTED, "the text says otherwise for this feature")
            said = self._statement_in(index, value, places)
            if said is None:
                return _contradicted(CONTRADICTED, "the quote is not where the value is said")
            return Verification(Verdict.SUPPORTED, "stated", state.evidence_of(said, self.conversation, feature))
        if index in self.dialogue.confirmed:
            return _contradicted(CONTRADICTED, "another value was confirmed")
        opened = self.dialogue.open.get(index)
        if opened is not None:
            return _contradicted(CONTRADICTED, opened.statement.reason or "it was taken back")
        return self._unbound(index, value, places)

    def _unbound(self, index: int, value: Fraction | str, places: list[Quote]) -> Verification:
        """Judge a claim on words that our grammar gives to no feature, or to another."""
        elsewhere = [
            said
            for said in self.dialogue.said
            if said.statement.effect is Effect.SET and any(_holds(place, said) for place in places)
        ]
        if any(said.statement.feature == index for said in elsewhere):
            return _contradicted(CONTRADICTED, "it was said and is no longer")
        if elsewhere:
            return _contradicted(CONTRADICTED, "these words state another feature")
        if isinstance(value, str):
            return Verification(Verdict.UNSUPPORTED, "the words name no value of this category")
        readable = [read for place in places for read in numbers(place.text, self.vocabulary, index)]
        if not readable:
            return _contradicted(UNGROUNDED, "the quote holds no number")
        if not any(_equal(value, read) for read in readable):
            return _contradicted(CONTRADICTED, "the quote says another number")
        if any(
            said.statement.feature == index and said.statement.effect is Effect.DENIED for said in self.dialogue.said
        ):
            return _contradicted(CONTRADICTED, "it was denied, or said of another time")
        return Verification(Verdict.UNSUPPORTED, "the words can be read in more than one way")

    def _statement_in(self, index: int, value: Fraction | str, places: list[Quote]) -> Said | None:
        """Find a statement of this value that a quote holds, in the turns from the one that counts."""
        held = self.dialogue.held[index]
        for said in reversed(self.dialogue.said):
            statement = said.statement
            same = statement.feature == index and statement.effect is Effect.SET and _equal(value, statement.value)
            if same and said.turn == held.turn and any(_holds(place, said) for place in places):
                return said
        return None

    def _part_of_a_date(self, index: int, feature: Feature, value: Fraction | str, quote: str) -> Said | None:
        """Find the held date of which a quote is the claimed part alone: ``2027`` of ``15 March 2027``."""
        held = self.dialogue.held.get(index)
        if held is None or feature.date_part is None or not _equal(value, held.statement.value):
            return None
        start, end = held.statement.core_start, held.statement.core_end
        text = self.conversation.turns[held.turn].text
        at = text.find(quote, start, end)
        on_edges = at >= 0 and _on_edges(text, at, at + len(quote))
        return held if on_edges and is_part(quote, feature.date_part, value) else None

    def _places(self, quote: str) -> list[Quote]:
        """Find every place in user turns where the quote stands on the edges of words."""
        found: list[Quote] = []
        if not quote.strip():
            return found
        for index, turn in enumerate(self.conversation.turns):
            if turn.role is not Role.USER:
                continue
            at = turn.text.find(quote)
            while at >= 0:
                if _on_edges(turn.text, at, at + len(quote)) and not self._cuts(index, at, at + len(quote)):
                    found.append(Quote(quote, index, at, at + len(quote)))
                at = turn.text.find(quote, at + 1)
        return found

    def _cuts(self, turn: int, start: int, end: int) -> bool:
        """Say whether a span cuts a number in two: never ``2`` in ``1.2``."""
        return any(
            mention.turn == turn
            and mention.start < end
            and start < mention.end
            and not (start <= mention.start and mention.end <= end)
            for mention in self.dialogue.mentions
        )


def _contradicted(reason: str, detail: str) -> Verification:
    return Verification(Verdict.CONTRADICTED, f"{reason}: {detail}")


def _exact(value: float | str) -> Fraction | str:
    return value if isinstance(value, str) else Fraction(repr(value))


def _equal(claimed: Fraction | str, said: Fraction | str | None) -> bool:
    """Compare a claim with what was said: exactly, or as a long converted value is written to four digits or more."""
    if isinstance(claimed, str) or isinstance(said, str) or said is None:
        return claimed == said
    if claimed == said or float(claimed) == float(said):  # an exact conversion goes out as the nearest double
        return True
    decimals = _decimals(claimed)
    if not decimals or _is_short(said) or abs(said) * 10**decimals < 1000:
        return False
    return bool(round(said * 10**decimals) == claimed * 10**decimals)


def _decimals(value: Fraction) -> int | None:
    """Count the decimals that a number is written with; None beyond twelve."""
    return next((places for places in range(13) if (value * 10**places).denominator == 1), None)


def _is_short(value: Fraction) -> bool:
    """Say whether a number has few decimals, so that it was written so and nothing needs rounding."""
    places = _decimals(value)
    return places is not None and places <= 2


def _holds(place: Quote, said: Said) -> bool:
    """Say whether a quote holds a statement's numeral or word."""
    statement = said.statement
    return place.turn == said.turn and place.start <= statement.core_start and statement.core_end <= place.end


def _on_edges(text: str, start: int, end: int) -> bool:
    """Say whether a span begins and ends between words, not inside one."""
    return not (start and _is_inside(text, start)) and not (end < len(text) and _is_inside(text, end))


def _is_inside(text: str, at: int) -> bool:
    left, right = text[at - 1], text[at]
    return left.isalnum() and right.isalnum() and (left.isdigit() == right.isdigit() or left.isalpha())


__all__ = ["Evidence", "verdicts", "verify"]
