"""Read what the unit tests came to, from the JUnit XML that pytest writes.

The file must say which commit was tested: a result of yesterday's tree says nothing about today's.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

COMMIT = "commit:"
"""What the name of a test suite begins with, where it names the commit it ran on (pytest's ``junit_suite_name``)."""


@dataclass(frozen=True, slots=True)
class UnitTests:
    """Hold one run of the unit tests."""

    total: int
    failed: tuple[str, ...]
    """The tests that failed, errors in fixtures included."""
    skipped: tuple[str, ...]
    """The tests that were skipped, or expected to fail."""
    commit: str | None
    """None where the file does not say."""


def read_unit_tests(path: Path) -> UnitTests | str:
    """Read a JUnit XML; gives the reason where there is none that can be read."""
    try:
        root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own pytest's file, in our own tree
    except OSError as error:
        return f"{path}: {error.strerror or error}; run make unit"
    except ET.ParseError as error:
        return f"{path}: is no XML ({error}); run make unit"
    tests = list(root.iter("testcase"))
    names = {suite.get("name", "") for suite in root.iter("testsuite")}
    commits = {name.removeprefix(COMMIT) for name in names if name.startswith(COMMIT)}
    return UnitTests(
        total=len(tests),
        failed=tuple(
            _name(test) for test in tests if test.find("failure") is not None or test.find("error") is not None
        ),
        skipped=tuple(_name(test) for test in tests if test.find("skipped") is not None),
        commit=commits.pop() if len(commits) == 1 else None,
    )


def _name(test: ET.Element) -> str:
    return f"{test.get('classname', '?')}::{test.get('name', '?')}"
