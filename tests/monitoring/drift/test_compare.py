"""A window of questions is laid over the training data of the package, and shown as table and page."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from tests.monitoring.reference import ROOT, reference_package, reference_slo
from typer.testing import CliRunner

from sayso.cli.main import application
from sayso.conversation import Conversation, Role, Turn
from sayso.interaction import Question
from sayso.monitoring.drift.compare import Comparison, Row, compare
from sayso.monitoring.drift.report import html
from sayso.monitoring.drift.robust import Verdict
from sayso.predictor.manifest import Baseline, CategoryBaseline
from sayso.settings import load
from sayso.wiring import application as deployment

BASELINE = reference_package().baseline
LIMITS = reference_slo().drift


def _like_training(count: int) -> list[Row]:
    """Draw rows from the baseline's own histograms."""
    rng = np.random.default_rng(9)
    columns = {}
    for name, described in BASELINE.features.items():
        assert not isinstance(described, CategoryBaseline)
        edges, counts = np.array(described.histogram_edges), np.array(described.histogram_counts)
        places = rng.choice(len(counts), count, p=counts / counts.sum())
        columns[name] = rng.uniform(edges[places], edges[places + 1])
    return [{name: float(values[index]) for name, values in columns.items()} for index in range(count)]


def _verdicts(found: list[Comparison]) -> dict[str, Verdict]:
    return {one.feature: one.robust.verdict for one in found}


def test_what_is_like_training_has_not_drifted() -> None:
    """Every feature is compared."""
    assert _verdicts(compare(_like_training(500), BASELINE, LIMITS)) == dict.fromkeys(BASELINE.features, Verdict.SAME)


def test_a_feature_that_moved_is_named_and_no_other() -> None:
    """Inflation, four points up."""
    rows = [{**row, "Inflation Rate": float(row["Inflation Rate"]) + 4} for row in _like_training(500)]

    found = compare(rows, BASELINE, LIMITS)

    assert [name for name, verdict in _verdicts(found).items() if verdict is Verdict.DRIFTED] == ["Inflation Rate"]


def test_a_window_without_questions_is_not_judged() -> None:
    """Neither figure says that nothing has changed."""
    found = compare([], BASELINE, LIMITS)

    assert {(one.robust.verdict, one.vertex_verdict, one.vertex_figure) for one in found} == {
        (Verdict.TOO_FEW, Verdict.TOO_FEW, None)
    }


def test_a_category_that_training_never_saw_is_drift() -> None:
    """It has a bin of its own."""
    baseline = Baseline(1, BASELINE.contract, {"colour": CategoryBaseline(1000, {"red": 500, "blue": 500})})
    rows: list[Row] = [{"colour": colour} for colour in ("red", "blue", "green") for _ in range(100)]

    (found,) = compare(rows, baseline, LIMITS)

    assert (found.bins, found.robust.verdict) == (("red", "blue", "green"), Verdict.DRIFTED)
    assert found.vertex_figure == pytest.approx(1 / 3)


def test_the_page_overlays_both_histograms_and_needs_nothing_else() -> None:
    """Two bars for each bin, and no address."""
    found = compare(_like_training(200), BASELINE, LIMITS)
    page = html(found, "Drift <24 h>")

    assert page.count("<rect") == 2 * sum(len(one.bins) for one in found)
    assert ("<h1>Drift &lt;24 h&gt;</h1>" in page, "http" in page) == (True, False)


def test_the_command_judges_what_the_ledger_holds(tmp_path: Path) -> None:
    """One question is asked; the table says that it is not enough, and the report stands where it says."""
    env = {
        "SAYSO_LEDGER_URL": f"sqlite:///{tmp_path / 'ledger.db'}",
        "SAYSO_TELEMETRY_LOG_PATH": str(tmp_path / "log.jsonl"),
    }
    settings = load(ROOT / "sayso.toml", env)
    said = "Inflation is 3.1%, unemployment is 4.2%, real GDP growth is 2.0% and the current rate is 4.5%."

    async def ask() -> str:
        async with deployment(settings, stderr_log=False) as parts:
            return (await parts.desk.ask(Question(Conversation((Turn(Role.USER, said),))))).outcome.value

    assert asyncio.run(ask()) == "predicted"
    report = tmp_path / "drift.html"
    arguments = ["monitor", "drift", "--config", str(ROOT / "sayso.toml"), "--window", "24h", "--report", str(report)]
    shown = CliRunner().invoke(application(), [*arguments, "--json"], env=env)

    features = json.loads(shown.stdout)["features"]
    assert (shown.exit_code, {(one["count"], one["verdict"]) for one in features}) == (0, {(1, "not enough data")})
    assert "<svg" in report.read_text()
