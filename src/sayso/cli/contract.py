"""Make, freeze, check, compare, publish and show contracts on the command line: parse, call, show."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.drafting import DEFAULT_OUT, Out, draft_table, import_, write_draft
from sayso.cli.options import DEFAULT_CONFIG, Config, Json, settings

if TYPE_CHECKING:
    from sayso.agreement.check import Subject

FINDINGS = 1

Document = Annotated[
    Path | None, typer.Argument(metavar="[PATH]", help="The contract; left out, the deployment's own.", dir_okay=False)
]


def commands() -> typer.Typer:
    """Make the command group ``sayso contract``."""
    group = typer.Typer(no_args_is_help=True, help="Make, freeze, check, compare, publish and show contracts.")
    for command in (new, freeze, check, diff, publish, show, schema):
        group.command(command.__name__)(command)
    group.command("import")(import_)
    return group


def new(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The contract's name, such as short-rate.")
    ] = None,
    features: Annotated[
        list[str] | None, typer.Argument(metavar="FEATURE...", help="The features, in model order.")
    ] = None,
    target: Annotated[
        str, typer.Option("--target", help="What the model predicts, a column of --from.")
    ] = "Prediction",
    table: Annotated[
        Path | None, typer.Option("--from", help="Draft it from a table's columns: .csv with a header, or .parquet.")
    ] = None,
    out: Out = DEFAULT_OUT,
    json_: Json = False,
) -> None:
    """Write a contract to start from: of names, or drafted from a table, with values that say what to fill in."""
    from sayso.contract.start import starting_document

    if table is not None:
        if features:
            raise typer.BadParameter("give features by name or a table, not both", param_hint="--from")
        write_draft(out, *draft_table(table, target, name), json_=json_)
    elif name is None or not features:
        raise typer.BadParameter("give a name and features, or a table with --from", param_hint="NAME")
    else:
        write_draft(out, starting_document(str(out), name, target, features), (), json_=json_)


def freeze(path: Document = None, config: Config = DEFAULT_CONFIG, json_: Json = False) -> None:
    """Write the digests of its content into a contract; the same version with other content is refused."""
    from sayso.agreement.records import frozen_versions
    from sayso.contract.description import contract_json
    from sayso.contract.document import parse
    from sayso.contract.freeze import freeze as frozen
    from sayso.failures import DocumentError, Problem
    from sayso.whole_file import write

    chosen = _subject(path, config).path
    before = _read(chosen)
    after = frozen(str(chosen), before, frozen_versions(chosen, parse(str(chosen), before).name))
    try:
        if after != before:
            write(chosen, after)
    except OSError as error:
        raise DocumentError(str(chosen), [Problem("$", f"{error.strerror or error}; nothing was written")]) from error
    contract = parse(str(chosen), after)
    words = (
        f"{contract.name} {contract.version} is frozen in {chosen}\n"
        f"  digest            {contract.digest}\n  interface_digest  {contract.interface_digest}\n"
        "Next: pack the model, sayso contract check, commit, sayso contract publish"
    )
    _tell({"path": str(chosen), **contract_json(contract)} if json_ else words)


def check(
    path: Document = None,
    tag: Annotated[bool, typer.Option("--tag", help="Check the version's git tag too.")] = False,
    config: Config = DEFAULT_CONFIG,
    json_: Json = False,
) -> None:
    """Compare a contract with everything that carries its digest. Exit status 1 where something disagrees."""
    from dataclasses import replace

    from sayso.agreement.check import check as compare

    subject = replace(_subject(path, config), tag=tag)
    report = compare(subject, _read(subject.path))
    shape = {"path": str(report.path), "clean": report.clean, "findings": [of.as_json() for of in report.findings]}
    _tell(shape if json_ else "\n".join(str(finding) for finding in report.findings))
    if not report.clean:
        raise typer.Exit(FINDINGS)


def diff(
    old: Annotated[Path, typer.Argument(help="The contract as it was.", dir_okay=False)],
    new: Annotated[Path, typer.Argument(help="The contract as it is now.", dir_okay=False)],
    json_: Json = False,
) -> None:
    """Say what changed between two contracts, and whether the version rose enough. Exit status 1 where it did not."""
    from sayso.contract.diff import changes, shortfall
    from sayso.contract.document import parse

    before, after = parse(str(old), _read(old)), parse(str(new), _read(new))
    found, fault = changes(before, after), shortfall(before, after)
    needed = found[0].weight.label if found else None
    lines = [*map(str, found), fault or f"{before.version} → {after.version} is enough"]
    shape = {"needed": needed, "fault": fault, "changes": [change.as_json() for change in found]}
    _tell(shape if json_ else "\n".join(lines if found else ["nothing changed"]))
    if fault:
        raise typer.Exit(FINDINGS)


def publish(path: Document = None, config: Config = DEFAULT_CONFIG, json_: Json = False) -> None:
    """Write the annotated git tag contract/NAME/vX.Y.Z, from a clean tree and a frozen contract."""
    from sayso.agreement.git import Repository
    from sayso.agreement.publication import obstacles
    from sayso.agreement.publication import publish as tag
    from sayso.contract.document import parse

    chosen = _subject(path, config).path
    contract = parse(str(chosen), _read(chosen))
    repository = Repository.around(chosen)
    if found := list(obstacles(repository, chosen, contract)):
        _tell({"tag": None, "obstacles": found} if json_ else "\n".join(found))
        raise typer.Exit(FINDINGS)
    name = tag(repository, chosen, contract)
    words = f"published {contract.name} {contract.version} as the tag {name}\nNext: git push origin {name}"
    _tell({"tag": name, "obstacles": []} if json_ else words)


def show(path: Document = None, config: Config = DEFAULT_CONFIG, json_: Json = False) -> None:
    """Show what a contract needs, as a table or as JSON."""
    from sayso.cli.contract_table import print_contract
    from sayso.contract.description import contract_document
    from sayso.contract.document import parse

    chosen = _subject(path, config).path
    contract = parse(str(chosen), _read(chosen))
    if json_:
        _tell({**contract_document(contract), "seal": contract.seal.value})
    else:
        print_contract(contract)


def schema(path: Document = None, config: Config = DEFAULT_CONFIG) -> None:
    """Print the JSON Schema of the features object that an extractor may claim under a contract."""
    from sayso.contract.document import parse
    from sayso.contract.json_schema import features_schema

    chosen = _subject(path, config).path
    _tell(features_schema(parse(str(chosen), _read(chosen))))


def _subject(path: Path | None, config: Path) -> "Subject":
    """Find a contract's companions: the deployment's by its settings, any other's in the folder that it lies in."""
    from sayso.agreement.check import Subject

    if path is not None and not config.exists():
        return Subject(path, path.parent, path.parent)
    chosen = settings(config)
    own = Subject(chosen.path(chosen.contract.path), chosen.path(chosen.backend.package), chosen.root)
    if path is None or path.resolve() == own.path.resolve():
        return own
    return Subject(path, path.parent, path.parent)


def _read(path: Path) -> bytes:
    from sayso.failures import DocumentError, Problem

    try:
        return path.read_bytes()
    except OSError as error:
        detail = f"{error.strerror or error}; give the path of a contract, or make one with sayso contract new"
        raise DocumentError(str(path), [Problem("$", detail)]) from error


def _tell(answer: object) -> None:
    """Print words as they are, and everything else as JSON."""
    print(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, indent=2))
