"""The README shows what really happens, and names everything that there is."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from tests.end_to_end.conftest import environment, sayso

from sayso.cli.main import application

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FOLDERS = sorted(path.parent.name for path in (ROOT / "src" / "sayso").glob("*/__init__.py"))


def _exchanges() -> list[tuple[str, list[str]]]:
    """Give each command of the console block, with the lines that it answers."""
    block = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert block is not None
    command, *rest = re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]
    return [
        (lines[0].removeprefix(".venv/bin/sayso "), lines[1:])
        for lines in (text.strip().splitlines() for text in [command, *rest])
    ]


@pytest.mark.parametrize(("command", "answered"), _exchanges(), ids=["predicted", "asked back"])
def test_the_exchange_is_real(tmp_path: Path, command: str, answered: list[str]) -> None:
    """Each command of the first screen answers what stands below it, but for the id."""
    done = sayso(*shlex.split(command), env=environment(tmp_path))

    *lines, interaction = (line.rstrip() for line in done.stdout.splitlines())
    assert (lines, interaction[:12]) == (answered, "interaction ")


def test_every_link_leads_to_a_file() -> None:
    """No page of ours is missing."""
    links = re.findall(r"\]\(([^)]+)\)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_path_of_the_map_is_there() -> None:
    """Whoever follows the map arrives."""
    paths = re.findall(r"`((?:src|tests|model|evals|monitoring|deploy|examples)/[^`]*)`", README)

    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_every_folder_of_source_is_on_the_map(name: str) -> None:
    """A new folder gets its line."""
    assert f"`src/sayso/{name}/`" in README


def test_every_command_that_is_named_is_there() -> None:
    """The table names none that is not; `sayso --help` lists all."""
    group = typer.main.get_command(application())
    named = set(re.findall(r"`sayso ([a-z]+)`", README))

    assert len(named) > 15
    assert named - set(group.commands) == set()  # type: ignore[attr-defined]
