"""Pack one model of each kind, and write what came of it: ``python -m scripts.models_page``.

`tests/predictor/test_pack_kinds.py` packs them again and fails where ``docs/models.md`` says something else.
"""

import json
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.model_kinds import CODES, COLOURS, KINDS, SIZES, Kind

from sayso.contract.freeze import freeze
from sayso.failures import PackError
from sayso.predictor.pack import Report, pack
from sayso.whole_file import write

PAGE = Path(__file__).parent.parent / "docs" / "models.md"


def contract(kind: Kind, folder: Path) -> Path:
    """Write the contract of a kind's data."""
    frame, _ = kind.data()
    number = {"type": "number", "range": [0, 10]}
    word = {"type": "category", "values": {colour: [] for colour in COLOURS}}
    target = {"name": "size", "type": "category", "values": list(SIZES)}
    document = {
        "contract": "parcel",
        "version": "1.0.0",
        "target": target if kind.is_classifier else {"name": "price", "range": [0, 100]},
        "feature_columns": list(frame.columns),
        "features": {name: word if name == "colour" else number for name in frame.columns},
    }
    path = folder / "contract.json"
    path.write_bytes(freeze(str(path), json.dumps(document).encode()))
    return path


@dataclass(frozen=True, slots=True)
class Result:
    """Say what came of a kind."""

    packed: bool
    has_splits: bool
    reason: str

    def line(self, kind: Kind) -> str:
        """Write the row of the table."""
        name = f"{kind.name} | {'category' if kind.is_classifier else 'number'}"
        if not self.packed:
            return f"| {name} | refused: {self.reason} |"
        where = "training rows and around every split" if self.has_splits else "training rows"
        return f"| {name} | packed: within 1e-5 on {where} |"


def outcome(kind: Kind, folder: Path) -> Result:
    """Fit and pack a kind in a folder."""
    frame, target = kind.data()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = kind.make().fit(frame, target)
    codes = CODES if kind.coded else None
    try:
        made = pack(model, frame, target, contract=contract(kind, folder), folder=folder / "package",
                    report=Report("made up"), codes=codes)  # fmt: skip
    except PackError as error:
        return Result(packed=False, has_splits=False, reason=_reason(error))
    return Result(packed=True, has_splits=made.manifest.agreement.split_point_rows > 0, reason="")


def _reason(error: PackError) -> str:
    """Give the reason without the figures of one row, which are the data's."""
    problem = error.problems[0]
    if "its ONNX form" in problem.message:
        return f"the model and its ONNX form differ by more than 1e-5; {problem.message.rpartition('; ')[2]}"
    return f"{problem.place} {problem.message}"


_HEAD = """\
# Which models can be packed

<!-- Made by `python -m scripts.models_page`, which packs each; edit that. -->

`sayso pack` compares each model with its ONNX form on all training rows and, where there are trees, on rows that lie
on each split and on both sides of it. A model that differs by more than 1e-5 anywhere is refused, as is one that would
answer where sayso must ask. What is refused is refused with the remedy; a ready-made ONNX model is held to the same.

| model | target | result |
|---|---|---|
"""


def page(results: Mapping[str, Result]) -> str:
    """Write the page."""
    return _HEAD + "".join(f"{results[kind.name].line(kind)}\n" for kind in KINDS)


def _all() -> Iterator[tuple[str, Result]]:
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            yield kind.name, outcome(kind, Path(folder))


if __name__ == "__main__":
    write(PAGE, page(dict(_all())).encode())
