"""Write what Google Cloud reads: the monitoring job of an endpoint, and alert policies.

The job is the proto JSON of ``ModelDeploymentMonitoringJob`` (v1, generally available), the policies are that of
``AlertPolicy``. A rule on sayso's own figures is the PromQL that Prometheus runs, with Cloud Monitoring's names.
"""

import json
import re

import yaml

from sayso.contract.model import Contract, FeatureType
from sayso.monitoring.rules import Rule, rules
from sayso.monitoring.slo import BurnWindow, Severity, Slo, seconds
from sayso.predictor.manifest import Baseline, CategoryBaseline, FeatureBaseline
from sayso.wire import JSON

ENDPOINT_METRIC = "aiplatform.googleapis.com/prediction/online"
CUSTOM_METRIC = "custom_googleapis_com:sayso_"
"""How PromQL names ``custom.googleapis.com/sayso/NAME`` in Cloud Monitoring."""
SEVERITIES = {Severity.PAGE: "CRITICAL", Severity.TICKET: "WARNING"}
EVALUATE_EVERY_S = 30
"""Cloud Monitoring evaluates PromQL every 30 s at most."""
AUTO_CLOSE_S = 1800


def job(slo: Slo, contract: Contract, baseline: Baseline) -> dict[str, JSON]:
    """Describe the job that watches every deployed model of the endpoint for skew and drift."""
    return {
        "displayName": f"sayso-{slo.service.name}",
        "endpoint": slo.vertex.endpoint,
        "modelDeploymentMonitoringObjectiveConfigs": [
            _objective(slo, contract, deployed_model) for deployed_model in slo.vertex.deployed_models
        ],
        "loggingSamplingStrategy": {"randomSampleConfig": {"sampleRate": slo.vertex.sample_rate}},
        "modelDeploymentMonitoringScheduleConfig": {
            "monitorInterval": f"{seconds(slo.vertex.interval)}s",
            "monitorWindow": f"{seconds(slo.drift.window)}s",
        },
        "modelMonitoringAlertConfig": {
            "enableLogging": True,
            "notificationChannels": list(slo.vertex.notification_channels),
            "emailAlertConfig": {"userEmails": list(slo.vertex.emails)},
        },
        "logTtl": f"{seconds(slo.vertex.log_retention)}s",
        # Without an example or a schema the job waits for 1,000 requests before it begins.
        "samplePredictInstance": _example(contract, baseline),
        "enableMonitoringPipelineLogs": True,
    }


def job_yaml(slo: Slo, contract: Contract, baseline: Baseline) -> str:
    """Write the job."""
    text: str = yaml.safe_dump(job(slo, contract, baseline), sort_keys=False, width=120, allow_unicode=True)
    return f"# Made from slo.toml and the contract by `sayso monitor render`; edit those.\n{text}"


def latency_policy(slo: Slo) -> dict[str, JSON]:
    """Alert on the endpoint's own P95, for each deployed model.

    The aligner and reducer are those of Google's dashboards: a percentile over all series together. A percentile for
    each series and then the largest would be another figure. ``latency_type = "total"`` keeps three latencies apart.
    """
    latency = slo.latency
    condition: dict[str, JSON] = {
        "filter": _filter("prediction_latencies", slo, 'metric.labels.latency_type = "total"'),
        "aggregations": [
            {
                "alignmentPeriod": "60s",
                "perSeriesAligner": "ALIGN_DELTA",
                "crossSeriesReducer": f"REDUCE_PERCENTILE_{latency.share_pct}",
                "groupByFields": ["resource.labels.endpoint_id", "metric.labels.deployed_model_id"],
            }
        ],
        "comparison": "COMPARISON_GT",
        "thresholdValue": latency.threshold_ms,
        "duration": f"{-(-seconds(latency.for_) // 60) * 60}s",  # a multiple of 60 s
        "trigger": {"count": 1},
        "evaluationMissingData": "EVALUATION_MISSING_DATA_NO_OP",
    }
    named = f"P{latency.share_pct} of the endpoint's predictions above {latency.threshold_ms} ms"
    return _policy(slo, named, Severity.PAGE, "latency", [{"displayName": named, "conditionThreshold": condition}])


def error_policies(slo: Slo) -> list[JSON]:
    """Alert on the endpoint's errors by burn rate, and on sayso's own figures by the rules of Prometheus."""
    burning: list[JSON] = [_endpoint_burn(slo, window) for window in slo.burn.windows]
    return [*burning, *(_promql(slo, rule) for rule in rules(slo) if _is_in_the_cloud(rule))]


def as_json(document: JSON) -> str:
    """Write JSON as people read it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _objective(slo: Slo, contract: Contract, deployed_model: str) -> JSON:
    limits: dict[str, JSON] = {
        name: {"value": slo.drift.vertex_thresholds.get(name, slo.drift.vertex_threshold)} for name in contract.names
    }
    default: JSON = {"value": slo.drift.vertex_threshold}
    scheme, _, rest = slo.vertex.training_data.partition("://")
    source: dict[str, JSON] = (
        {"gcsSource": {"uris": [slo.vertex.training_data]}, "dataFormat": "csv"}
        if scheme == "gs"
        else {"bigquerySource": {"inputUri": f"bq://{rest}"}}
    )
    return {
        "deployedModelId": deployed_model,
        "objectiveConfig": {
            "trainingDataset": {
                **source,
                "targetField": contract.target.name,
                "loggingSamplingStrategy": {"randomSampleConfig": {"sampleRate": 1.0}},
            },
            "trainingPredictionSkewDetectionConfig": {"skewThresholds": limits, "defaultSkewThreshold": default},
            "predictionDriftDetectionConfig": {"driftThresholds": dict(limits), "defaultDriftThreshold": default},
        },
    }


def _example(contract: Contract, baseline: Baseline) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for feature in contract.features:
        described = baseline.features[feature.name]
        match described:
            case CategoryBaseline():
                found[feature.name] = feature.values[0]
            case FeatureBaseline(quantile_edges=edges):
                median = edges[len(edges) // 2]
                found[feature.name] = round(median) if feature.type is FeatureType.INTEGER else median
    return found


def _filter(metric: str, slo: Slo, *more: str) -> str:
    endpoint = slo.vertex.endpoint.rpartition("/")[2]
    return " AND ".join(
        (
            'resource.type = "aiplatform.googleapis.com/Endpoint"',
            f'resource.labels.endpoint_id = "{endpoint}"',
            f'metric.type = "{ENDPOINT_METRIC}/{metric}"',
            *more,
        )
    )


def _endpoint_burn(slo: Slo, window: BurnWindow) -> JSON:
    named = f"The endpoint's error budget burns at {window.factor:g} times its rate over {window.long}"
    conditions: list[JSON] = [
        {
            "displayName": f"share of errors over {length}",
            "conditionThreshold": {
                "filter": _filter("error_count", slo),
                "aggregations": [_summed(length)],
                "denominatorFilter": _filter("prediction_count", slo),
                "denominatorAggregations": [_summed(length)],
                "comparison": "COMPARISON_GT",
                "thresholdValue": window.limit(slo.availability.budget),
                "duration": "0s",
                "trigger": {"count": 1},
            },
        }
        for length in (window.long, window.short)
    ]
    return _policy(slo, named, window.severity, "availability", conditions, combiner="AND")


def _summed(window: str) -> JSON:
    return {
        "alignmentPeriod": f"{min(seconds(window), 25 * 3600)}s",
        "perSeriesAligner": "ALIGN_DELTA",
        "crossSeriesReducer": "REDUCE_SUM",
        "groupByFields": ["resource.labels.endpoint_id"],
    }


def _is_in_the_cloud(rule: Rule) -> bool:
    """Say whether all that a rule asks for is exported: counters and histograms, no recorded or watched figure."""
    return not re.search(r"sayso:|silent_failures|drift_found|absent", rule.expr)


def _promql(slo: Slo, rule: Rule) -> JSON:
    exported = r"\b(interactions|telemetry_dropped)_total\b|\b((?:total|stage)_latency_ms)(_bucket|_count|_sum)\b"
    query = re.sub(exported, lambda m: f"{CUSTOM_METRIC}{m[1] or m[2]}{m[3] or ''}", rule.expr)
    condition: JSON = {
        "query": query,
        "duration": f"{seconds(rule.for_) if rule.for_ != '0s' else 0}s",
        "evaluationInterval": f"{EVALUATE_EVERY_S}s",
        "ruleGroup": slo.service.name,
        "alertRule": rule.alert,
        "labels": {"severity": rule.severity.value, "slo": rule.slo},
    }
    named = f"{slo.service.name}: {rule.alert}"
    conditions: list[JSON] = [{"displayName": rule.alert, "conditionPrometheusQueryLanguage": condition}]
    return _policy(slo, named, rule.severity, rule.slo, conditions)


def _policy(
    slo: Slo, name: str, severity: Severity, level: str, conditions: list[JSON], combiner: str = "OR"
) -> dict[str, JSON]:
    return {
        "displayName": name,
        "documentation": {"mimeType": "text/markdown", "content": f"Runbook: {slo.service.runbook}", "subject": name},
        "combiner": combiner,
        "severity": SEVERITIES[severity],
        "enabled": True,
        "userLabels": {"service": slo.service.name.lower(), "slo": level.replace("_", "-"), "made_by": "sayso"},
        "conditions": conditions,
        "notificationChannels": list(slo.vertex.notification_channels),
        "alertStrategy": {"autoClose": f"{AUTO_CLOSE_S}s", "notificationPrompts": ["OPENED", "CLOSED"]},
    }
