"""Who calls Google is said in the settings, and never searched for."""

from pathlib import Path

import pytest
from google.auth.compute_engine import Credentials as MachineCredentials

from sayso.failures import SettingsError
from sayso.google_identity import credentials


def test_the_machine_is_not_asked_before_it_is_needed() -> None:
    """`metadata` makes credentials without a look at the network."""
    assert isinstance(credentials("vertex", None, is_anonymous=False), MachineCredentials)


@pytest.mark.parametrize(
    "text",
    [None, "", "[]", "{}", '{"type": "unheard_of"}', '{"type": "service_account"}', '{"type": 1}'],
)
def test_a_file_that_holds_no_credentials_is_refused(tmp_path: Path, text: str | None) -> None:
    """The message names the section and the file."""
    path = tmp_path / "key.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(SettingsError, match=r"^\[cloud\].*key\.json"):
        credentials("cloud", path, is_anonymous=False)
