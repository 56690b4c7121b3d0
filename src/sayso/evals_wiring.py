"""Make what an evaluation needs from sayso.toml and gate.toml: the extractor as it is deployed, the judge, their names.

The extractor is the deployment's own, so that what was measured is what is served; only where a model's replies come
from can be chosen apart.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from sayso import llm_wiring
from sayso.completion import Completer, Message, RawReply
from sayso.contract.model import Contract
from sayso.evals.identity import ExtractorIdentity, code_digest, digest, text_digest
from sayso.evals.judging import Judge
from sayso.evals.limits import GatePlan
from sayso.evals.llm_judge import LlmJudge
from sayso.evals.llm_judge import prompt as judge_prompt
from sayso.evals.replies import Mode, Replies
from sayso.evals.rubric import Rubric
from sayso.evals.run import Bench
from sayso.extraction.extractors.grammar import GrammarExtractor
from sayso.extraction.extractors.llm.extractor import LlmExtractor
from sayso.extraction.extractors.llm.schema import reply_schema
from sayso.extraction.extractors.port import Extractor
from sayso.failures import Failure, SettingsError
from sayso.language.vocabulary import DecimalStyle, Vocabulary
from sayso.llm.choices import Choices
from sayso.llm.recordings import Recordings
from sayso.settings import LlmSection, Settings
from sayso.wire import JSON

ReplyMode = Literal["live", "record", "replay"]


@dataclass(slots=True)
class Origins:
    """Note where replies come from, as they come."""

    modes: set[ReplyMode] = field(default_factory=set)
    dates: list[datetime] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    undated: int = 0

    def replies(self) -> Replies:
        """Give what was noted."""
        if not self.modes:
            return Replies(Mode.NONE)
        if "replay" not in self.modes:
            return Replies(Mode.LIVE)
        oldest, newest = min(self.dates, default=None), max(self.dates, default=None)
        return Replies(Mode.RECORDED, oldest, newest, tuple(self.missing), self.undated)


class _Dated:
    """Replay, and note when each reply was recorded, or that it was not."""

    def __init__(self, inner: Completer, recordings: Recordings, origins: Origins) -> None:
        self.provider = inner.provider
        self.model = inner.model
        self._inner = inner
        self._recordings = recordings
        self._origins = origins

    async def complete(self, messages: Sequence[Message], schema: Mapping[str, JSON], *, deadline_s: float) -> RawReply:
        """Give the recording of this question, or the failure that there is none."""
        found = self._recordings.find(self._recordings.key(messages, schema))
        if isinstance(found, Failure):
            self._origins.missing.append(found.detail)
        else:
            self._note(found.recorded_at)
        return await self._inner.complete(messages, schema, deadline_s=deadline_s)

    def _note(self, recorded_at: str) -> None:
        try:
            time_of = datetime.fromisoformat(recorded_at)
        except ValueError:
            time_of = None
        if time_of is None or time_of.tzinfo is None:
            self._origins.undated += 1
        else:
            self._origins.dates.append(time_of)


@dataclass(frozen=True, slots=True)
class Made:
    """Hold what was made for one run."""

    bench: Bench
    extractor: ExtractorIdentity
    judge_prompt: str | None
    """The hash of what a judge is told; None for rules."""
    origins: Origins


def make(settings: Settings, plan: GatePlan, contract: Contract, replies: ReplyMode | None) -> Made:
    """Make extractor and judge.

    Args:
        settings: the deployment's.
        plan: its gate.toml.
        contract: its contract.
        replies: where models' replies come from, for both; None for what the settings say.

    Raises:
        SettingsError: a setting can't be used.
    """
    origins = Origins()
    identity = extractor_identity(settings, contract)
    judge, told = _judge(settings, plan, replies, origins)
    measured: dict[str, JSON] = {
        "extractor": {key: getattr(identity, key) for key in ExtractorIdentity.__struct_fields__},
        "judge": [judge.kind, judge.model, judge.votes, told],
        "code": code_digest(),
    }
    return Made(
        bench=Bench(
            vocabulary=Vocabulary.of(contract, decimal=DecimalStyle(settings.language.decimal)),
            extractor=_extractor(settings, replies, origins),
            judge=judge,
            fingerprint=digest(measured),
            clock=time.monotonic,
        ),
        extractor=identity,
        judge_prompt=told,
        origins=origins,
    )


def extractor_identity(settings: Settings, contract: Contract) -> ExtractorIdentity:
    """Name the extractor that a deployment declares; what deploy compares with a gate's report."""
    shared: dict[str, JSON] = {"decimal": settings.language.decimal}
    schema = digest(reply_schema(contract))
    match settings.extractor.kind:
        case "grammar":
            return ExtractorIdentity("grammar", None, None, schema, digest(shared))
        case "llm":
            said = settings.llm
            chosen: dict[str, JSON] = {
                **shared,
                "base_url": said.base_url,
                "project": said.project,
                "location": said.location,
                "temperature": said.temperature,
                "max_output_tokens": said.max_output_tokens,
                "max_input_chars": said.max_input_chars,
                "deadline_s": said.deadline_s,
            }
            model = f"{said.provider}/{said.model}"
            return ExtractorIdentity("llm", model, text_digest(llm_wiring.prompt()), schema, digest(chosen))


def _extractor(settings: Settings, replies: ReplyMode | None, origins: Origins) -> Extractor:
    match settings.extractor.kind:
        case "grammar":
            return GrammarExtractor()
        case "llm":
            return LlmExtractor(
                _completer(settings, settings.llm, replies, origins),
                llm_wiring.prompt(),
                deadline_s=settings.llm.deadline_s,
                max_input_chars=settings.llm.max_input_chars,
            )


def _judge(settings: Settings, plan: GatePlan, replies: ReplyMode | None, origins: Origins) -> tuple[Judge, str | None]:
    if plan.judge.kind == "rubric":
        return Rubric(), None
    try:
        said = LlmSection.model_validate(plan.judge.llm)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{plan.source}: [judge.llm] {place}: {first['msg']}") from error
    judge = LlmJudge(_completer(settings, said, replies, origins), votes=plan.judge.votes, deadline_s=said.deadline_s)
    return judge, text_digest(judge_prompt())


def _completer(settings: Settings, said: LlmSection, replies: ReplyMode | None, origins: Origins) -> Completer:
    """Make whoever asks a model; nothing here spends from the deployment's daily budget."""
    mode = replies or said.mode
    chosen = said.model_copy(update={"mode": mode, "daily_tokens": None})
    made = llm_wiring.completer(settings.model_copy(update={"llm": chosen}), lambda _: 0)
    origins.modes.add(mode)
    if mode != "replay":
        return made
    choices = Choices(said.temperature, said.max_output_tokens)
    recordings = Recordings(settings.path(said.recordings), said.provider, said.model, choices)
    return _Dated(made, recordings, origins)
