"""Where requests go, and as whom, is refused before anything is sent where it must not be."""

from pathlib import Path

import pytest

from sayso.failures import SettingsError
from sayso.llm.target import Target, target

SOUND: dict[str, object] = {
    "provider": "openai",
    "base_url": None,
    "model": "m",
    "api_key_env": "KEY",
    "project": "",
    "location": "",
    "credentials": "metadata",
    "root": Path(),
    "environment": {"KEY": "sk-secret"},
}
VERTEX: dict[str, object] = {"provider": "vertex", "project": "p", "location": "europe-west4"}


def made(**changes: object) -> Target:
    """Make a target from the section with some keys changed."""
    return target(**{**SOUND, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"model": ""}, "model"),
        ({"base_url": "ftp://h"}, "base_url"),
        ({"base_url": "https://h/?key=1"}, "base_url"),
        ({"base_url": "https://u:p@h/v1"}, "base_url"),
        ({"base_url": "http://example.org/v1"}, "base_url"),
        ({"api_key_env": ""}, "api_key_env"),
        ({"api_key_env": "", "provider": "gemini", "base_url": "http://127.0.0.1:1"}, "api_key_env"),
        ({"environment": {}}, "api_key_env"),
        ({"environment": {"KEY": ""}}, "api_key_env"),
        ({**VERTEX, "project": ""}, "project"),
        ({**VERTEX, "project": "p/locations/x"}, "project"),
        ({**VERTEX, "location": ""}, "location"),
        ({**VERTEX, "credentials": "none"}, "credentials"),
        ({**VERTEX, "base_url": "http://example.org"}, "base_url"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_what_must_not_be_is_refused_by_the_key_at_fault(changes: dict[str, object], named: str) -> None:
    """One line that names the setting; never the secret."""
    with pytest.raises(SettingsError, match=named) as raised:
        made(**changes)

    assert "sk-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "https://api.openai.com/v1"),
        ({"provider": "gemini"}, "https://generativelanguage.googleapis.com"),
        (VERTEX, "https://europe-west4-aiplatform.googleapis.com"),
        ({**VERTEX, "location": "global"}, "https://aiplatform.googleapis.com"),
        ({"base_url": "http://127.0.0.1:8000/v1/", "api_key_env": ""}, "http://127.0.0.1:8000/v1"),
    ],
    ids=["openai", "gemini", "vertex", "vertex, global", "a server of one's own, without a key"],
)
def test_the_address_is_the_providers_own_unless_one_is_given(changes: dict[str, object], address: str) -> None:
    """Said outright, so that no variable of an SDK can send words elsewhere."""
    assert made(**changes).base_url == address


def test_a_target_does_not_show_its_key() -> None:
    """Whoever prints it prints no secret."""
    assert "sk-secret" not in repr(made())
