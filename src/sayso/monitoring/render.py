"""List the files that are made from ``slo.toml``, and say which of them are stale."""

from collections.abc import Mapping
from pathlib import Path

from sayso.contract.model import Contract
from sayso.monitoring import prometheus, vertex_files
from sayso.monitoring.slo import Slo
from sayso.predictor.manifest import Baseline

SERVE, WATCH, ALERTMANAGER = "127.0.0.1:8090", "127.0.0.1:8096", "127.0.0.1:9093"
"""Where the reference deployment's processes are, all on one machine."""


def rendered(slo: Slo, contract: Contract, baseline: Baseline) -> Mapping[str, str]:
    """Give every file by its path beside ``slo.toml``."""
    return {
        "model_monitoring_config.yaml": vertex_files.job_yaml(slo, contract, baseline),
        "latency_alert_policy.json": vertex_files.as_json(vertex_files.latency_policy(slo)),
        "error_alert_policies.json": vertex_files.as_json(vertex_files.error_policies(slo)),
        "prometheus/rules.yml": prometheus.rules_yaml(slo),
        "prometheus/prometheus.yml": prometheus.prometheus_yaml([SERVE, WATCH], ALERTMANAGER),
        "alertmanager.yml": prometheus.alertmanager_yaml(slo),
    }


def stale(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Name the files that are missing or differ."""
    return [name for name, text in files.items() if _read(folder / name) != text]


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
