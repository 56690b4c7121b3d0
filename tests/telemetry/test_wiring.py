"""Telemetry that is down never breaks an interaction, and is counted."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.faults.peers import contract_bytes
from tests.telemetry.collector import collector

from sayso.answer import Answer
from sayso.conversation import Conversation, Role, Turn
from sayso.failures import SettingsError
from sayso.interaction import Question
from sayso.settings import CloudSection, ContractSection, LedgerSection, Settings, TelemetrySection
from sayso.testing.cloud import CloudMonitoringPeer
from sayso.wiring import application

SAID = Conversation((Turn(Role.USER, "Good morning."),))


def _settings(folder: Path, telemetry: TelemetrySection, cloud: CloudSection | None = None) -> Settings:
    (folder / "contract.json").write_bytes(contract_bytes("number"))
    return Settings(
        contract=ContractSection(path=Path("contract.json")),
        ledger=LedgerSection(url=f"sqlite:///{folder / 'ledger.db'}"),
        telemetry=telemetry,
        cloud=cloud or CloudSection(),
        root=folder,
    )


def _cloud(port: int) -> CloudSection:
    return CloudSection(project="p", api_endpoint=f"127.0.0.1:{port}", credentials="none", insecure=True)


def _ask(settings: Settings) -> tuple[Answer, dict[str, float]]:
    """Ask one question; give the answer and the drops by observer, as they stand after the end."""

    async def ask() -> tuple[Answer, dict[str, float]]:
        async with application(settings, stderr_log=False) as parts:
            answer = await parts.desk.ask(Question(SAID))
        dropped = {
            sample.labels["observer"]: sample.value
            for family in parts.metrics.registry.collect()
            for sample in family.samples
            if sample.name == "telemetry_dropped_total"
        }
        return answer, dropped

    return asyncio.run(ask())


def test_everything_goes_everywhere(tmp_path: Path) -> None:
    """Log, ledger, trace, collector and Cloud Monitoring hold the same interaction."""
    with collector() as there, CloudMonitoringPeer() as cloud:
        telemetry = TelemetrySection(log_path=Path("log.jsonl"), otlp_url=there.url)
        answer, dropped = _ask(_settings(tmp_path, telemetry, _cloud(cloud.port)))

    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert answer.interaction_id is not None
    assert [line["outcome"] for line in lines if line["event"] == "interaction_finished"] == [answer.outcome.value]
    trace_ids = {span.trace_id.hex() for span in there.traces[0].resource_spans[0].scope_spans[0].spans}
    assert trace_ids == {answer.interaction_id.replace("-", "")}
    names = {metric.name for metric in there.metrics[-1].resource_metrics[0].scope_metrics[0].metrics}
    written = {one.metric.type.rpartition("/")[2] for one in cloud.time_series}
    assert {"prediction_success", "missing_pct", "total_latency_ms"} <= names & written
    assert dropped == {}


@pytest.mark.parametrize(
    ("telemetry", "observer"),
    [
        (TelemetrySection(log_path=Path("/dev/full")), "log"),
        (TelemetrySection(log_path=None, otlp_url="http://127.0.0.1:9"), "traces"),
    ],
    ids=["a disk that is full", "a collector that is not there"],
)
def test_telemetry_that_is_down_is_counted_and_breaks_nothing(
    tmp_path: Path, telemetry: TelemetrySection, observer: str
) -> None:
    """The answer is the same, and `telemetry_dropped_total` names who failed."""
    answer, dropped = _ask(_settings(tmp_path, telemetry))

    assert answer.failure is not None
    assert answer.failure.failure_class.label == "missing_feature"
    assert dropped[observer] >= 1


def test_a_cloud_that_refuses_is_counted(tmp_path: Path) -> None:
    """Its name is `cloud-monitoring`."""
    with CloudMonitoringPeer({"CreateTimeSeries": "PERMISSION_DENIED"}) as cloud:
        _, dropped = _ask(_settings(tmp_path, TelemetrySection(log_path=None), _cloud(cloud.port)))

    assert dropped == {"cloud-monitoring": 1}


def test_a_token_never_leaves_in_the_clear(tmp_path: Path) -> None:
    """`insecure` is for loopback and for nobody's credentials."""
    cloud = CloudSection(project="p", api_endpoint="monitoring.example:443", insecure=True, credentials="none")

    with pytest.raises(SettingsError, match=r"^\[cloud\] insecure"):
        _ask(_settings(tmp_path, TelemetrySection(log_path=None), cloud))
