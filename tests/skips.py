"""Turn skips into failures where REQUIRE_ALL=1 says that nothing is missing here: a skip that nobody sees is a hole.

The one place of this rule; a test that lacks something calls `pytest.skip` with what is missing and how to get it.
"""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
_Reports = Generator[None, pytest.TestReport, pytest.TestReport]
_Collected = Generator[None, pytest.CollectReport, pytest.CollectReport]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> _Reports:
    """Fail a test that was skipped."""
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> _Collected:
    """Fail a file that was skipped as a whole."""
    return _judged((yield))


def _judged(report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REQUIRE_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, and this was skipped: {report.longrepr}"
    return report
