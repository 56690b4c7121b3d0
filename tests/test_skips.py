"""A skip is a failure where REQUIRE_ALL=1 says that nothing may be missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SKIPS = {
    "mark": "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_it(): pass\n",
    "call": "import pytest\ndef test_it(): pytest.skip('no browser')\n",
    "fixture": "import pytest\n@pytest.fixture\ndef it(): pytest.skip('no browser')\ndef test_it(it): pass\n",
    "whole file": "import pytest\npytest.skip('no browser', allow_module_level=True)\n",
}


def _run(folder: Path, source: str, required: str) -> tuple[int, str]:
    test = folder / "test_it.py"
    test.write_text(source)
    arguments = [sys.executable, "-m", "pytest", "-q", "-c", str(folder / "pytest.ini"), "-p", "tests.skips", str(test)]
    (folder / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        arguments, cwd=ROOT, env={**os.environ, "REQUIRE_ALL": required}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("source", SKIPS.values(), ids=SKIPS.keys())
def test_a_skip_fails_where_everything_is_required(tmp_path: Path, source: str) -> None:
    """However a test is skipped, the run fails and says what was missing."""
    status, output = _run(tmp_path, source, "1")

    assert status != 0
    assert "no browser" in output


def test_a_skip_is_allowed_elsewhere(tmp_path: Path) -> None:
    """Without REQUIRE_ALL the run passes."""
    assert _run(tmp_path, SKIPS["mark"], "")[0] == 0
