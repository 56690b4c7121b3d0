"""Make, freeze, check, compare, publish and show contracts on the command line."""

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.options import DEFAULT_CONFIG, Config, settings

Document = Annotated[
    Path | None, typer.Argument(metavar="[PATH]", help="The contract; left out, the deployment's own.", dir_okay=False)
]


def commands() -> typer.Typer:
    """Make the command group ``sayso contract``."""
    group = typer.Typer(no_args_is_help=True, help="Make, freeze, check, compare, publish and show contracts.")
    group.command("freeze")(freeze)
    return group


def freeze(path: Document = None, config: Config = DEFAULT_CONFIG) -> None:
    """Write the digests of its content into a contract; the same version with other content is refused."""
    from sayso.contract.document import parse
    from sayso.contract.freeze import freeze as frozen
    from sayso.whole_file import write

    chosen = _document(path, config)
    before = _read(chosen)
    after = frozen(str(chosen), before)
    if after != before:
        write(chosen, after)
    contract = parse(str(chosen), after)
    print(f"{contract.name} {contract.version} is frozen in {chosen}")
    print(f"  digest            {contract.digest}")
    print(f"  interface_digest  {contract.interface_digest}")
    print("Next: sayso pack (or model/train.py), sayso contract check, commit, sayso contract publish")


def _document(path: Path | None, config: Path) -> Path:
    if path is not None:
        return path
    chosen = settings(config)
    return chosen.path(chosen.contract.path)


def _read(path: Path) -> bytes:
    from sayso.failures import DocumentError, Problem

    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), [Problem("$", error.strerror or str(error))]) from error
