"""A file is written whole or not at all."""

from pathlib import Path

import pytest

from sayso.whole_file import create, write


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    """The new bytes stand under the old name with the old mode, and nothing else is left."""
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write(path, b"new")

    assert (path.read_bytes(), path.stat().st_mode & 0o777, list(tmp_path.iterdir())) == (b"new", 0o640, [path])


def test_a_new_file_can_be_read_by_others(tmp_path: Path) -> None:
    """A file that was not there gets the usual mode, not a temporary file's."""
    write(tmp_path / "a", b"new")
    (tmp_path / "b").touch()

    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_symbolic_link_keeps_pointing(tmp_path: Path) -> None:
    """Writing through a link replaces what it points at."""
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", b"new")

    assert ((tmp_path / "link").is_symlink(), (tmp_path / "real").read_bytes()) == (True, b"new")


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    """Where the new bytes can't take the name, the temporary file is gone."""
    folder = tmp_path / "a"
    folder.mkdir()

    with pytest.raises(OSError, match="a"):
        write(folder, b"new")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_file_that_is_there_is_never_taken(tmp_path: Path) -> None:
    """Making a file leaves one that exists alone, and no temporary file behind."""
    path = tmp_path / "a"
    create(path, b"first")

    with pytest.raises(FileExistsError):
        create(path, b"second")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"first", [path])
