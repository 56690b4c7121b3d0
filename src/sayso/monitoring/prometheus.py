"""Write what Prometheus and Alertmanager read: rules, a scrape configuration, routes and receivers."""

from collections.abc import Mapping, Sequence

import yaml

from sayso.monitoring.rules import Recording, Rule, recordings, rules
from sayso.monitoring.slo import Channel, ChannelKind, Severity, Slo
from sayso.wire import JSON

EVALUATE_EVERY = "30s"
SECRETS = "/etc/alertmanager/secrets"
"""Alertmanager reads secrets from files; one for each channel, named as it is."""


def rules_yaml(slo: Slo, every: str = EVALUATE_EVERY) -> str:
    """Write the rules; `every` is how often they are evaluated."""
    groups: list[JSON] = [
        {
            "name": f"{slo.service.name}-shares",
            "interval": every,
            "rules": [_recording(one) for one in recordings(slo)],
        },
        {"name": slo.service.name, "interval": every, "rules": [_alerting(slo, rule) for rule in rules(slo)]},
    ]
    return _yaml({"groups": groups})


def prometheus_yaml(targets: Sequence[str], alertmanager: str, every: str = EVALUATE_EVERY) -> str:
    """Write a configuration that scrapes every process on its own.

    Args:
        targets: HOST:PORT of each ``sayso serve`` and ``sayso monitor watch``.
        alertmanager: HOST:PORT.
        every: how often to scrape and to evaluate.
    """
    return _yaml(
        {
            "global": {"scrape_interval": every, "evaluation_interval": every},
            "rule_files": ["rules.yml"],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
            "scrape_configs": [{"job_name": "sayso", "static_configs": [{"targets": list(targets)}]}],
        }
    )


def alertmanager_yaml(slo: Slo, wait: str = "10s", interval: str = "1m") -> str:
    """Write routes and receivers: each channel hears of its severities.

    Args:
        slo: what says who hears.
        wait: how long the first alert of a group waits for others.
        interval: how long later ones do.
    """
    receivers: list[JSON] = [{"name": "nobody"}, *(_receiver(channel) for channel in slo.channels)]
    routes: list[JSON] = [
        {
            "receiver": channel.name,
            "matchers": [f'severity=~"{"|".join(sorted(severity.value for severity in channel.severities))}"'],
            "continue": True,
        }
        for channel in slo.channels
    ]
    route: JSON = {
        "receiver": "nobody",
        "group_by": ["alertname", "slo"],
        "group_wait": wait,
        "group_interval": interval,
        "repeat_interval": "4h",
        "routes": routes,
    }
    inhibit: JSON = [
        {
            "source_matchers": [f'severity="{Severity.PAGE}"'],
            "target_matchers": [f'severity="{Severity.TICKET}"'],
            "equal": ["alertname", "slo"],
        }
    ]
    return _yaml({"route": route, "receivers": receivers, "inhibit_rules": inhibit})


def _recording(recording: Recording) -> dict[str, JSON]:
    return {"record": recording.record, "expr": recording.expr, "labels": {"slo": recording.slo}}


def _alerting(slo: Slo, rule: Rule) -> dict[str, JSON]:
    labels: dict[str, JSON] = {"severity": rule.severity.value, "slo": rule.slo, "service": slo.service.name}
    if rule.window:
        labels["window"] = rule.window
    return {
        "alert": rule.alert,
        "expr": rule.expr,
        "for": rule.for_,
        "labels": labels,
        "annotations": {"summary": rule.summary, "runbook": f"{slo.service.runbook}#{rule.alert.lower()}"},
    }


def _receiver(channel: Channel) -> dict[str, JSON]:
    secret = f"{SECRETS}/{channel.name}"
    resolved: Mapping[str, JSON] = {"send_resolved": True}
    match channel.kind:
        case ChannelKind.WEBHOOK:
            return {"name": channel.name, "webhook_configs": [{"url": channel.url, **resolved}]}
        case ChannelKind.SLACK:
            return {"name": channel.name, "slack_configs": [{"api_url_file": secret, **resolved}]}
        case ChannelKind.PAGERDUTY:
            return {"name": channel.name, "pagerduty_configs": [{"routing_key_file": secret, **resolved}]}
        case ChannelKind.EMAIL:
            return {"name": channel.name, "email_configs": [_email(channel, address) for address in channel.to]}


def _email(channel: Channel, address: str) -> JSON:
    found: dict[str, JSON] = {
        "to": address,
        "from": channel.sender,
        "smarthost": channel.smtp,
        "send_resolved": True,
    }
    if channel.has_secret:
        found |= {"auth_username": channel.sender, "auth_password_file": f"{SECRETS}/{channel.name}"}
    return found


def _yaml(document: JSON) -> str:
    text: str = yaml.safe_dump(document, sort_keys=False, width=120, allow_unicode=True)
    return f"# Made from slo.toml by `sayso monitor render`; edit that.\n{text}"
