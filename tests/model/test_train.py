"""The reference model is rebuilt bit for bit, judged honestly, and answers the question of the first page."""

from pathlib import Path

import pytest

from model import train
from sayso.contract.admit import FeatureVector, admit
from sayso.failures import Failure
from sayso.predictor.answer import prediction
from sayso.predictor.manifest import Manifest
from sayso.predictor.package import Package

MODEL = Path(train.__file__).parent
FILES = ("feature_columns.json", "model.onnx", "manifest.json", "baseline.json")


@pytest.fixture(scope="module")
def package() -> Package:
    """Give the package as it is committed."""
    return Package.load(MODEL)


@pytest.fixture(scope="module")
def manifest(package: Package) -> Manifest:
    """Give its manifest."""
    return package.manifest


def test_training_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    """Same contract, data and code: same digests and same files."""
    rebuilt = train.main(tmp_path).folder

    assert {name: (rebuilt / name).read_bytes() for name in FILES} == {
        name: (MODEL / name).read_bytes() for name in FILES
    }


def test_the_windows_follow_one_another() -> None:
    """Fitted first, calibrated later, judged last; no target of one window lies in the next window's features."""
    data = train.quarters()
    edges = [data.names[index] for index in (0, train.TRAINED - 1, train.TRAINED, train.CALIBRATED - 1, -1)]

    assert edges == ["1959Q2", "1994Q2", "1994Q3", "2001Q4", "2009Q2"]


def test_features_and_target_are_one_quarter_apart() -> None:
    """The target of a quarter is the current rate of the next."""
    data = train.quarters()

    assert data.target[:-1].tolist() == data.rows["Current Rate"].to_numpy()[1:].tolist()


def test_growth_is_compounded_to_an_annual_rate() -> None:
    """From 2710.349 to 2778.801 within the first quarter is 10.5 percent a year."""
    assert train.quarters().rows["Real GDP Growth"].iloc[0] == pytest.approx(
        100 * ((2778.801 / 2710.349) ** 4 - 1), abs=0.005
    )


def test_the_chosen_candidate_has_the_smallest_cross_validated_error(manifest: Manifest) -> None:
    """The choice looks at the training window alone."""
    errors = {score.name: score.cross_validated_mae for score in manifest.scores if score.kind != "baseline"}
    (chosen,) = [score for score in manifest.scores if score.kind == "chosen"]

    assert min(errors, key=lambda name: errors[name] or 0.0) == chosen.name


def test_the_baselines_are_reported_beside_it(manifest: Manifest) -> None:
    """Persistence and a plain linear model are judged as the candidates are, also where they do better."""
    baselines = {score.name for score in manifest.scores if score.kind == "baseline"}

    assert baselines == {"persistence", "linear regression on the level"}
    assert all(score.cross_validated_mae and score.held_out_mae for score in manifest.scores)


def test_the_packed_model_is_the_chosen_candidate() -> None:
    """The change added to the current rate, as one linear model of the level."""
    data = train.quarters()
    chosen = train.CANDIDATES["ridge (alpha 100) on the change"]
    fit_on, target = data.rows[: train.TRAINED], data.target[: train.TRAINED]

    model = train.fit(data, chosen)

    assert model.predict(data.rows) == pytest.approx(chosen.forecast(fit_on, target, data.rows))


def _admitted(package: Package, **changes: float) -> FeatureVector | Failure:
    stated = {"Inflation Rate": 3.1, "Unemployment Rate": 4.7, "Real GDP Growth": 1.2, "Current Rate": 4.2}
    return admit(package.contract, {**stated, **{name.replace("_", " "): value for name, value in changes.items()}})


def test_the_question_of_the_first_page_is_answered(package: Package) -> None:
    """A rate near the current one, with its interval around it."""
    vector = _admitted(package)
    assert isinstance(vector, FeatureVector)

    answer = prediction(package, package.predict([vector])[0])

    assert answer["value"] == pytest.approx(4.2715, abs=1e-3)
    assert answer["interval"] == pytest.approx({"level": 0.9, "low": 3.3314, "high": 5.2115}, abs=1e-3)


def test_an_unemployment_of_900_percent_is_refused(package: Package) -> None:
    """The hard range of the contract holds what can be, not what was seen."""
    refusal = _admitted(package, Unemployment_Rate=900)

    assert isinstance(refusal, Failure)
    assert refusal.failure_class.label == "out_of_range"
