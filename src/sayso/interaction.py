"""Ask: from words to exactly one outcome.

The pipeline reads as a list (`FrontDesk._stages`): extraction, verification, admission, inference. Each stage returns its
result or a `Failure`, which ends the interaction. Around it, `ask` keeps the promise: a durable row before anything
happens, a durable row before the caller hears of the outcome, and the same outcome in answer, ledger, log and metrics.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sayso.answer import Answer
from sayso.contract.admit import FeatureVector, admit, refusal, violations_of
from sayso.contract.model import Contract, Range
from sayso.conversation import Conversation
from sayso.extraction.extractors.port import Extractor
from sayso.extraction.schema import Grounded
from sayso.extraction.verify import verify
from sayso.failures import Failure, FailureClass, LedgerError
from sayso.inference_service import InferenceService, Prediction
from sayso.language.vocabulary import Vocabulary
from sayso.ledger.records import Finished, Purpose, Record, Stage, Started
from sayso.telemetry.observer import Observer
from sayso.wire import JSON


class Recorder(Protocol):
    """Make records durable."""

    async def record(self, record: Record) -> None:
        """Return when the record is durable; raise LedgerError when it can't be."""
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


@dataclass
class _Progress:
    """Collect what an interaction has found so far, for its last record."""

    interaction_id: str
    conversation_id: str
    started_s: float
    grounded: Grounded | None = None
    vector: FeatureVector | None = None
    extrapolated: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()


class FrontDesk:
    """Answer questions about one contract."""

    def __init__(  # noqa: PLR0913 - the parts of the pipeline, given by name in one place (wiring)
        self,
        *,
        vocabulary: Vocabulary,
        extractor: Extractor,
        inference: InferenceService,
        recorder: Recorder,
        observer: Observer,
        limits: Limits,
        revision: str | None,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        """Take the parts; `now` gives aware UTC time, `clock` monotonic seconds, `new_id` a UUIDv7."""
        self.contract: Contract = vocabulary.contract
        self.revision = revision
        self._vocabulary = vocabulary
        self._extractor = extractor
        self._inference = inference
        self._recorder = recorder
        self._observer = observer
        self._limits = limits
        self._now = now
        self._clock = clock
        self._new_id = new_id
        self._running: set[asyncio.Task[Answer]] = set()

    async def ask(self, question: Question) -> Answer:
        """Bring one question to its outcome, also when the caller goes away meanwhile."""
        task = asyncio.create_task(self._ask(question))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait until every interaction under way has ended."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _ask(self, question: Question) -> Answer:
        progress = _Progress(self._new_id(), question.conversation_id or self._new_id(), self._clock())
        started = self._started(question, progress)
        try:
            await self._recorder.record(started)
        except LedgerError as error:
            self._observer.interaction_started(started)
            return self._close(progress, _unrecorded(error))[1]
        self._observer.interaction_started(started)
        try:
            result = await self._stages(question, progress)
        except Exception as error:  # noqa: BLE001 - the outermost edge: a fault of ours is an outcome too
            result = Failure(FailureClass.BUG, f"{type(error).__name__} in {_where(error)}")
        return await self._finish(progress, result)

    async def _stages(self, question: Question, progress: _Progress) -> Prediction | Failure:
        """Run the pipeline: words → extraction → verification → admission → inference."""
        conversation = question.conversation
        if refused := self._too_long(conversation):
            return refused
        mark = self._clock()
        extraction = await self._extractor.extract(conversation, self._vocabulary)
        mark = self._staged(progress, "extraction", mark, extraction, {"extractor": self._extractor.kind})
        if isinstance(extraction, Failure):
            return extraction
        grounded = verify(extraction, conversation, self._vocabulary)
        mark = self._staged(progress, "verification", mark, grounded, {})
        if isinstance(grounded, Failure):
            return grounded
        progress.grounded = grounded
        vector = self._admit(grounded, progress)
        mark = self._staged(progress, "admission", mark, vector, {})
        if isinstance(vector, Failure):
            return vector
        progress.vector = vector
        prediction = await self._inference.predict(vector)
        attempts = {"attempts": prediction.attempts} if isinstance(prediction, Prediction) else {}
        self._staged(progress, "inference", mark, prediction, {"backend": self._inference.backend.kind, **attempts})
        return prediction

    def _too_long(self, conversation: Conversation) -> Failure | None:
        length = sum(len(turn.text) for turn in conversation.turns)
        if length <= self._limits.max_chars:
            return None
        return Failure(
            FailureClass.TOO_LARGE, f"the conversation has {length} characters; at most {self._limits.max_chars}"
        )

    def _admit(self, grounded: Grounded, progress: _Progress) -> FeatureVector | Failure:
        """Admit what was stated: first what can't be admitted at all, then what is missing, then extrapolation."""
        stated = {name: evidence.value for name, evidence in grounded.features.items() if evidence is not None}
        faults = tuple(v for v in violations_of(self.contract, stated) if v.rule != "missing_key")
        if faults:
            return refusal(faults)
        if not grounded.complete:
            return _asking(grounded)
        vector = admit(self.contract, stated)
        if isinstance(vector, Failure):
            return vector
        progress.extrapolated = tuple(self._beyond_training(vector))
        if progress.extrapolated and self._limits.block_extrapolation:
            names = ", ".join(f"{name} ({self._limits.training_ranges[name]})" for name in progress.extrapolated)
            return Failure(FailureClass.EXTRAPOLATION, f"beyond the training data: {names}")
        return vector

    def _beyond_training(self, vector: FeatureVector) -> list[str]:
        ranges = self._limits.training_ranges
        return [
            name
            for name, value in zip(self.contract.names, vector.values, strict=True)
            if name in ranges and isinstance(value, float) and value not in ranges[name]
        ]

    async def _finish(self, progress: _Progress, result: Prediction | Failure) -> Answer:
        """Make the outcome durable, then tell everyone the same."""
        finished, answer = self._record_and_answer(progress, result)
        try:
            for stage in progress.stages:
                self._observer.stage_finished(stage)
            await self._record_all(progress.stages, finished)
        except LedgerError as error:
            return self._close(progress, _unrecorded(error))[1]
        self._observer.interaction_finished(finished)
        return answer

    async def _record_all(self, stages: tuple[Stage, ...], finished: Finished) -> None:
        """Write the stages and the end together: one commit of the ledger's writer takes them all."""
        results = await asyncio.gather(
            *(self._recorder.record(record) for record in (*stages, finished)), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result

    def _close(self, progress: _Progress, failure: Failure) -> tuple[Finished, Answer]:
        """End an interaction that the ledger could not take; log and metrics still say so."""
        finished, answer = self._record_and_answer(progress, failure)
        self._observer.interaction_finished(finished)
        return finished, answer

    def _record_and_answer(self, progress: _Progress, result: Prediction | Failure) -> tuple[Finished, Answer]:
        answer = self._answer(progress, result)
        finished = Finished(
            interaction_id=progress.interaction_id,
            conversation_id=progress.conversation_id,
            at=self._now(),
            outcome=answer.outcome,
            code=answer.failure_class.code if answer.failure_class else None,
            failure_class=answer.failure_class,
            contract=self._reference(),
            revision=answer.revision,
            missing_features=answer.missing_features,
            contract_features=len(self.contract.features),
            prediction=answer.prediction_json(),
            extrapolated=answer.extrapolated,
            total_latency_ms=_ms(self._clock() - progress.started_s),
            stages_ms={stage.stage: stage.elapsed_ms for stage in progress.stages},
            values=progress.vector.as_instance() if progress.vector and answer.prediction else {},
            proposes=answer.as_json()["proposes"],  # type: ignore[arg-type]
            private=answer.as_json(),
        )
        return finished, answer

    def _answer(self, progress: _Progress, result: Prediction | Failure) -> Answer:
        grounded = progress.grounded
        failure = result if isinstance(result, Failure) else None
        answer = Answer(
            interaction_id=progress.interaction_id,
            conversation_id=progress.conversation_id,
            contract=self.contract,
            revision=result.revision if isinstance(result, Prediction) else self.revision,
            failure=failure,
            prediction=result if isinstance(result, Prediction) else None,
            features=dict.fromkeys(self.contract.names),
            extrapolated=progress.extrapolated,
        )
        if grounded is None:
            return answer
        asks = failure is not None and failure.failure_class.code.name == "NEEDS_INPUT"
        return replace(
            answer,
            features=grounded.features,
            missing_features=grounded.missing_features,
            clarifying_question=grounded.clarifying_question if asks else None,
            proposes=grounded.proposes if asks else {},
            unused=grounded.unused,
        )

    def _started(self, question: Question, progress: _Progress) -> Started:
        return Started(
            interaction_id=progress.interaction_id,
            conversation_id=progress.conversation_id,
            at=self._now(),
            contract=self._reference(),
            revision=self.revision,
            extractor=self._extractor.kind,
            purpose=question.purpose,
            idempotency_key=question.idempotency_key,
            private=turns_json(question.conversation),
        )

    def _staged(
        self, progress: _Progress, stage: str, mark: float, result: object, public: Mapping[str, JSON]
    ) -> float:
        """Note what a stage made and how long it took; give the time."""
        now = self._clock()
        failed = {"failure_class": result.failure_class.label} if isinstance(result, Failure) else {}
        counted = _counts(result)
        record = Stage(
            interaction_id=progress.interaction_id,
            at=self._now(),
            stage=stage,
            elapsed_ms=_ms(now - mark),
            public={**public, **counted, **failed},
            private=None,
        )
        progress.stages = (*progress.stages, record)
        return now

    def _reference(self) -> str:
        return f"{self.contract.name}@{self.contract.version}+{self.contract.digest}"


def turns_json(conversation: Conversation) -> JSON:
    """Give the wire form of a conversation."""
    return [
        {
            "role": turn.role.value,
            "text": turn.text,
            "asks": list(turn.asks),
            "proposes": {
                name: {"value": proposal.value, "unit": proposal.unit, "quote": proposal.quote}
                for name, proposal in turn.proposes.items()
            },
        }
        for turn in conversation.turns
    ]


def _asking(grounded: Grounded) -> Failure:
    """Say why a question has to be asked: a yes is wanted, words compete, or nothing was said."""
    opened = {name: grounded.open[name] for name in grounded.missing_features if name in grounded.open}
    if grounded.proposes:
        names = ", ".join(grounded.proposes)
        return Failure(FailureClass.UNCONFIRMED_VALUE, f"not certain, to be confirmed: {names}")
    if opened:
        reasons = "; ".join(f"{name}: {reason.reason}" for name, reason in opened.items())
        return Failure(FailureClass.AMBIGUOUS_VALUE, reasons)
    return Failure(FailureClass.MISSING_FEATURE, f"not stated: {', '.join(grounded.missing_features)}")


def _counts(result: object) -> dict[str, JSON]:
    if not isinstance(result, Grounded):
        return {}
    return {
        "grounded": len(result.features) - len(result.missing_features),
        "missing": len(result.missing_features),
        "open": sorted(result.open),
        "unused": len(result.unused),
    }


def _unrecorded(error: LedgerError) -> Failure:
    return Failure(FailureClass.LEDGER_UNAVAILABLE, str(error), retry_after_s=5)


def _where(error: BaseException) -> str:
    """Name the innermost place of ours that raised, without the values that it held."""
    trace = error.__traceback__
    place = "sayso"
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
