"""Every file beside slo.toml is made from it, is up to date, and is what its reader takes."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.cloud.aiplatform_v1.types import ModelDeploymentMonitoringJob
from google.cloud.monitoring_v3.types import AlertPolicy
from google.protobuf import json_format
from tests.monitoring.reference import ROOT, SLO_FILE, reference_package, reference_slo
from typer.testing import CliRunner

from sayso.cli.main import application
from sayso.contract.admit import FeatureVector, admit
from sayso.monitoring.render import rendered, stale
from sayso.monitoring.rules import rules
from sayso.monitoring.slo import Slo, parse

FOLDER = SLO_FILE.parent


def _files(slo: Slo | None = None) -> Mapping[str, str]:
    package = reference_package()
    return rendered(slo or reference_slo(), package.contract, package.baseline)


def _job(slo: Slo | None = None) -> Any:
    """Read the job as Google's own message, which takes no unknown key."""
    job = yaml.safe_load(_files(slo)["model_monitoring_config.yaml"])
    return json_format.ParseDict(job, ModelDeploymentMonitoringJob.pb(ModelDeploymentMonitoringJob()))


def _policies() -> list[Any]:
    files = _files()
    found = [json.loads(files["latency_alert_policy.json"]), *json.loads(files["error_alert_policies.json"])]
    return [json_format.ParseDict(policy, AlertPolicy.pb(AlertPolicy())) for policy in found]


def test_the_files_of_the_repository_are_up_to_date() -> None:
    """`sayso monitor render` writes those that are not."""
    assert stale(FOLDER, _files()) == []


def test_a_stale_file_is_named_and_written_anew(tmp_path: Path) -> None:
    """--check exits 1 and names it; without, it is made."""
    folder = tmp_path / "monitoring"
    shutil.copytree(FOLDER, folder)
    (folder / "alertmanager.yml").write_text("old")
    env = {"SAYSO_MONITORING_SLO": str(folder / "slo.toml")}
    config = ["--config", str(ROOT / "sayso.toml")]

    checked = CliRunner().invoke(application(), ["monitor", "render", "--check", *config], env=env)
    made = CliRunner().invoke(application(), ["monitor", "render", *config], env=env)
    again = CliRunner().invoke(application(), ["monitor", "render", "--check", *config], env=env)

    assert (checked.exit_code, checked.stdout) == (1, f"stale: {folder / 'alertmanager.yml'}\n")
    assert (made.exit_code, made.stdout) == (0, f"written: {folder / 'alertmanager.yml'}\n")
    assert (again.exit_code, again.stdout) == (0, "")


def test_the_job_watches_every_feature_of_every_deployed_model() -> None:
    """Skew and drift thresholds for each; none is left to a default that nobody sees."""
    slo = parse("slo.toml", SLO_FILE.read_text().replace('["5001"]', '["5001", "5002"]'))
    names = set(reference_package().contract.names)

    configs = _job(slo).model_deployment_monitoring_objective_configs

    assert [config.deployed_model_id for config in configs] == ["5001", "5002"]
    for config in configs:
        objective = config.objective_config
        assert set(objective.training_prediction_skew_detection_config.skew_thresholds) == names
        assert set(objective.prediction_drift_detection_config.drift_thresholds) == names


def test_a_threshold_of_one_feature_is_its_own() -> None:
    """The others keep the default."""
    text = SLO_FILE.read_text().replace(
        "[drift.vertex_thresholds]", '[drift.vertex_thresholds]\n"Inflation Rate" = 0.1'
    )

    config = _job(parse("slo.toml", text)).model_deployment_monitoring_objective_configs[0]

    thresholds = config.objective_config.prediction_drift_detection_config.drift_thresholds
    assert {name: limit.value for name, limit in thresholds.items()} == {
        name: 0.1 if name == "Inflation Rate" else 0.3 for name in reference_package().contract.names
    }


def test_the_example_of_the_job_is_admissible() -> None:
    """Google infers the schema from it."""
    example = json_format.MessageToDict(_job().sample_predict_instance)

    assert isinstance(admit(reference_package().contract, example), FeatureVector)


def test_the_latency_policy_takes_one_percentile_over_all_series() -> None:
    """ALIGN_DELTA and REDUCE_PERCENTILE_95 of the total latency, above 2000 ms, in whole minutes."""
    condition = _policies()[0].conditions[0].condition_threshold

    (aggregation,) = condition.aggregations
    assert (aggregation.per_series_aligner, aggregation.cross_series_reducer) == (
        type(aggregation).Aligner.Value("ALIGN_DELTA"),
        type(aggregation).Reducer.Value("REDUCE_PERCENTILE_95"),
    )
    assert 'metric.labels.latency_type = "total"' in condition.filter
    assert (condition.threshold_value, condition.duration.seconds) == (2000, 300)


def test_a_burn_policy_needs_both_windows() -> None:
    """AND of the long and the short one, each a share of errors."""
    burn = _policies()[1]

    assert burn.combiner == AlertPolicy.ConditionCombinerType.AND
    assert [c.condition_threshold.aggregations[0].alignment_period.seconds for c in burn.conditions] == [3600, 300]
    assert {c.condition_threshold.threshold_value for c in burn.conditions} == {0.0144}


def test_rules_on_exported_figures_are_the_same_in_the_cloud() -> None:
    """PromQL with Cloud Monitoring's names; what is not exported stays with Prometheus."""
    queries = {
        policy.conditions[0].condition_prometheus_query_language.alert_rule: query
        for policy in _policies()
        if (query := policy.conditions[0].condition_prometheus_query_language.query)
    }

    assert set(queries) == {"LatencyP95High", "SchemaBroken", "TelemetryDropped"}
    assert "custom_googleapis_com:sayso_total_latency_ms_bucket" in queries["LatencyP95High"]
    assert "custom_googleapis_com:sayso_interactions{" in queries["SchemaBroken"]


def test_every_alert_has_a_heading_in_the_runbook() -> None:
    """Where its annotation leads."""
    lines = (ROOT / reference_slo().service.runbook).read_text().splitlines()
    headings = {line.removeprefix("### ") for line in lines if line.startswith("### ")}

    assert [rule.alert for rule in rules(reference_slo()) if rule.alert not in headings] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs Debian's prometheus")
def test_prometheus_takes_rules_and_configuration() -> None:
    """Its own tool reads both."""
    for arguments in (["rules", "prometheus/rules.yml"], ["config", "prometheus/prometheus.yml"]):
        subprocess.run(["promtool", "check", *arguments], cwd=FOLDER, check=True, capture_output=True, timeout=60)


@pytest.mark.skipif(shutil.which("amtool") is None, reason="needs Debian's prometheus-alertmanager")
def test_alertmanager_takes_every_kind_of_channel(tmp_path: Path) -> None:
    """Its own tool reads routes and receivers."""
    channels = """
[[channels]]
name = "slack"
kind = "slack"
severities = ["ticket"]
[[channels]]
name = "pagerduty"
kind = "pagerduty"
severities = ["page"]
[[channels]]
name = "mail"
kind = "email"
severities = ["ticket"]
smtp = "127.0.0.1:25"
sender = "sayso@example.com"
has_secret = true
to = ["a@example.com"]
"""
    slo = parse("slo.toml", SLO_FILE.read_text() + channels)
    (tmp_path / "alertmanager.yml").write_text(_files(slo)["alertmanager.yml"])

    checked = subprocess.run(
        ["amtool", "check-config", "alertmanager.yml"], cwd=tmp_path, check=True, capture_output=True, timeout=60
    )

    assert b"5 receivers" in checked.stdout
