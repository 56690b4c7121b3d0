"""Write the files that are made from code: ``python -m scripts.generate``, or ``make generate``.

A file is written only where it differs. `tests/test_generated.py` fails while one is stale.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sayso.contract.json_schema import document_schema
from sayso.failures import Code, FailureClass
from sayso.whole_file import write

ROOT = Path(__file__).parent.parent


def contract_schema() -> str:
    """Write the JSON Schema of a contract."""
    return json.dumps(document_schema(), ensure_ascii=False, indent=2) + "\n"


def failure_classes() -> str:
    """Write the table of failure classes for people, code by code."""
    sections = (line for code in Code for line in _code_section(code))
    return "\n".join([_HEAD, *sections]) + "\n"


_HEAD = """\
# Failure classes

<!-- Made from src/sayso/failures.py by `make generate`; edit that. -->

Every interaction ends in exactly one outcome: `predicted`, or one of the classes below. The class is the same in the
answer, the ledger, the log and the metrics. A class has one code; the code fixes the outcome and the exit status of
`sayso ask`.

*Who acts* is who can do something about it. *Availability* says whether it counts against the service. *Again* says
whether the same request may succeed later."""


def _code_section(code: Code) -> Iterator[str]:
    yield ""
    yield f"## {code.name}"
    yield ""
    yield f"Outcome `{code.outcome}`, exit status {code.exit_status}."
    yield ""
    yield "| class | HTTP | who acts | availability | again | what is shown |"
    yield "|---|---|---|---|---|---|"
    for member in FailureClass:
        row = member.value
        if row.code is code:
            counts = "counts" if row.counts_against_availability else "–"
            again = "yes" if row.retry_can_help else "–"
            yield f"| `{member.label}` | {row.http_status} | {row.actor} | {counts} | {again} | {row.sentence} |"


FILES: Mapping[str, Callable[[], str]] = {
    "docs/contract.schema.json": contract_schema,
    "docs/failure-classes.md": failure_classes,
}
"""Each file that is made, and what makes it."""


def stale(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Give each file that differs from what the code makes, with the bytes that it should have."""
    for name, make in FILES.items():
        path, body = root / name, make().encode()
        if not path.exists() or path.read_bytes() != body:
            yield path, body


def main() -> None:
    """Write what is stale, and say which files those were."""
    for path, body in stale(ROOT):
        write(path, body)
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
