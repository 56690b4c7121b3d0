"""Ask: from words to exactly one outcome.

The pipeline reads as a list (`FrontDesk._stages`): extraction, verification, admission, inference. Each stage returns
its result or a `Failure`, which ends the interaction. Around it, `ask` keeps the promise: a durable row before
anything happens, a durable row before the caller hears of the outcome, and the same outcome in answer, ledger, log
and metrics.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sayso.account import Account
from sayso.answer import Answer
from sayso.contract.admit import FeatureVector, admit, refusal, violations_of
from sayso.contract.model import Contract, Range
from sayso.conversation import Conversation
from sayso.extraction.extractors.port import Consulted, Extractor, facts, replies
from sayso.extraction.schema import Grounded
from sayso.extraction.tally import tally
from sayso.extraction.verify import verify
from sayso.failures import Failure, FailureClass, LedgerError
from sayso.inference.attempts import Attempt, attempted
from sayso.inference_service import InferenceService, Prediction
from sayso.language.vocabulary import Vocabulary
from sayso.ledger.records import Purpose, Record
from sayso.telemetry.observer import Observer


class Recorder(Protocol):
    """Make records durable."""

    async def record(self, *records: Record) -> None:
        """Return when all are durable, in one commit; raise LedgerError when they can't be.

        A start whose idempotency key is recorded already raises KeyTakenError, and is not recorded.
        """
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """Hold what is asked, and for whom it counts."""

    conversation: Conversation
    conversation_id: str | None = None
    idempotency_key: str | None = None
    purpose: Purpose = Purpose.ASK


@dataclass(frozen=True, slots=True)
class Limits:
    """Hold what this deployment allows beyond the contract."""

    max_chars: int
    """The longest conversation, in code points over all turns."""
    training_ranges: Mapping[str, Range]
    """What the model learned from; empty where unknown."""
    block_extrapolation: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """Hold where time and names come from."""

    now: Callable[[], datetime]
    """Aware UTC time."""
    clock: Callable[[], float]
    """Monotonic seconds."""
    new_id: Callable[[], str]
    """A UUIDv7."""


class FrontDesk:
    """Answer questions about one contract."""

    def __init__(
        self,
        *,
        vocabulary: Vocabulary,
        extractor: Extractor,
        inference: InferenceService,
        recorder: Recorder,
        observer: Observer,
        limits: Limits,
        revision: str | None,
        sources: Sources,
    ) -> None:
        """Take the parts; `revision` is the deployed revision where it is known before the model answers."""
        self.contract: Contract = vocabulary.contract
        self._vocabulary = vocabulary
        self._extractor = extractor
        self._inference = inference
        self._recorder = recorder
        self._observer = observer
        self._limits = limits
        self._revision = revision
        self._sources = sources
        self._running: set[asyncio.Task[Answer]] = set()

    async def ask(self, question: Question) -> Answer:
        """Bring one question to its outcome, also when the caller goes away meanwhile.

        Raises:
            KeyTakenError: its idempotency key belongs to an interaction that is recorded; this is none.
        """
        task = asyncio.create_task(self._ask(question))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait until every interaction under way has ended."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _ask(self, question: Question) -> Answer:
        account = self._open(question)
        started = account.started(
            question.conversation,
            extractor=self._extractor.kind,
            purpose=question.purpose,
            idempotency_key=question.idempotency_key,
        )
        try:
            await self._recorder.record(started)
        except LedgerError as error:
            self._observer.interaction_started(started)
            return self._unrecorded(account, error)
        self._observer.interaction_started(started)
        try:
            result = await self._stages(question.conversation, account)
        except Exception as error:  # noqa: BLE001 - the outermost edge: a fault of ours is an outcome too
            result = Failure(FailureClass.BUG, f"{type(error).__name__} in {_where(error)}")
        return await self._close(account, result)

    async def _stages(self, conversation: Conversation, account: Account) -> Prediction | Failure:
        """Run the pipeline: words → extraction → verification → admission → inference."""
        if refused := self._too_long(conversation):
            return refused

        consulted: list[Consulted] = []
        extraction = await self._extractor.extract(conversation, self._vocabulary, watch=consulted.append)
        account.staged("extraction", extraction, private=replies(consulted), **facts(consulted, self._extractor.kind))
        if isinstance(extraction, Failure):
            return extraction

        grounded = verify(extraction, conversation, self._vocabulary)
        verdicts = dict(tally(grounded, extraction, conversation, self._vocabulary))
        account.staged("verification", grounded, extractor=self._extractor.kind, verdicts=verdicts)  # type: ignore[arg-type]
        if isinstance(grounded, Failure):
            return grounded
        account.grounded = grounded

        vector = self._admit(grounded, account)
        account.staged("admission", vector)
        if isinstance(vector, Failure):
            return vector
        account.vector = vector

        attempts: list[Attempt] = []
        prediction = await self._inference.predict(vector, watch=attempts.append)
        account.staged("inference", prediction, backend=self._inference.backend.kind, **attempted(attempts))
        return prediction

    def _too_long(self, conversation: Conversation) -> Failure | None:
        length = sum(len(turn.text) for turn in conversation.turns)
        if length <= self._limits.max_chars:
            return None
        return Failure(FailureClass.TOO_LARGE, f"{length} characters were said; at most {self._limits.max_chars}")

    def _admit(self, grounded: Grounded, account: Account) -> FeatureVector | Failure:
        """Refuse what can't be admitted, then ask for what is missing, then look at the training range."""
        stated = {name: evidence.value for name, evidence in grounded.features.items() if evidence is not None}
        # Nobody is asked for the rest of a row that can't be admitted anyway.
        faults = tuple(fault for fault in violations_of(self.contract, stated) if fault.rule != "missing_key")
        if faults:
            return refusal(faults)
        if not grounded.complete:
            return _asking(grounded)
        vector = admit(self.contract, stated)
        if isinstance(vector, FeatureVector):
            account.extrapolated = tuple(self._beyond_training(vector))
            if account.extrapolated and self._limits.block_extrapolation:
                return self._extrapolation(account.extrapolated)
        return vector

    def _beyond_training(self, vector: FeatureVector) -> list[str]:
        ranges = self._limits.training_ranges
        return [
            name
            for name, value in vector.as_instance().items()
            if name in ranges and isinstance(value, float) and value not in ranges[name]
        ]

    def _extrapolation(self, names: tuple[str, ...]) -> Failure:
        learned = "; ".join(f"{name}: learned from {self._limits.training_ranges[name]}" for name in names)
        return Failure(FailureClass.EXTRAPOLATION, learned)

    async def _close(self, account: Account, result: Prediction | Failure) -> Answer:
        """Make the outcome durable, then tell everyone the same."""
        finished, answer = account.close(result)
        try:
            await self._recorder.record(*account.stages, finished)
        except LedgerError as error:
            return self._unrecorded(account, error)
        for stage in account.stages:
            self._observer.stage_finished(stage)
        self._observer.interaction_finished(finished)
        return answer

    def _unrecorded(self, account: Account, error: LedgerError) -> Answer:
        """End an interaction that the ledger could not take: no prediction, and log and metrics say so."""
        finished, answer = account.close(Failure(FailureClass.LEDGER_UNAVAILABLE, str(error), retry_after_s=5))
        self._observer.interaction_finished(finished)
        return answer

    def _open(self, question: Question) -> Account:
        interaction_id = self._sources.new_id()
        return Account(
            interaction_id=interaction_id,
            conversation_id=question.conversation_id or self._sources.new_id(),
            contract=self.contract,
            revision=self._revision,
            now=self._sources.now,
            clock=self._sources.clock,
        )


def _asking(grounded: Grounded) -> Failure:
    """Say why a question has to be asked: a yes is wanted, words compete, or nothing was said."""
    if grounded.proposes:
        return Failure(FailureClass.UNCONFIRMED_VALUE, f"not certain, to be confirmed: {', '.join(grounded.proposes)}")
    opened = {name: grounded.open[name].reason for name in grounded.missing_features if name in grounded.open}
    if opened:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in opened.items())
        return Failure(FailureClass.AMBIGUOUS_VALUE, reasons)
    return Failure(FailureClass.MISSING_FEATURE, f"not stated: {', '.join(grounded.missing_features)}")


def _where(error: BaseException) -> str:
    """Name the innermost place that raised, without the values that it held."""
    place, trace = "sayso", error.__traceback__
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
