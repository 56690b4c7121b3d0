"""Write what a gate found as JUnit XML, which every CI system shows: one test for each line."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from sayso.evals.evidence import SHOWN, Line, Status


def junit_xml(lines: Sequence[Line], *, seconds: float) -> bytes:
    """Make the document; a line that was not looked at counts as an error, never as skipped."""
    failed = sum(1 for line in lines if line.status is Status.FAILED)
    unseen = sum(1 for line in lines if line.status is Status.NOT_LOOKED_AT)
    suite = ET.Element(
        "testsuite",
        name="sayso gate",
        tests=str(len(lines)),
        failures=str(failed),
        errors=str(unseen),
        skipped="0",
        time=f"{seconds:.3f}",
    )
    for line in lines:
        _case(suite, line)
    ET.indent(suite)
    body: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _case(suite: ET.Element, line: Line) -> None:
    case = ET.SubElement(suite, "testcase", classname="gate", name=line.name.value)
    if line.status is Status.PASSED:
        return
    tag = "failure" if line.status is Status.FAILED else "error"
    found = ET.SubElement(case, tag, message=_clean(line.said))
    found.text = _clean("\n".join([line.reason, *line.details[:SHOWN]]))


def _clean(text: str) -> str:
    """Leave out what XML 1.0 can't hold."""
    return "".join(character for character in text if character in "\t\n" or ord(character) >= 0x20)
