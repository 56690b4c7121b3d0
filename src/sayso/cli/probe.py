"""Put bad requests to a model server, and count those that it answered with a number."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import Json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sayso.contract.model import Contract
    from sayso.probe.probe import Finding
    from sayso.wire import JSON

FINDINGS = 1


def probe(
    url: Annotated[str, typer.Argument(metavar="URL", help="The predict route of a server of the V1 protocol.")],
    contract: Annotated[
        Path, typer.Option("--contract", help="The contract that the server is said to obey.", dir_okay=False)
    ] = Path("model/feature_columns.json"),
    instance: Annotated[
        Path | None, typer.Option("--instance", help="A sound instance as JSON; made from the contract otherwise.")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", help="A header for every request, as 'name: value'.")
    ] = None,
    timeout_s: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds to wait for an answer.")] = 20.0,
    json_: Json = False,
) -> None:
    """Send every bad request of the catalogue, for staging only: what was silent, vague or crashed is a finding."""
    from rich.console import Console
    from rich.progress import track

    from sayso.probe import catalogue
    from sayso.probe.caller import Caller
    from sayso.probe.probe import counts
    from sayso.probe.probe import probe as probed

    parsed = _contract(contract)
    sound = _instance(parsed, instance)
    cases = catalogue.cases(parsed, sound)
    caller = Caller.of(url, timeout_s, _headers(header or []))
    found = probed(caller.ask, catalogue.good(sound), cases)
    console = Console(stderr=True)
    quiet = not console.is_terminal
    findings = list(track(found, "probing", len(cases), console=console, transient=True, disable=quiet))
    if json_:
        print(json.dumps({"url": url, "requests": len(findings), "counts": counts(findings),
                          "findings": [finding.as_json() for finding in findings]}))  # fmt: skip
    else:
        print(_table(findings))
    if any(finding.verdict.value != "explicit" for finding in findings):
        raise typer.Exit(FINDINGS)


def _contract(path: Path) -> "Contract":
    from sayso.contract.document import parse

    return parse(str(path), _read(path))


def _instance(contract: "Contract", path: Path | None) -> "Mapping[str, JSON]":
    from sayso.failures import DocumentError
    from sayso.probe.sound import checked, sound_instance
    from sayso.wire import document

    if path is None:
        return sound_instance(contract)
    match document(_read(path)):
        case tuple() as problems:
            raise DocumentError(str(path), problems)
        case values:
            return checked(contract, values)


def _read(path: Path) -> bytes:
    from sayso.failures import ProbeError

    try:
        return path.read_bytes()
    except OSError as error:
        raise ProbeError(f"can't read {path}: {error.strerror}") from error


def _headers(lines: list[str]) -> dict[str, str]:
    parts = [line.partition(":") for line in lines]
    if bad := [line for line, (name, colon, _) in zip(lines, parts, strict=True) if not name.strip() or not colon]:
        raise typer.BadParameter(f"{bad[0]!r} is not 'name: value'", param_hint="--header")
    return {name.strip().lower(): text.strip() for name, _, text in parts}


def _table(findings: "Sequence[Finding]") -> str:
    """Write a line for each finding that is not explicit, and the counts."""
    from sayso.probe.probe import counts

    bad = [finding for finding in findings if finding.verdict.value != "explicit"]
    lines = [
        f"{finding.verdict.value.upper():8} {finding.status or '-':>3}  {finding.case.group:8} {finding.case.title}"
        + (" (another number)" if finding.other_number else "")
        for finding in bad
    ]
    total = ", ".join(f"{count} {verdict}" for verdict, count in counts(findings).items())
    return "\n".join([*lines, f"{len(findings)} bad requests: {total}"])
