"""An endpoint's file is whole or untouched, and is not believed blindly."""

from pathlib import Path

import pytest

from sayso.endpoint.state import DeployedModel, State
from sayso.endpoint.store import Store
from sayso.failures import DocumentError

STATE = State(
    name="projects/p/locations/l/endpoints/1",
    generation=3,
    deployed_models=(DeployedModel("1", "http://127.0.0.1:8080/v1/predict"),),
    traffic_split={"1": 100},
)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    """Generation and split survive a restart; the folder is made."""
    store = Store(tmp_path / "var" / "endpoint.json")
    store.save(STATE)

    assert store.load() == STATE


def test_no_file_is_no_state(tmp_path: Path) -> None:
    """A first start begins with nothing."""
    assert Store(tmp_path / "endpoint.json").load() is None


def test_a_failed_write_leaves_the_old_state(tmp_path: Path) -> None:
    """The new file is written beside the old one first."""
    path = tmp_path / "endpoint.json"
    Store(path).save(STATE)
    (tmp_path / "endpoint.json.new").mkdir()

    with pytest.raises(OSError, match=r"endpoint\.json\.new"):
        Store(path).save(State(name="projects/p/locations/l/endpoints/2"))

    assert Store(path).load() == STATE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"name": "sayso"}',
        '{"name": "projects/p/locations/l/endpoints/1", "traffic_split": {"1": 100}}',
        '{"name": "projects/p/locations/l/endpoints/1", "more": 1}',
        '{"name": "projects/p/locations/l/endpoints/1", "generation": "3"}',
    ],
    ids=["empty", "list", "name", "stranger in the split", "unknown key", "type"],
)
def test_a_file_that_is_no_state_is_an_error_with_its_name(tmp_path: Path, text: str) -> None:
    """Nothing is served from a file that contradicts itself."""
    path = tmp_path / "endpoint.json"
    path.write_text(text)

    with pytest.raises(DocumentError, match=r"endpoint\.json"):
        Store(path).load()
