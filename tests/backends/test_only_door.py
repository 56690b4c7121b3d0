"""Nothing but the backends talks to a predictor, and nothing but the wiring reaches them."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent.parent
CLIENTS = [
    "import httpx",
    "from google.cloud import aiplatform",
    "from google.cloud import aiplatform_v1",
    "from google.cloud.aiplatform_v1 import PredictionServiceClient",
    "from google.cloud.aiplatform_v1.services.prediction_service import PredictionServiceAsyncClient",
    "import google.cloud.aiplatform_v1beta1",
    "import vertexai",
    "import grpc.aio",
]


def _banned(statement: str, place: str) -> bool:
    """Ask the linter, with the repository's own rules, about one line of code at one place."""
    ruff = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--stdin-filename", str(ROOT / place), "-"]
    ended = subprocess.run(
        ruff, input=f"{statement}\n", capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert ended.returncode in (0, 1), ended.stderr
    return "TID251" in ended.stdout


@pytest.mark.parametrize("statement", CLIENTS)
@pytest.mark.parametrize("place", ["src/sayso/interaction.py", "src/sayso/ui/page.py", "src/sayso/evals/judge.py"])
def test_a_prediction_client_is_banned_elsewhere(statement: str, place: str) -> None:
    """The linter, which must pass for anything to land, names the line."""
    assert _banned(statement, place)


@pytest.mark.parametrize("statement", CLIENTS)
def test_a_prediction_client_is_allowed_in_a_backend(statement: str) -> None:
    """Otherwise the rule would show nothing."""
    assert not _banned(statement, "src/sayso/backends/other.py")


def test_only_the_wiring_imports_a_backend() -> None:
    """Whoever else needs a prediction goes through the one door."""
    graph = grimp.build_graph("sayso", cache_dir=None)
    backends = {module for module in graph.modules if module.startswith("sayso.backends")}
    importers = {importer for module in backends for importer in graph.find_modules_that_directly_import(module)}

    assert importers - backends == {"sayso.inference_wiring"}
