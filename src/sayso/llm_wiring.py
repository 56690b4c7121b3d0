"""Make the extractor that the settings declare, and whoever asks its model: client, recordings, budget.

Nothing of a language model's client is imported unless the settings ask for one, live.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING

from sayso.completion import Completer
from sayso.extraction.extractors.grammar import GrammarExtractor
from sayso.extraction.extractors.port import Extractor
from sayso.failures import SettingsError
from sayso.settings import Settings

if TYPE_CHECKING:
    from sayso.llm.choices import Choices

SpentSince = Callable[[datetime], int]
"""Sum the tokens charged since a time; may raise LedgerError."""


def extractor(settings: Settings, spent_since: SpentSince) -> Extractor:
    """Make the deployment's extractor; raises SettingsError where a setting can't be used."""
    match settings.extractor.kind:
        case "grammar":
            return GrammarExtractor()
        case "llm":
            from sayso.extraction.extractors.llm.extractor import LlmExtractor  # noqa: PLC0415

            return LlmExtractor(
                completer(settings, spent_since),
                prompt(),
                deadline_s=settings.llm.deadline_s,
                max_input_chars=settings.llm.max_input_chars,
            )


def completer(settings: Settings, spent_since: SpentSince) -> Completer:
    """Make whoever asks the model of ``[llm]``: for the extractor, for a judge, for ``sayso doctor``.

    Raises:
        SettingsError: a setting can't be used, the key is missing, or the extra ``llm`` is not installed.
    """
    from sayso.llm.budget import BudgetedCompleter  # noqa: PLC0415
    from sayso.llm.choices import Choices  # noqa: PLC0415
    from sayso.llm.recordings import RecordingCompleter, Recordings, ReplayCompleter  # noqa: PLC0415

    said = settings.llm
    choices = Choices(said.temperature, said.max_output_tokens)
    recordings = Recordings(settings.path(said.recordings), said.provider, said.model, choices)
    if said.mode == "replay":
        return ReplayCompleter(recordings)
    live = _live(settings, choices)
    made = RecordingCompleter(live, recordings, _now) if said.mode == "record" else live
    if said.daily_tokens is None:
        return made
    return BudgetedCompleter(made, said.daily_tokens, choices, spent_since=spent_since, now=_now)


def prompt() -> str:
    """Read the rules that a model is told."""
    return resources.files("sayso.extraction").joinpath("prompt.md").read_text(encoding="utf-8")


def _live(settings: Settings, choices: "Choices") -> Completer:
    from sayso.llm.target import target  # noqa: PLC0415

    said = settings.llm
    where = target(
        provider=said.provider,
        base_url=said.base_url,
        model=said.model,
        api_key_env=said.api_key_env,
        project=said.project,
        location=said.location,
        credentials=said.credentials,
        root=settings.root,
        environment=os.environ,
    )
    try:
        from sayso.llm.client import DirectCompleter  # noqa: PLC0415 - an extra, and a second to import
    except ImportError as error:
        raise SettingsError("[extractor] kind = 'llm' needs the extra llm: pip install 'sayso[llm]'") from error
    return DirectCompleter(where, choices, time.monotonic)


def _now() -> datetime:
    return datetime.now(UTC)
