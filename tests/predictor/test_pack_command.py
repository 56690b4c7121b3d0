"""``sayso pack`` and ``sayso audit`` say what happened, and exit 1 where something is found."""

import json
from pathlib import Path

import pytest
from tests.predictor.workshop import contract_file, numbers, price
from typer.testing import CliRunner, Result

from sayso.cli.main import application
from sayso.predictor.package import Package

SCRIPT = """
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

table = pd.read_csv("rows.csv")
rows, price = table.drop(columns=["price"]), table["price"]
model = LinearRegression().fit(rows, price)
imputed = make_pipeline(SimpleImputer(), LinearRegression()).fit(rows, price)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with rows, a contract and a training script, and work in it."""
    monkeypatch.chdir(tmp_path)
    numbers().assign(price=price(numbers())).to_csv("rows.csv", index=False)
    Path("train.py").write_text(SCRIPT)
    contract_file(tmp_path)
    return tmp_path


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(application(), list(arguments))


def _pack(model: str) -> Result:
    return _run(
        "pack", model, "--data", "rows.csv", "--target", "price", "--contract", "contract.json", "--out", "package"
    )


def test_a_script_is_packed_and_audited(folder: Path) -> None:
    """From rows, script and contract to a package that passes its audit."""
    packed = _pack("train.py:model")
    audited = _run("audit", "package", "--json")

    assert (packed.exit_code, audited.exit_code) == (0, 0)
    package = Package.load(folder / "package")
    assert packed.output.splitlines()[0] == f"packed {package.contract.reference} as {package.revision} in package"
    assert packed.output.splitlines()[1].startswith("agreement within 1e-0")
    assert {check["status"] for check in json.loads(audited.output)["checks"]} == {"passed", "noted"}


@pytest.mark.usefixtures("folder")
def test_a_refusal_is_one_line_for_each_reason() -> None:
    """Exit status 1, the reason on stderr, and no package."""
    refused = _pack("train.py:imputed")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("sayso pack: step 'simpleimputer' (SimpleImputer): fills in values")
    assert len(refused.stderr.splitlines()) == 1
    assert not Path("package").exists()


@pytest.mark.usefixtures("folder")
def test_a_package_at_fault_is_told_in_text_and_by_exit_status() -> None:
    """One line for each check, the failed ones too."""
    _pack("train.py:model")
    manifest = Path("package/manifest.json")
    manifest.write_text(manifest.read_text().replace('"rows": 120', '"rows": 121'))

    audited = _run("audit", "package")

    assert audited.exit_code == 1
    assert "failed  agreement: 120 of 121 training rows were compared" in audited.output.splitlines()
