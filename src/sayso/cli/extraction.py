"""Read words outside of an interaction, by the extractor that the deployment or the command line names."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sayso.cli.options import ExtractorKind, settings

if TYPE_CHECKING:
    from datetime import datetime

    from sayso.conversation import Conversation
    from sayso.extraction.extractors.port import Consulted
    from sayso.extraction.schema import Extraction
    from sayso.failures import Failure
    from sayso.language.vocabulary import Vocabulary
    from sayso.settings import Settings

    Read = Callable[[Conversation, Vocabulary], Extraction | Failure]


@contextmanager
def reader(config: Path, kind: ExtractorKind | None) -> "Iterator[Read]":
    """Give what reads one conversation after another; settings are needed for a language model only.

    Raises:
        LedgerError: a daily budget is set, and the ledger can't be opened.
        SettingsError: a setting can't be used.
    """
    if not config.exists() and kind is not ExtractorKind.LLM:
        from sayso.extraction.extractors.grammar import claims

        yield claims
        return
    with ExitStack() as open_:
        yield _extract(settings(config, extractor=kind), open_)


def _extract(chosen: "Settings", open_: ExitStack) -> "Read":
    from sayso.llm_wiring import extractor

    spent: list[int] = []
    before = _spent_before(chosen, open_)
    made = extractor(chosen, lambda since: before(since) + sum(spent))
    runner = open_.enter_context(asyncio.Runner())

    def note(consulted: "Consulted") -> None:
        charged = consulted.public.get("tokens_charged")
        spent.append(charged if isinstance(charged, int) else 0)

    return lambda conversation, vocabulary: runner.run(made.extract(conversation, vocabulary, watch=note))


def _spent_before(chosen: "Settings", open_: ExitStack) -> "Callable[[datetime], int]":
    """Give what the deployment's interactions spent of a budget; what is read here is no interaction."""
    if chosen.extractor.kind == "grammar" or chosen.llm.daily_tokens is None:
        return lambda _: 0
    from sayso.wiring import new_id, open_ledger

    ledger = open_ledger(chosen, new_id())
    open_.callback(ledger.close)
    return ledger.tokens_charged
