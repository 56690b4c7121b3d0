"""Draft a contract from a table or from another format's description of a model: parse, call, show."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import Json

if TYPE_CHECKING:
    from sayso.contract.signatures import Signature
    from sayso.wire import JSON

Out = Annotated[Path, typer.Option("--out", help="Where to write it; a file that is there is left alone.")]
DEFAULT_OUT = Path("feature_columns.json")


def import_(
    path: Annotated[Path, typer.Argument(help="An MLmodel file, a signature, or {feature_columns: […]}.")],
    name: Annotated[str | None, typer.Option("--name", help="The contract's name.")] = None,
    out: Out = DEFAULT_OUT,
    json_: Json = False,
) -> None:
    """Draft a contract from an MLflow signature or a plain list of feature names."""
    from sayso.contract.draft import contract_name, draft

    signature = _signature(path)
    body = draft(name or contract_name(path.stem), signature.target, signature.features)
    write_draft(out, body, (), json_=json_)


def draft_table(table: Path, target: str, name: str | None) -> tuple[bytes, list[str]]:
    """Draft a contract from the columns of a table; give it with what to look at, line by line.

    Raises:
        PackError: the table can't be read, or has no such target.
    """
    from sayso.contract.draft import contract_name, draft
    from sayso.predictor.packing.sources import read_rows
    from sayso.predictor.packing.tables import describe, remarks

    rows, wanted = read_rows(table, target)
    body = draft(name or contract_name(table.stem), describe(wanted), [describe(rows[column]) for column in rows])
    return body, list(remarks(rows.assign(**{target: wanted})))


def write_draft(out: Path, body: bytes, remarks: Sequence[str], *, json_: bool) -> None:
    """Write a draft where no file is yet, and say what is left to do; raises DocumentError."""
    import json

    from sayso.failures import DocumentError, Problem
    from sayso.whole_file import create

    try:
        create(out, body)
    except OSError as error:
        detail = f"{error.strerror or error}; nothing was written: give another place with --out"
        raise DocumentError(str(out), [Problem("$", detail)]) from error
    todos = body.count(b'"TODO: ')
    if json_:
        print(json.dumps({"path": str(out), "todos": todos, "remarks": remarks}, ensure_ascii=False, indent=2))
        return
    print(f"wrote {out}, with {todos} values to decide: look for TODO, and at every range")
    for remark in remarks:
        print(f"  {remark}")
    print(f"Next: decide them, add words that people use to aliases, then sayso contract freeze {out}")


def _signature(path: Path) -> "Signature":
    """Read what a file says of a model's columns; raises DocumentError."""
    from sayso.contract.signatures import read_signature
    from sayso.failures import DocumentError, Problem
    from sayso.wire import document

    try:
        body = path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), [Problem("$", error.strerror or str(error))]) from error
    match document(body):
        case dict() as decoded:
            return read_signature(str(path), decoded)
        case problems if path.suffix == ".json":
            raise DocumentError(str(path), problems)
        case _:
            return read_signature(str(path), _yaml(path, body))


def _yaml(path: Path, body: bytes) -> "dict[str, JSON]":
    """Read the signature of an MLmodel file, and nothing else of it."""
    import yaml

    from sayso.failures import DocumentError, Problem

    try:
        decoded = yaml.safe_load(body)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = f"is neither JSON nor YAML: {' '.join(str(error).split())[:200]}"
        raise DocumentError(str(path), [Problem("$", reason)]) from error
    signature = decoded.get("signature") if isinstance(decoded, dict) else None
    if not isinstance(signature, dict):
        reason = "holds no signature; log the model with one (mlflow.models.infer_signature)"
        raise DocumentError(str(path), [Problem("$", reason)])
    return {"signature": {str(key): value for key, value in signature.items() if isinstance(value, str)}}
