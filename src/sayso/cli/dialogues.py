"""Read files of dialogues: extract what they state, and verify claims about them."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, Extractor, settings

if TYPE_CHECKING:
    from sayso.conversation import Conversation
    from sayso.extraction.schema import Grounded
    from sayso.failures import Failure
    from sayso.language.vocabulary import Vocabulary
    from sayso.wire import JSON

Contracts = Annotated[
    list[Path] | None,
    typer.Option("--contract", help="A contract, or a folder of contracts; repeatable. The deployment's if left out."),
]
Out = Annotated[Path | None, typer.Option("--out", help="Where to write; standard output if left out.")]


def extract(
    dialogues: Annotated[Path, typer.Option("--dialogues", help="JSON lines: id, contract, turns.", exists=True)],
    contract: Contracts = None,
    out: Out = None,
    config: Config = DEFAULT_CONFIG,
    extractor: Extractor = None,
) -> None:
    """Write what each dialogue states after its last turn, with the words that state it.

    A dialogue whose extraction fails has its failure class instead; the exit status is 1 then.
    """
    from sayso.cli.extraction import reader
    from sayso.extraction.verify import verify as ground
    from sayso.failures import Failure

    failed: list[str] = []

    with reader(config, extractor) as read:

        def answer(
            conversation: "Conversation", vocabulary: "Vocabulary", _line: "Mapping[str, JSON]"
        ) -> "dict[str, JSON]":
            claim = read(conversation, vocabulary)
            grounded = claim if isinstance(claim, Failure) else ground(claim, conversation, vocabulary)
            if not isinstance(grounded, Failure):
                return _grounded_json(grounded)
            failed.append(grounded.failure_class.label)
            return _failure_json(grounded)

        count = _each(dialogues, contract, out, config, answer)
    if failed:
        typer.echo(
            f"sayso extract: {len(failed)} of {count} dialogues failed: {', '.join(sorted(set(failed)))}", err=True
        )
        raise typer.Exit(1)


def _grounded_json(grounded: "Grounded") -> "dict[str, JSON]":
    shape: dict[str, object] = {
        "features": {name: found.as_json() if found else None for name, found in grounded.features.items()},
        "missing_features": list(grounded.missing_features),
        "assumptions": list(grounded.assumptions),
        "clarifying_question": grounded.clarifying_question,
        "unused": [quote.text for quote in grounded.unused],
    }
    return shape  # type: ignore[return-value]


def _failure_json(failure: "Failure") -> "dict[str, JSON]":
    found = failure.failure_class
    return {"code": found.code.name, "failure_class": found.label, "detail": failure.detail}


def verify(
    claims: Annotated[Path, typer.Option("--claims", help="JSON lines: id, contract, turns, features.", exists=True)],
    contract: Contracts = None,
    out: Out = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Write a verdict on each claimed value: supported, contradicted or unsupported, with its reason."""
    from sayso.extraction.claims import claims_of
    from sayso.extraction.verify import verdicts

    def answer(conversation: "Conversation", vocabulary: "Vocabulary", line: "Mapping[str, JSON]") -> "dict[str, JSON]":
        judged = verdicts(claims_of(line.get("features")), conversation, vocabulary)
        return {
            "verdicts": {
                name: {"verdict": found.verdict.value, "reason": found.reason} for name, found in judged.items()
            }
        }

    _each(claims, contract, out, config, answer)


def _each(
    source: Path,
    contracts: list[Path] | None,
    out: Path | None,
    config: Path,
    answer: "Callable[[Conversation, Vocabulary, Mapping[str, JSON]], dict[str, JSON]]",
) -> int:
    """Answer each line of a file, in order; the output file appears whole or not at all. Gives the count of lines."""
    from sayso.extraction.claims import conversation_of

    vocabularies = _vocabularies(contracts, config)
    draft = out.with_name(f".{out.name}.part") if out else None
    stream: IO[str] = draft.open("w", encoding="utf-8") if draft else sys.stdout
    count = 0
    try:
        for place, line in _lines(source):
            count += 1
            vocabulary = _pick(vocabularies, line.get("contract"), place)
            conversation = conversation_of(line.get("turns"), place)
            shape = {"id": line.get("id"), **answer(conversation, vocabulary, line)}
            stream.write(json.dumps(shape, ensure_ascii=False) + "\n")
        if draft and out:
            stream.close()
            draft.replace(out)
        return count
    finally:
        if draft:
            stream.close()
            draft.unlink(missing_ok=True)


def _lines(source: Path) -> "Iterator[tuple[str, dict[str, JSON]]]":
    """Read the lines of a file, strictly, with a progress bar on a terminal."""
    from rich.progress import track

    from sayso.failures import DocumentError
    from sayso.wire import document

    lines = source.read_bytes().splitlines()
    shown = track(lines, description="reading", transient=True, disable=not sys.stderr.isatty())
    for number, line in enumerate(shown, start=1):
        if not line.strip():
            continue
        place = f"{source}:{number}"
        decoded = document(line)
        if not isinstance(decoded, dict):
            raise DocumentError(place, decoded)
        yield place, decoded


def _pick(vocabularies: "Mapping[str, Vocabulary]", name: "JSON", place: str) -> "Vocabulary":
    if name is None and len(vocabularies) == 1:
        return next(iter(vocabularies.values()))
    if not isinstance(name, str) or name not in vocabularies:
        raise typer.BadParameter(f"{place}: no contract {name!r} was given; known: {', '.join(sorted(vocabularies))}")
    return vocabularies[name]


def _vocabularies(contracts: list[Path] | None, config: Path) -> "dict[str, Vocabulary]":
    from sayso.contract.document import parse
    from sayso.contract.model import Seal
    from sayso.failures import DocumentError, Problem
    from sayso.language.vocabulary import DecimalStyle, Vocabulary

    decimal = DecimalStyle.POINT
    if not contracts or config.exists():
        chosen = settings(config)
        decimal = DecimalStyle(chosen.language.decimal)
        contracts = contracts or [chosen.path(chosen.contract.path)]
    found: dict[str, Vocabulary] = {}
    for path in _files(contracts):
        contract = parse(str(path), path.read_bytes())
        if contract.seal is Seal.BROKEN:
            raise DocumentError(str(path), [Problem("$.digest", "the document was changed after it was frozen")])
        if contract.seal is Seal.UNFROZEN:
            typer.echo(f"sayso: warning: {path} is not frozen; run sayso contract freeze {path}", err=True)
        found[contract.name] = Vocabulary.of(contract, decimal=decimal)
    return found


def _files(contracts: list[Path]) -> Iterator[Path]:
    for path in contracts:
        if not path.exists():
            raise typer.BadParameter(f"{path}: there is no such file or folder")
        if path.is_dir():
            single = path / "feature_columns.json"
            yield from [single] if single.exists() else sorted(path.glob("*.json"))
        else:
            yield path
