"""Share servers between the tests of faults."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.ledger.proxy import Proxy
from tests.ledger.worlds import World, postgresql_or_skip
from tests.postgresql import Server, running


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run PostgreSQL on a real disk for one module, which may kill it."""
    postgresql_or_skip()
    with running() as server:
        yield server


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    """Stand between the ledger and the server."""
    proxy = Proxy(server.port)
    yield proxy
    proxy.close()


@pytest.fixture
def distant(server: Server, proxy: Proxy) -> Iterator[World]:
    """Give a ledger behind the proxy; its reader goes through it too, while it is open."""
    with World(server.schema().replace(str(server.port), str(proxy.port))) as world:
        yield world


@pytest.fixture
def remote(server: Server) -> Iterator[World]:
    """Give a ledger on the server."""
    with World(server.schema()) as world:
        yield world


@pytest.fixture
def local(tmp_path: Path) -> Iterator[World]:
    """Give a ledger in a file."""
    with World(f"sqlite:///{tmp_path / 'ledger.db'}") as world:
        yield world


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """Run coroutines."""
    with asyncio.Runner() as runner:
        yield runner
