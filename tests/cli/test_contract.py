"""``sayso contract`` says what it did and ends with a status that a script can use."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest
from tests.agreement.repositories import commit, edit

from sayso.cli.main import run

CLEAN, FINDINGS, USAGE, COULD_NOT_RUN = 0, 1, 2, 5


class Done(NamedTuple):
    """Hold how a command ended."""

    status: int
    out: str
    err: str


Sayso = Callable[..., Done]


@pytest.fixture
def sayso(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sayso:
    """Run ``sayso contract`` with arguments in a folder, to its end."""

    def done(*arguments: str, cwd: Path) -> Done:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["sayso", "contract", *arguments])
        status = CLEAN
        try:
            run()
        except SystemExit as ending:
            status = int(ending.code or CLEAN)
        return Done(status, *capsys.readouterr())

    return done


def _path(root: Path) -> Path:
    return root / "model" / "feature_columns.json"


def test_from_new_to_published(sayso: Sayso, repository: Path) -> None:
    """The whole way of a contract, command by command."""
    path = repository / "other.json"

    assert sayso("new", "other", "Größe", "x.y", "--target", "z", "--out", "other.json", cwd=repository).status == CLEAN
    assert sayso("check", "other.json", cwd=repository).status == FINDINGS
    assert sayso("freeze", "other.json", cwd=repository).status == CLEAN
    assert sayso("check", "other.json", cwd=repository).status == CLEAN
    commit(repository)
    assert sayso("publish", "other.json", cwd=repository).out.startswith("published other 1.0.0 as the tag contract/")
    assert sayso("check", "--tag", "other.json", cwd=repository).status == CLEAN
    assert list(json.loads(path.read_bytes())["features"]) == ["Größe", "x.y"]


def test_the_deployment_s_contract_is_found_by_its_settings(sayso: Sayso, deployment: Path) -> None:
    """Without a path, and from any folder, it is the one that sayso.toml names."""
    elsewhere = deployment.parent
    done = sayso("check", "--config", str(deployment / "sayso.toml"), cwd=elsewhere)

    assert done.status == CLEAN
    assert done.out == sayso("check", cwd=deployment).out
    assert done.out == sayso("check", "model/feature_columns.json", cwd=deployment).out
    assert len(done.out.splitlines()) == 8


def test_a_disagreement_is_one_line_and_status_1(sayso: Sayso, deployment: Path) -> None:
    """Each line begins with how the comparison ended and names the file."""
    (deployment / "model" / "baseline.json").write_bytes(b"{}")
    done = sayso("check", cwd=deployment)

    assert done.status == FINDINGS
    assert [line.split()[:2] for line in done.out.splitlines() if line.startswith("disagrees")] == [
        ["disagrees", "baseline.json:"],
        ["disagrees", "baseline.json:"],
    ]


def test_check_answers_programs_in_json(sayso: Sayso, deployment: Path) -> None:
    """Status and findings, one object each."""
    answer = json.loads(sayso("check", "--json", cwd=deployment).out)

    assert answer["clean"] is True
    assert answer["findings"][0].keys() == {"subject", "status", "detail"}


def test_an_unpublished_version_fails_the_check_of_its_tag(sayso: Sayso, repository: Path) -> None:
    """Without --tag the tag does not matter."""
    assert sayso("check", cwd=repository).status == CLEAN
    assert sayso("check", "--tag", cwd=repository).status == FINDINGS


def test_a_tag_can_t_be_checked_without_git(sayso: Sayso, deployment: Path, own_git: None) -> None:
    """That is no finding: it could not run."""
    done = sayso("check", "--tag", cwd=deployment)

    assert done.status == COULD_NOT_RUN
    assert done.err.startswith("sayso: git rev-parse in ")
    assert len(done.err.splitlines()) == 1


def test_a_changed_contract_is_refused_under_its_version(sayso: Sayso, repository: Path) -> None:
    """The refusal is one line, and the file is as it was."""
    edit(_path(repository), target={"name": "other"})
    before = _path(repository).read_bytes()
    done = sayso("freeze", cwd=repository)

    assert (done.status, _path(repository).read_bytes()) == (COULD_NOT_RUN, before)
    assert "1.0.0 is frozen with other content" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_frozen_contract_is_not_written_again(sayso: Sayso, deployment: Path) -> None:
    """Freezing what is frozen leaves even the time of the file alone."""
    before = _path(deployment).stat()
    done = sayso("freeze", "--json", cwd=deployment)

    assert (done.status, _path(deployment).stat().st_mtime_ns) == (CLEAN, before.st_mtime_ns)
    assert json.loads(done.out)["version"] == "1.0.0"


def test_a_folder_that_can_t_be_written_is_named(sayso: Sayso, tmp_path: Path) -> None:
    """A new file in a folder that is not there is one line."""
    done = sayso("new", "a", "x", "--out", "missing/c.json", cwd=tmp_path)

    assert (done.status, done.err) == (
        COULD_NOT_RUN,
        "sayso: missing/c.json: $: No such file or directory; nothing was written: give another place with --out\n",
    )


def test_new_leaves_a_file_that_is_there_alone(sayso: Sayso, tmp_path: Path) -> None:
    """A contract that somebody wrote is not lost."""
    (tmp_path / "feature_columns.json").write_text("mine", encoding="utf-8")
    done = sayso("new", "a", "x", cwd=tmp_path)

    assert (done.status, (tmp_path / "feature_columns.json").read_text(encoding="utf-8")) == (COULD_NOT_RUN, "mine")


@pytest.mark.parametrize("arguments", [("Bad Name", "x"), ("a", "x", "X"), ("a", " x")], ids=["name", "twice", "space"])
def test_new_writes_no_contract_that_is_not_sound(sayso: Sayso, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """What parsing would refuse is refused before a file is made."""
    assert sayso("new", *arguments, cwd=tmp_path).status == COULD_NOT_RUN
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("new",), ("new", "a"), ("diff", "a"), ("nonsense",), ("check", "--nonsense")])
def test_a_wrong_command_is_status_2(sayso: Sayso, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Usage is told apart from findings."""
    assert sayso(*command, cwd=tmp_path).status == USAGE


@pytest.mark.parametrize("command", ["check", "freeze", "show", "schema", "publish"])
def test_a_missing_contract_could_not_be_looked_at(sayso: Sayso, tmp_path: Path, command: str) -> None:
    """One line says which file and what to do."""
    done = sayso(command, "missing.json", cwd=tmp_path)

    assert (done.status, done.err) == (
        COULD_NOT_RUN,
        "sayso: missing.json: $: No such file or directory; "
        "give the path of a contract, or make one with sayso contract new\n",
    )


def test_diff_says_what_the_version_must_be(sayso: Sayso, deployment: Path) -> None:
    """Too small a step is status 1, the right one 0."""
    old = _path(deployment)
    new = deployment / "new.json"
    new.write_bytes(old.read_bytes())
    edit(new, version="1.1.0", target={"name": "other"})
    small = sayso("diff", str(old), str(new), cwd=deployment)
    edit(new, version="2.0.0")
    enough = sayso("diff", str(old), str(new), "--json", cwd=deployment)

    assert (small.status, small.out.splitlines()[-1]) == (
        FINDINGS,
        "1.0.0 → 1.1.0 is too small for a major change; make it 2.0.0 or higher",
    )
    answer = json.loads(enough.out)
    assert (enough.status, answer["needed"], answer["fault"]) == (CLEAN, "major", None)


def test_diff_of_the_same_says_so(sayso: Sayso, deployment: Path) -> None:
    """No change is one line."""
    path = str(_path(deployment))

    assert sayso("diff", path, path, cwd=deployment) == Done(CLEAN, "nothing changed\n", "")


def test_obstacles_to_publishing_are_status_1(sayso: Sayso, repository: Path) -> None:
    """Each on a line of its own, and no tag is made."""
    (repository / "note").write_text("", encoding="utf-8")
    done = sayso("publish", cwd=repository)
    answer = json.loads(sayso("publish", "--json", cwd=repository).out)

    assert (done.status, len(done.out.splitlines())) == (FINDINGS, 1)
    assert (answer["tag"], len(answer["obstacles"])) == (None, 1)


def test_show_is_plain_in_a_pipe(sayso: Sayso, deployment: Path) -> None:
    """Every feature is named, without colour codes."""
    done = sayso("show", cwd=deployment)

    assert "\x1b" not in done.out
    assert all(name in done.out for name in json.loads(_path(deployment).read_bytes())["feature_columns"])


def test_show_answers_programs_in_json(sayso: Sayso, deployment: Path) -> None:
    """The same description that the API gives, and whether the contract is frozen."""
    answer = json.loads(sayso("show", "--json", cwd=deployment).out)

    assert (answer["version"], answer["seal"]) == ("1.0.0", "frozen")


def test_schema_prints_a_sound_schema(sayso: Sayso, deployment: Path) -> None:
    """What is printed is JSON Schema."""
    schema = json.loads(sayso("schema", cwd=deployment).out)

    jsonschema.Draft202012Validator.check_schema(schema)
