"""Share a small model package."""

from pathlib import Path

import pytest
from tests.predictor import packages


@pytest.fixture(scope="session")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sound package: three numbers from -100 to 100 and a price from -1000 to 1000, with an interval."""
    return packages.sound(tmp_path_factory.mktemp("parcel"))
