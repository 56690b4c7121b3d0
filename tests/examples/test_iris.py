"""The example is a deployment like the reference: asked in words, it names a species with the probability of each."""

import json
from pathlib import Path
from typing import Any

import pytest
from examples.iris import train
from tests.end_to_end.conftest import environment, sayso

from sayso.predictor.audit import Status, audit

IRIS = Path(train.__file__).parent
FILES = ("feature_columns.json", "model.onnx", "manifest.json", "baseline.json")
NAMED = {"sepal length": 5.1, "sepal width": 3.5, "petal length": 1.4, "petal width": 0.2}


def _ask(folder: Path, text: str) -> tuple[int, dict[str, Any]]:
    done = sayso("ask", "--config", str(IRIS / "sayso.toml"), "--json", text, env=environment(folder))
    return done.returncode, json.loads(done.stdout)


def test_training_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    """Same contract, data and code: same files."""
    rebuilt = train.main(tmp_path).folder

    assert {name: (rebuilt / name).read_bytes() for name in FILES} == {
        name: (IRIS / name).read_bytes() for name in FILES
    }


def test_the_package_passes_its_audit() -> None:
    """What we ship is as we demand."""
    assert [check for check in audit(IRIS) if check.status is Status.FAILED] == []


@pytest.mark.parametrize(
    "text",
    [
        "sepal length 5.1 cm, sepal width 3.5 cm, petal length 1.4 cm, petal width 0.2 cm",
        "Petal width is 0.2 cm, petal length 1.4 cm, sepal width 3.5 cm and sepal length 5.1 cm. Which species?",
        "length of the sepals 51 mm, width of the sepals 35 mm, length of the petals 14 mm, width of the petals 2 mm",
    ],
    ids=["in order", "in another order", "in millimetres"],
)
def test_a_flower_that_is_named_whole_is_predicted(tmp_path: Path, text: str) -> None:
    """The species comes with the probability of all three, which add up to 1."""
    status, answer = _ask(tmp_path, text)

    prediction = answer["prediction"]
    assert (status, answer["outcome"], prediction["value"]) == (0, "predicted", "setosa")
    assert list(prediction["probabilities"]) == ["setosa", "versicolor", "virginica"]
    assert sum(prediction["probabilities"].values()) == pytest.approx(1, abs=1e-6)
    assert {name: evidence["value"] for name, evidence in answer["features"].items()} == NAMED


def test_a_pair_whose_order_is_said_is_never_swapped(tmp_path: Path) -> None:
    """It binds all four as they were meant, or asks; no third way."""
    text = "petals 1.4 cm by 0.2 cm, sepals 5.1 by 3.5 cm - length by width"

    _, answer = _ask(tmp_path, text)

    bound = {name: evidence["value"] for name, evidence in answer["features"].items() if evidence}
    assert answer["outcome"] in {"predicted", "needs_input"}
    assert {name: NAMED[name] for name in bound} == bound
