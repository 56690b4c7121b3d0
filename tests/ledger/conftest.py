"""Run every test of the store on both databases."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ledger.worlds import World, postgresql_or_skip
from tests.postgresql import MEMORY, Server, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Run PostgreSQL for the session."""
    postgresql_or_skip()
    with running(MEMORY if MEMORY.is_dir() else None) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a new ledger: once in SQLite, once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server: Server = request.getfixturevalue("server")
    return server.schema()


@pytest.fixture
def world(url: str) -> Iterator[World]:
    """Give a ledger with a clock that stands still, and close it."""
    with World(url) as world:
        yield world


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[World]:
    """Give the same in SQLite alone, for what the database has no part in."""
    with World(f"sqlite:///{tmp_path / 'ledger.db'}") as world:
        yield world


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """Run coroutines."""
    with asyncio.Runner() as runner:
        yield runner
