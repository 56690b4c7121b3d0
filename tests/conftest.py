"""Share contracts and small worlds between tests."""

from pathlib import Path

import pytest
from hypothesis import settings
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

from sayso.contract.document import parse
from sayso.contract.model import Contract

# A busy machine is no failure: how long an example takes is for the benchmarks.
settings.register_profile("sayso", deadline=None)
settings.load_profile("sayso")

__all__ = ["policy_rate", "pytest_make_collect_report", "pytest_runtest_makereport"]

CONTRACTS = Path(__file__).parent / "dialogues" / "contracts"


@pytest.fixture(scope="session")
def policy_rate() -> Contract:
    """Give the contract of a policy rate: a date, three percentages, a date rule."""
    path = CONTRACTS / "policy-rate.json"
    return parse(path.name, path.read_bytes())
