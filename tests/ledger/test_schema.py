"""The tables are made and migrated by numbered steps, by one process at a time."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from tests.ledger.worlds import World

from sayso.failures import LedgerError
from sayso.ledger.schema import REVISION
from sayso.ledger.tables import METADATA

ROOT = Path(__file__).parent.parent.parent


def test_the_newest_step_is_the_one_we_speak() -> None:
    """REVISION names the head of the migrations."""
    config = Config()
    config.set_main_option("script_location", "sayso.ledger:migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_the_steps_make_the_tables_that_the_code_names(world: World) -> None:
    """Alembic finds no difference between a migrated database and tables.py."""
    world.open()

    with world.sql() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_ledger_of_a_newer_sayso_is_refused(world: World) -> None:
    """An older program must not write tables that it does not know."""
    world.close(world.open())
    with world.sql() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(LedgerError, match="9999"):
        world.open()


def test_processes_that_start_at_once_make_the_tables_once(world: World) -> None:
    """Eight openings of a new ledger all succeed."""
    with ThreadPoolExecutor(8) as pool:
        ledgers = list(pool.map(lambda _: world.open(), range(8)))

    assert len(ledgers) == 8
    assert world.reader.audit().findings == ()


def test_opening_a_known_ledger_loads_no_alembic(sqlite: World) -> None:
    """Its import costs more than opening: only a migration pays for it."""
    sqlite.close(sqlite.open())
    program = f"""
import sys
from datetime import UTC, datetime
from sayso.ledger.store import Ledger
from sayso.ledger.text import TextPolicy
Ledger.open({sqlite.url!r}, text=TextPolicy.NONE, clock=lambda: datetime.now(UTC), writer="other").close()
print("alembic" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "False"


def test_the_steps_are_in_the_wheel(tmp_path: Path) -> None:
    """An installed sayso can make its tables: nothing is read from the working tree."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(wheel)], capture_output=True, text=True, check=True
    )

    assert "sayso/ledger/migrations/env.py" in listed.stdout
    assert "sayso/ledger/migrations/versions/r0001_begin.py" in listed.stdout
