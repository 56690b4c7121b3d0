"""Settings come from one file and its overrides, and nothing unknown passes."""

from pathlib import Path

import pytest

from sayso.failures import SettingsError
from sayso.settings import Settings, load, override, variables


def _write(folder: Path, text: str) -> Path:
    path = folder / "sayso.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_sets_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    """A key of the file replaces the default; the others keep theirs."""
    settings = load(_write(tmp_path, "[serve]\nport = 9999\n"), {})

    assert (settings.serve.port, settings.serve.host) == (9999, "127.0.0.1")


def test_a_variable_overrides_the_file(tmp_path: Path) -> None:
    """SAYSO_<SECTION>_<KEY> wins over the file, with the key's own type."""
    settings = load(_write(tmp_path, "[backend]\ndeadline_s = 3.0\n"), {"SAYSO_BACKEND_DEADLINE_S": "0.5"})

    assert settings.backend.deadline_s == 0.5


def test_a_list_is_a_list_in_the_file_and_parted_by_commas_in_a_variable(tmp_path: Path) -> None:
    """Both ways give the same words."""
    text = '[plain]\ndeployed_models = ["5001"]\nclasses = ["no", "yes"]\n'

    settings = load(_write(tmp_path, text), {"SAYSO_PLAIN_CLASSES": "yes,no"})

    assert (settings.plain.deployed_models, settings.plain.classes) == (("5001",), ("yes", "no"))


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """A relative path starts at the settings file's folder, wherever the process runs."""
    settings = load(_write(tmp_path, ""), {})

    assert settings.path(settings.contract.path) == tmp_path / "model/feature_columns.json"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[srve]\nport = 1\n", "srve"),
        ("[serve]\nprt = 1\n", "serve.prt"),
        ('[serve]\nport = "8080"\n', "serve.port"),
        ("[serve]\nport = 70000\n", "serve.port"),
        ('[backend]\nkind = "vertx"\n', "backend.kind"),
        ("[backend]\ndeadline_s = 0\n", "backend.deadline_s"),
        ('root = "/"\n', "root"),
        ("[serve\n", "sayso.toml"),
        ("[serve]\nport = 1979-05-27\n", "sayso.toml"),
    ],
    ids=["section", "key", "text for a number", "too large", "word", "zero", "root", "no toml", "a date"],
)
def test_an_unusable_file_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    """The message names the section and key at fault."""
    with pytest.raises(SettingsError, match=said.replace(".", r"\.")):
        load(_write(tmp_path, text), {})


@pytest.mark.parametrize(
    "environment",
    [{"SAYSO_SERVE_PRT": "1"}, {"SAYSO_PORT": "1"}, {"SAYSO_": "1"}, {"SAYSO_SERVE_PORT": "x"}, {"SAYSO_ROOT_X": "1"}],
    ids=["key", "no section", "empty", "value", "root"],
)
def test_an_unknown_or_unusable_variable_is_refused_by_name(environment: dict[str, str]) -> None:
    """A misspelt variable is an error, not a default."""
    with pytest.raises(SettingsError, match=next(iter(environment))):
        override(Settings(), environment)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [("[serve]\nprt = 1\n", "known: host, port"), ("port = 1\n", "every key is in a section: contract, language")],
    ids=["key", "no section"],
)
def test_an_unknown_key_is_answered_with_those_that_are_known(tmp_path: Path, text: str, remedy: str) -> None:
    """Whoever misspelt a key reads in the same line how it is spelt."""
    with pytest.raises(SettingsError, match=remedy):
        load(_write(tmp_path, text), {})


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    """No settings file is an error with a remedy."""
    with pytest.raises(SettingsError, match="--config"):
        load(tmp_path / "sayso.toml", {})


def test_the_reference_deployment_sets_only_known_keys() -> None:
    """The repository's own sayso.toml can be read."""
    settings = load(Path(__file__).parent.parent / "sayso.toml", {})

    assert settings.contract.path == Path("model/feature_columns.json")


def test_every_key_has_a_variable() -> None:
    """The list of variables covers every section and key."""
    assert {"SAYSO_LEDGER_URL", "SAYSO_TELEMETRY_LOG_PATH", "SAYSO_SERVE_MAX_BODY_BYTES"} <= set(variables())
