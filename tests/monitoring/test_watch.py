"""`sayso monitor watch` exposes what ledger and log say together, and nothing where it can't look."""

import asyncio
import json
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import generate_latest
from tests.end_to_end.conftest import QUESTION, ROOT, environment, free_port, running
from tests.monitoring.reference import reference_package, reference_slo

from sayso.conversation import Conversation, Role, Turn
from sayso.interaction import Question
from sayso.ledger.reader import Reader
from sayso.monitoring.watch import Gauges, Seen
from sayso.settings import load
from sayso.wiring import application, ledger_url


def _ask(folder: Path) -> Reader:
    """Ask one question of the reference deployment, and give its ledger."""
    settings = load(ROOT / "sayso.toml", {k: v for k, v in environment(folder).items() if k.startswith("SAYSO_")})

    async def ask() -> None:
        async with application(settings, stderr_log=False) as parts:
            await parts.desk.ask(Question(Conversation((Turn(Role.USER, QUESTION),))))

    asyncio.run(ask())
    return Reader.at(ledger_url(settings))


def _renewed(reader: Reader, log: Path) -> tuple[Gauges, str | None]:
    gauges = Gauges()
    hindrance = gauges.renew(reader, [log], reference_package().baseline, reference_slo().drift, datetime.now(UTC))
    return gauges, hindrance


def test_a_deployment_in_order_has_no_silent_failure(tmp_path: Path) -> None:
    """One interaction is too little to judge drift by, so no feature is exposed."""
    gauges, hindrance = _renewed(_ask(tmp_path), tmp_path / "log.jsonl")

    assert (gauges.seen, hindrance) == (Seen(0, {}), None)
    assert b"silent_failures 0.0" in generate_latest(gauges.registry)


def test_a_log_that_says_otherwise_is_a_silent_failure(tmp_path: Path) -> None:
    """The line of an outcome is changed behind the ledger's back."""
    reader, log = _ask(tmp_path), tmp_path / "log.jsonl"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    changed = [{**line, "outcome": "failed"} if line["event"] == "interaction_finished" else line for line in lines]
    log.write_text("".join(f"{json.dumps(line)}\n" for line in changed))

    gauges, _ = _renewed(reader, log)

    assert b"silent_failures 1.0" in generate_latest(gauges.registry)


def test_what_can_not_be_looked_at_is_not_exposed(tmp_path: Path) -> None:
    """An old figure would hide it; the reason is given."""
    reader, log = _ask(tmp_path), tmp_path / "log.jsonl"
    gauges, _ = _renewed(reader, log)
    absent = Reader.at(f"sqlite:///{tmp_path / 'nowhere' / 'ledger.db'}")
    hindrance = gauges.renew(absent, [log], reference_package().baseline, reference_slo().drift, datetime.now(UTC))

    assert (gauges.seen, generate_latest(gauges.registry)) == (None, b"")
    assert hindrance is not None


def test_the_command_serves_the_gauges(tmp_path: Path) -> None:
    """A real process, scraped."""
    _ask(tmp_path)
    port = free_port()
    url = f"http://127.0.0.1:{port}/metrics"
    with running("monitor", "watch", "--port", str(port), env=environment(tmp_path), health_url=url):
        exposed = b""
        while b"silent_failures" not in exposed:
            with urllib.request.urlopen(url, timeout=5) as response:
                exposed = response.read()

    assert b"silent_failures 0.0" in exposed
