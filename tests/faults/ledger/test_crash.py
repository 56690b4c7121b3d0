"""Kill -9, at random points, loses no outcome that a caller received; `crash` is the full run with its figures."""

from pathlib import Path

import pytest
from tests.faults.ledger.crash import Crashes
from tests.faults.ledger.tally import Figures
from tests.postgresql import Server

ROUNDS = 2
SEED = 20201


def _lost(figures: Figures) -> dict[str, int]:
    return {
        "lost": figures.lost,
        "twice": figures.twice,
        "without_end": figures.without_end,
        "changed_by_retry": figures.changed_by_retry,
        "chain_findings": figures.chain_findings,
        "silent_failures": figures.silent_failures,
    }


NOTHING = dict.fromkeys(_lost(Figures(*range(10))), 0)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_when_the_service_is_killed(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    """Every outcome received is in the ledger, every interaction has one end, and the chains hold."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    if database == "postgresql":
        server: Server = request.getfixturevalue("server")
        url = server.schema()

    figures = Crashes(tmp_path, url, seed=SEED).kill_service(ROUNDS)

    assert figures.acknowledged > 0
    assert _lost(figures) == NOTHING


def test_nothing_is_lost_when_the_postmaster_is_killed(tmp_path: Path, server: Server) -> None:
    """The service lives on, callers hear an outcome or that the ledger is away, and both are true."""
    figures = Crashes(tmp_path, server.schema(), seed=SEED).kill_postmaster(ROUNDS, server)

    assert figures.acknowledged > 0
    assert _lost(figures) == NOTHING
