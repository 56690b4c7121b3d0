"""Share contracts and small worlds between tests."""

from pathlib import Path

import pytest

from sayso.contract.document import parse
from sayso.contract.model import Contract

CONTRACTS = Path(__file__).parent / "dialogues" / "contracts"


@pytest.fixture(scope="session")
def policy_rate() -> Contract:
    """Give the contract of a policy rate: a date, three percentages, a date rule."""
    path = CONTRACTS / "policy-rate.json"
    return parse(path.name, path.read_bytes())
