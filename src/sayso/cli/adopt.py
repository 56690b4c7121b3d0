"""Adopt an endpoint that exists already: record its golden rows and write a deployment's folder around them."""

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.options import Json

if TYPE_CHECKING:
    from sayso.adoption import Recording
    from sayso.contract.admit import FeatureVector
    from sayso.contract.model import Contract

ROWS = 10
"""Enough that another model shows in some; few enough to ride beside a question."""

CONTRACT, GOLDEN, SETTINGS = "feature_columns.json", "golden_rows.json", "sayso.toml"
RESOURCE = re.compile(r"projects/([^/]+)/locations/([^/]+)/endpoints/([^/]+)")

Sections = dict[str, dict[str, object]]


class Shape(StrEnum):
    """Name what an endpoint speaks."""

    PLAIN = "plain"


class Rows(StrEnum):
    """Name how a row is sent."""

    OBJECTS = "objects"
    LISTS = "lists"


class Classes(StrEnum):
    """Name how a class is told."""

    LABEL = "label"
    INDEX = "index"
    SCORES = "scores"


def adopt(  # noqa: PLR0913 - one option for each thing that only the caller knows
    *,
    endpoint: Annotated[
        str, typer.Option("--endpoint", help="projects/P/locations/L/endpoints/E, or the http address of predict.")
    ],
    contract: Annotated[Path, typer.Option("--contract", help="The frozen feature_columns.json.", dir_okay=False)],
    data: Annotated[Path, typer.Option("--data", help="Rows to ask it: .csv with a header, or .parquet.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to make.")],
    payload: Annotated[Shape, typer.Option("--payload", help="What it answers; [plain] describes it.")] = Shape.PLAIN,
    instances: Annotated[Rows, typer.Option("--instances", help="How one row is sent.")] = Rows.OBJECTS,
    value: Annotated[str, typer.Option("--value", help="JSON pointer to the value in one prediction.")] = "",
    class_by: Annotated[Classes, typer.Option("--class-by", help="How a class is told.")] = Classes.LABEL,
    classes: Annotated[str | None, typer.Option("--classes", help="The classes in its order, with commas.")] = None,
    classes_at: Annotated[str | None, typer.Option("--classes-at", help="JSON pointer to the classes.")] = None,
    api_endpoint: Annotated[str | None, typer.Option("--api-endpoint", help="HOST or HOST:PORT.")] = None,
    dedicated: Annotated[bool, typer.Option("--dedicated", help="It has a host of its own.")] = False,
    credentials: Annotated[str, typer.Option("--credentials", help="metadata, a file, or none.")] = "metadata",
    ca: Annotated[Path | None, typer.Option("--ca", help="Root certificates in PEM.", dir_okay=False)] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Without TLS; loopback only.")] = False,
    json_: Json = False,
) -> None:
    """Make a deployment of an endpoint that exists already: contract, pinned model, golden rows recorded from it."""
    plain: dict[str, object] = {
        "golden_rows": GOLDEN,
        "instances": instances.value,
        "value": value,
        "class_by": class_by.value,
        "classes": classes.split(",") if classes else None,
        "classes_at": classes_at,
    }
    vertex: dict[str, object] = {
        "api_endpoint": api_endpoint,
        "dedicated": dedicated,
        "credentials": credentials if credentials in {"metadata", "none"} else str(Path(credentials).resolve()),
        "ca": str(ca.resolve()) if ca else None,
        "insecure": insecure,
    }
    sections = {**_backend(endpoint, payload, vertex), "plain": plain}
    recording = _adopted(sections, contract, data, out)
    _tell(recording, out, json_=json_)


def _backend(endpoint: str, payload: Shape, vertex: Mapping[str, object]) -> Sections:
    """Say which backend it is: the shape of the address decides."""
    if endpoint.startswith(("http://", "https://")):
        return {"backend": {"kind": "http", "url": endpoint, "payload": payload.value}}
    if not (found := RESOURCE.fullmatch(endpoint)):
        reason = f"{endpoint!r} is neither projects/P/locations/L/endpoints/E nor an http address"
        raise typer.BadParameter(reason, param_hint="--endpoint")
    place = dict(zip(("project", "location", "endpoint"), found.groups(), strict=True))
    return {"backend": {"kind": "vertex", "payload": payload.value}, "vertex": {**place, **vertex}}


def _adopted(sections: Sections, contract: Path, data: Path, out: Path) -> "Recording":
    """Record, write, and open what was written as a deployment would; raises SaysoError, and then nothing is left."""
    from sayso.contract.document import parse_frozen
    from sayso.failures import PackError, Problem
    from sayso.predictor.packing.sources import read_table

    if out.exists() and any(out.iterdir()):
        raise PackError([Problem(str(out), "is there and not empty; give another --out")])
    body = contract.read_bytes()
    parsed = parse_frozen(str(contract), body)
    vectors = _vectors(parsed, read_table(data))
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".adopting-", dir=out.parent))
    try:
        (temporary / CONTRACT).write_bytes(body)
        recording = asyncio.run(_recorded(temporary, sections, parsed, vectors))
        temporary.chmod(0o755)
        temporary.replace(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return recording


def _vectors(contract: "Contract", table: object) -> "list[FeatureVector]":
    """Admit rows of the table; raises PackError naming what is not admitted."""
    import pandas as pd

    from sayso.contract.admit import FeatureVector, admit
    from sayso.failures import PackError, Problem
    from sayso.predictor.packing.tables import instances

    assert isinstance(table, pd.DataFrame)
    admitted = [admit(contract, row) for row in instances(table, contract.names, ROWS)]
    refused = [found.detail for found in admitted if not isinstance(found, FeatureVector)]
    if refused:
        raise PackError([Problem("rows", f"hold a row that the contract does not admit: {refused[0]}")])
    return [found for found in admitted if isinstance(found, FeatureVector)]


async def _recorded(
    folder: Path, sections: Sections, contract: "Contract", vectors: "list[FeatureVector]"
) -> "Recording":
    """Ask the endpoint, pin what answered, and ask again as the deployment will."""
    from sayso import inference_wiring
    from sayso.adoption import record
    from sayso.failures import Failure, FailureClass, PackageError
    from sayso.settings import load

    path = folder / SETTINGS
    path.write_text(_toml(sections), encoding="utf-8")
    settings = load(path, {})
    payload = inference_wiring.described(settings)
    nothing = Failure(FailureClass.ARTIFACT_MISSING, "an adopted endpoint has no model file")
    backend = inference_wiring.connect(settings, nothing, payload)
    try:
        recording = await record(backend, payload, vectors, deadline_s=settings.backend.deadline_s)
    finally:
        await backend.aclose()
    if isinstance(recording, Failure):
        raise PackageError(recording)
    (folder / GOLDEN).write_bytes(recording.golden_rows())
    pinned = {} if recording.deployed_model is None else {"deployed_models": [recording.deployed_model]}
    path.write_text(_toml({**sections, "plain": {**sections["plain"], **pinned}}), encoding="utf-8")
    service = inference_wiring.make(load(path, {}), contract, nothing)
    try:
        failure: Failure | None = await service.ready()
    finally:
        await service.backend.aclose()
    if failure is not None:
        raise PackageError(failure)
    return recording


_HEAD = """\
# An endpoint that existed already, adopted with its golden rows. Paths are relative to this file.
# There is no model file and no training data here, so nothing says what lies beyond what the model learned from.
"""


def _toml(sections: Sections) -> str:
    """Write settings; text in JSON's form is text in TOML's."""
    ours: Sections = {
        "contract": {"path": CONTRACT},
        **sections,
        "ledger": {"url": "sqlite:///var/ledger.db"},
        "telemetry": {"log_path": "var/sayso.log.jsonl"},
    }
    blocks = (
        "\n".join([f"[{name}]", *(f"{key} = {_value(of)}" for key, of in keys.items() if of is not None)])
        for name, keys in ours.items()
    )
    return "\n\n".join([_HEAD.rstrip(), *blocks]) + "\n"


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tell(recording: "Recording", out: Path, *, json_: bool) -> None:
    model = recording.deployed_model
    if json_:
        print(json.dumps({"path": str(out), "deployed_model": model, "golden_rows": len(recording.answers)}))
        return
    pinned = f"deployed model {model}" if model else "an endpoint that names no deployed model"
    print(f"adopted {pinned} in {out}, with {len(recording.answers)} golden rows, each answered the same three times")
    print(f'Next: sayso ask --config {out / SETTINGS} "…"')
