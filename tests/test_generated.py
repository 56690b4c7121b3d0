"""Files that are made from code are as the code makes them."""

from pathlib import Path

import pytest
from scripts.generate import FILES, ROOT, failure_classes, stale

from sayso.failures import FailureClass


def test_no_generated_file_is_stale() -> None:
    """Whoever changes the code runs `make generate`."""
    assert [str(path.relative_to(ROOT)) for path, _ in stale(ROOT)] == []


@pytest.mark.parametrize("name", FILES)
def test_a_changed_or_missing_file_is_stale(tmp_path: Path, name: str) -> None:
    """One byte is enough."""
    for other, make in FILES.items():
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).write_bytes(make().encode())
    assert list(stale(tmp_path)) == []

    (tmp_path / name).write_bytes(FILES[name]().encode() + b" ")
    assert [path for path, _ in stale(tmp_path)] == [tmp_path / name]
    (tmp_path / name).unlink()
    assert [path for path, _ in stale(tmp_path)] == [tmp_path / name]


def test_the_page_of_failures_has_every_class() -> None:
    """No class is left out, and none is listed twice."""
    page = failure_classes()

    assert [page.count(f"| `{member.label}` |") for member in FailureClass] == [1] * len(FailureClass)
