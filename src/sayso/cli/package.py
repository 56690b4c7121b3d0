"""Pack a fitted model, and audit a package: parse, call, show."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import Json

if TYPE_CHECKING:
    from sayso.predictor.audit import Check

FINDINGS = 1


def pack(
    model: Annotated[str, typer.Argument(help="FILE.py:NAME (your own script, which is run), FILE.skops, FILE.onnx.")],
    data: Annotated[Path, typer.Option("--data", help="The rows it was fitted on: .csv with a header, or .parquet.")],
    target: Annotated[str, typer.Option("--target", help="The column of the target.")],
    contract: Annotated[Path, typer.Option("--contract", help="The frozen feature_columns.json.")],
    out: Annotated[Path, typer.Option("--out", help="The folder of the package.")],
    codes: Annotated[
        list[str] | None,
        typer.Option("--codes", help="A category that was fitted on codes: NAME=WORD:CODE,WORD:CODE."),
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Where the rows come from, in words.")] = None,
) -> None:
    """Turn a fitted model into a package, or say why not: every step, column and row at fault with its remedy."""
    from sayso.failures import PackError
    from sayso.predictor import pack as packing
    from sayso.predictor.packing.sources import load_model, parse_codes, read_rows

    try:
        rows, wanted = read_rows(data, target)
        report = packing.Report(source=source or f"{data.name}, column {target!r}")
        found, coded = load_model(model), parse_codes(codes or [])
        make = packing.pack_onnx if isinstance(found, bytes) else packing.pack
        package = make(found, rows, wanted, contract=contract, folder=out, report=report, codes=coded)
    except PackError as error:
        for problem in error.problems:
            typer.echo(f"sayso pack: {problem}", err=True)
        raise typer.Exit(FINDINGS) from error
    agreed = package.manifest.agreement
    typer.echo(f"packed {package.contract.reference} as {package.revision} in {out}")
    typer.echo(f"agreement within {agreed.max_difference:g} on {agreed.training_rows} training rows "
               f"and {agreed.split_point_rows} rows around splits")  # fmt: skip


def audit(
    package: Annotated[Path, typer.Argument(help="The folder of a package.", file_okay=False)],
    json_: Json = False,
) -> None:
    """Repeat every check on a package, wherever it was made. Exit status 1 where one failed."""
    from sayso.predictor.audit import Status
    from sayso.predictor.audit import audit as check

    checks = check(package)
    failed = any(found.status is Status.FAILED for found in checks)
    typer.echo(_json(checks, package) if json_ else "\n".join(_line(found) for found in checks))
    if failed:
        raise typer.Exit(FINDINGS)


def _line(found: "Check") -> str:
    return f"{found.status.value:<7} {found.name}: {found.detail}"


def _json(checks: "tuple[Check, ...]", package: Path) -> str:
    import json

    return json.dumps({"package": str(package), "checks": [found.as_json() for found in checks]}, indent=2)
